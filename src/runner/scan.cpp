#include "runner/jobs.hpp"

namespace fvm::runner {

Result<std::string> scan(std::string_view) {
  return refused("verb.not_yet", {{"verb", "scan"}});
}

}  // namespace fvm::runner
