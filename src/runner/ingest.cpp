#include "runner/jobs.hpp"

namespace fvm::runner {

Result<std::string> ingest(std::string_view) {
  return refused("verb.not_yet", {{"verb", "ingest"}});
}

}  // namespace fvm::runner
