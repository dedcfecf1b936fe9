#include "runner/jobs.hpp"

namespace fvm::runner {

int enter(int, char**) {
  return 4;
}

}  // namespace fvm::runner
