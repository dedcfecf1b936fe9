// What changed between two versions of the catalogue.
#pragma once

#include <string>
#include <vector>

#include "catalogue/types.hpp"

namespace fvm::catalogue {

struct Change {
  enum class What { added, removed, changed } what = What::changed;
  std::string table;          // "LPR_F.kontakter"
  std::string variable;       // empty: the table itself
  std::string field;          // of a change: "class", "valid", …
  std::string before, after;  // of a change; as the catalogue would write them
  // Does it change what a project gets or may get? Texts, and what may be ordered from now on, do not.
  bool matters = true;
};

// Tables by name, then variables in their order. A table that came or went is one change, not one for each of
// its variables.
std::vector<Change> difference(const Catalogue& before, const Catalogue& after);

}  // namespace fvm::catalogue
