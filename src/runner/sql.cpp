#include "runner/jobs.hpp"

namespace fvm::runner {

int sql(int, char**) {
  return 4;
}

}  // namespace fvm::runner
