// A new table against everything released before: which of its cells may be published. Pure.
//
// A cell is a set of units, its count their number; an attacker who has all that was published has one
// equation a cell. What he must not be able to work out is the size of any set of 1 … t − 1 units that the
// tables speak of: a cell, an atom, the small parts of a total together, and what two cells of different
// tables differ by. ../shared/design/disclosure.md, "Deciding a release";
// docs/architecture/0018-suppression.md.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "tabular/hierarchy.hpp"
#include "tabular/knowledge.hpp"
#include "tabular/suppress.hpp"

namespace fvm::tabular {

// A table of counts of distinct units. `status`: of a released one open where its number was published,
// anything else where it was hidden; of the wanted one empty, or sensitive for cells that other rules forbid
// and candidate for the rest. Cells of no units are published as 0 and play no part.
struct CountTable {
  std::vector<const Hierarchy*> dimensions;
  std::vector<double> counts;  // one for each cell of Shape(dimensions)
  std::vector<Status> status;
  Groups groups;       // of every atom that the knowledge has now
  int64_t number = 1;  // what it is called: more than 0
  // Of each atom: who has all of its units, and so knows their number, with those of his other atoms; none:
  // several have some. Two: it was said to be either's. Empty: nobody has units that are not himself.
  std::vector<std::vector<uint32_t>> owners = {};
};

struct Rules {
  // Numbers of units: whole, and 0 is shown. Else sums of what the units have: no bounds, nothing explained.
  bool counts = true;
  double threshold = 5;  // t: sets of fewer units are not told, but for none
  bool insiders = true;  // nor to one who knows a set of one unit (himself), or of all units that he has
  // In tables of fewer cells than this none may be known too well by linear programming, as far as hiding
  // more helps: from this table and the released ones that are named, where they have no more cells and atoms
  // together than `joint_max`; from this table alone otherwise.
  size_t widened_cells_max = 20'000;
  size_t joint_max = 50'000;
  // What all that is known may take, with this table, in entries of the basis (some 16 bytes each, twice
  // while a table is decided).
  size_t entries_max = 20'000'000;
  unsigned tries = 4;  // orders of equal cells to try, where there are few atoms
};

struct Decision {
  static constexpr int64_t own = 0, several = -1;  // see because_of
  std::vector<Status> status;  // of the wanted table's cells: open, sensitive or secondary
  // Sets of 1 … t − 1 units that what was released before gives away: nothing more can protect them.
  size_t lost = 0;
  // Of each secondary cell, and of each that is sensitive for what it differs by from a released one: number
  // of a released table without which it could be published; 0: it is hidden for the sake of its own table;
  // -1: of several tables together, or of one that is not among the named.
  std::vector<int64_t> because_of;
  // All sets of up to so many atoms were looked at: threshold − 1, or fewer where there are very many small
  // atoms.
  size_t atoms_searched = 0;
  // Cells that are not told because the search for a published one that differs by few did not end; and so
  // often it did not end for a cell and an owner of several units, where the cell is told: fewest units
  // first, it had come as far as it could.
  size_t near_unfinished = 0;
  size_t facts_before = 0;  // independent facts published before
};

// Decides on `wanted`; what of it is published in the end, `known` has to learn. `named`: released tables
// that explanations may name, as the knowledge has them. Errors: "tabular.counts_differ" (defect) when a
// table's count is not the sum of its atoms; "tabular.too_entangled" (usage) beyond Rules::entries_max;
// "tabular.told_by_bounds" (usage) when hiding all of it would not keep bounds from telling a single one.
Result<Decision> decide(Knowledge& known, const CountTable& wanted, const std::vector<CountTable>& named,
                        const Rules& rules);

}  // namespace fvm::tabular
