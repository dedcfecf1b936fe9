// A catalogue is put together from two sources: what somebody described by hand (TOML: types, classes, keys,
// the way to the person) and the public list (11,000 rows: what there is, what may be ordered, since when).
// Each import replaces its own part and leaves the other's. Pure.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "catalogue/listing.hpp"
#include "catalogue/types.hpp"

namespace fvm::catalogue {

// `described` as the described part; what `before` has from the list stays, and classes confirmed by hand.
Catalogue with_described(const Catalogue& before, Catalogue described);

// `listing` as the listed part. What is odd about the list is added to `notes`, each with its place:
// "catalogue.note_twice", "catalogue.note_case", "catalogue.note_pattern", "catalogue.note_name",
// "catalogue.note_validity", "catalogue.note_spelling", "catalogue.note_never" (may be ordered, but is never
// stored). Refuses nothing: what cannot be used is kept and cannot be granted.
Catalogue with_list(const Catalogue& before, const Listing& listing, std::vector<Error>& notes);

// Says what one variable is: confirmed from now on. With class person in a table that has neither person nor
// parent, it becomes the table's person. "catalogue.unknown_table", "catalogue.unknown_variable",
// or what the rules say (usage).
struct Confirmation {
  std::string table, variable;
  std::optional<Class> what;  // empty: as it was guessed
  std::optional<Type> type;
};
Result<Catalogue> with_confirmed(const Catalogue& before, const Confirmation& confirmation);

}  // namespace fvm::catalogue
