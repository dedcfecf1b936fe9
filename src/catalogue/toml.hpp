// The catalogue as a person writes it: one [[table]] per register table (share/catalogue/denmark.toml).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "catalogue/types.hpp"

namespace fvm::catalogue {

inline constexpr uint64_t catalogue_bytes_max = 16u << 20;

// Reads and checks a catalogue. `file` is only for messages. Every error is usage ("catalogue.unreadable",
// "catalogue.unknown_field", "catalogue.unknown_class", "catalogue.no_parent" ...) and carries file, line
// and, where a name is near, a suggestion.
Result<Catalogue> read_toml(std::string_view text, std::string_view file);

}  // namespace fvm::catalogue
