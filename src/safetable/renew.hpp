// Fingerprints of released tables (outside.hpp) made anew where an older version of the program made them of
// other bytes: else a table would not be known any more when its numbers come in another file.
#pragma once

#include <atomic>
#include <cstddef>
#include <string_view>

#include "safetable/service.hpp"

namespace fvm::safetable {

struct Renewed {
  size_t tables = 0;      // with fingerprints of this version now
  size_t unreadable = 0;  // whose records are not what was recorded: they keep what they had
};

// Of all institutions, from the records. One event for each institution with something to renew
// ("table.fingerprints_renewed": how many, of which version). Ends early when `stop` becomes true; whatever
// is left is done the next time, and nothing is done twice.
Result<Renewed> renew_fingerprints(const Setting& setting, std::string_view actor,
                                   const std::atomic<bool>& stop);

}  // namespace fvm::safetable
