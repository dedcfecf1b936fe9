#include "runner/jobs.hpp"

namespace fvm::runner {

Result<std::string> build(std::string_view) {
  return refused("verb.not_yet", {{"verb", "build"}});
}

}  // namespace fvm::runner
