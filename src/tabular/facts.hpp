// Which of a table's cells tell something new, and what that binds.
#pragma once

#include <cstdint>
#include <vector>

#include "tabular/changes.hpp"
#include "tabular/groups.hpp"

namespace fvm::tabular {

// What the table's `wanted` cells tell on top of what is known. Cells of few atoms come first, and each binds
// the heaviest free atom in it: the most usual one with what makes the cell. The others are known then, too.
Facts find_facts(const Changes& changes, const Groups& groups, size_t cells,
                 const std::vector<uint32_t>& wanted);

// The same of some atoms, each in a cell by itself: the facts' cells are places in the list.
struct Alone {
  Groups groups;
  Facts facts;
};
Alone find_alone(const Changes& changes, const std::vector<uint32_t>& atoms);

// Where a free atom is heavier than a bound one that its change moves, they change places: which ones, with
// the bound as cells of `groups`. What is known stays; the changes get shorter by much (./run bench ledger).
struct Exchange {
  Groups groups;
  Facts facts;
};
Exchange find_exchange(const Changes& changes);
Changes shortened(Changes changes);  // by that

}  // namespace fvm::tabular
