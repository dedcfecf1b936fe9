// A new table against everything released before: which of its cells may be published. Pure.
//
// The units (persons) behind all tables fall into atoms: units that every table treats alike. A cell is a set
// of atoms, its count the sum of theirs; an attacker who has all that was published has one equation a cell.
// What he must not be able to work out is the size of any set of 1 … t − 1 units that the tables speak of: a
// cell, an atom, the small parts of a total together, and what two cells of different tables differ by.
// ../shared/design/disclosure.md, "Deciding a release"; docs/architecture/0018-suppression.md.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "tabular/hierarchy.hpp"
#include "tabular/suppress.hpp"

namespace fvm::tabular {

// A table of counts of distinct units. `status`: of a released one open where its number was published,
// anything else where it was hidden; of the wanted one empty, or sensitive for cells that other rules forbid
// and candidate for the rest. Cells of no units are published as 0 and play no part.
struct CountTable {
  std::vector<const Hierarchy*> dimensions;
  std::vector<double> counts;  // one for each cell of Shape(dimensions)
  std::vector<Status> status;
};

// Units that are in the same leaf cells of every table.
struct Atom {
  struct Place {
    uint32_t table = 0;  // index among the released ones; their number: the wanted one
    uint32_t leaf = 0;   // a cell of that table's Shape all of whose codes are leaves
    auto operator<=>(const Place&) const = default;
  };
  std::vector<Place>
      places;  // sorted; a unit may be in several leaves of one table (two diagnoses), or in none
  double units = 0;
};

struct Rules {
  double threshold = 5;  // t: sets of fewer units are not told, but for none
  bool insiders = true;  // nor to one who knows a set of one unit (himself)
  // In tables of fewer cells than this none may be known too well by linear programming, as far as hiding
  // more helps.
  size_t widened_cells_max = 20'000;
  unsigned tries = 4;  // orders of equal cells to try
};

struct Decision {
  std::vector<Status> status;  // of the wanted table's cells: open, sensitive or secondary
  // Sets of 1 … t − 1 units that what was released before gives away: nothing more can protect them.
  size_t lost = 0;
  // Of each secondary cell, and of each that is sensitive for what it differs by from a released one: index
  // of a released table without which it could be published; -1: it is hidden for the sake of its own table;
  // the number of released tables: several of them together.
  std::vector<int32_t> because_of;
  // All sets of up to so many atoms were looked at: threshold − 1, or fewer where there are very many small
  // atoms.
  size_t atoms_searched = 0;
  size_t facts_before = 0, facts = 0;  // independent facts published before, and with this table
};

// `atoms` cover every unit of every table. Errors (defect): "tabular.counts_differ" when a table's count is
// not the sum of its atoms.
Result<Decision> decide(const std::vector<CountTable>& released, const CountTable& wanted,
                        const std::vector<Atom>& atoms, const Rules& rules);

}  // namespace fvm::tabular
