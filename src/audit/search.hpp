// Looks a text up in the ledger's files: for those who must know that something stands in the chain, and not
// only in the store. The whole chain is the verifier's business (verifier.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::audit {

// Records (lines without the line break) that hold one of `texts` as it stands and whose own hash fits; those
// of the newest file first. Reads all files, once.
Result<std::vector<std::string>> records_with(World& world, const Path& folder,
                                              const std::vector<std::string_view>& texts);

}  // namespace fvm::audit
