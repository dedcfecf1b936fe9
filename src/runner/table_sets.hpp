// Persons as atoms of all tables, and how many of them each cell holds. Private to the second job.
#pragma once

#include <map>

#include "base/world.hpp"
#include "runner/table_units.hpp"

namespace fvm::runner {

using Dimensions = std::vector<const tabular::Hierarchy*>;
Dimensions pointers_to(const std::vector<tabular::Hierarchy>& hierarchies);

// Persons as atoms of all tables of their institution.
struct TableAtoms {
  tabular::Knowledge known;
  using Leaves = std::vector<std::vector<uint32_t>>;  // of each atom, sorted
  Leaves wanted;
  std::map<int64_t, Leaves> released;  // by number: those of the job
};
// Reads what was released before, meets it with the units of this table, and writes the new atoms.parquet and
// places.parquet. `leaf_of`: each combination's leaf cell.
Result<TableAtoms> make_atoms(World& world, duck::Connection& connection, const TableJudgement& job,
                              TableUnits units, const std::vector<uint32_t>& leaf_of, size_t cells);

// The relations person(project, mirror) of the job's units and pairs (unit, combination, x0 …), or asked of a
// model, of those who are in the project; and holder_of(unit, holder), where some are held.
Result<void> open_pairs(duck::Connection& connection, const TableJudgement& job);
// The relation member(unit, leaf, n, x0 …), for figures; n of other units than the counted. `left_out`:
// combinations that do not count; empty: none. `single`: nobody is in two combinations.
Result<void> make_member(duck::Connection& connection, const TableJudgement& job,
                         const std::vector<uint32_t>& leaf_of, const std::vector<bool>& left_out,
                         bool single);
// The job's released tables as the ledger has them; "table.ledger_damaged" when a published number is not
// what the atoms add up to.
Result<std::vector<tabular::CountTable>> released_tables(const TableJudgement& job, const TableAtoms& atoms);
// knowledge.bin of the job's kind.
Result<void> write_knowledge(World& world, const TableJudgement& job, const tabular::Knowledge& known);

// The bands of a time as codes, put together so that each has enough events in every group of enough units
// (disclosure::pool_groups). Each unit is in one combination.
Result<TableCodes> make_time_codes(const TableCombinations& combinations, const std::vector<uint64_t>& units,
                                   const TableJudgement& job, size_t index);

// Whether a cell's sums fail by dominance, and each measure's figures, of the cells that `member` (unit,
// leaf, x0 …) reaches.
struct CellFigures {
  std::vector<bool> dominated;    // by cell
  struct Of {                     // one measure, by cell
    std::vector<double> values;   // not a number: may not be told
    std::vector<bool> sensitive;  // not by itself; empty: none
    bool adds_up = false;         // a cell's follows from its parts', so that these protect each other
  };
  std::vector<Of> figures;
  std::vector<std::vector<double>> sums;  // of each column, by cell; empty: of none that was asked for
};
Result<CellFigures> make_figures(duck::Connection& connection, const TableJudgement& job,
                                 const tabular::Shape& shape, const std::vector<double>& counts);

// Hides cells that hold all of their group, and the empty ones beside them that would say so: none of them
// can be worked out from what is open in the table.
void hide_whole_groups(const tabular::Shape& shape, JudgedTable& table);

// Rows of whole numbers; NULL reads as -1.
Result<std::vector<std::vector<int64_t>>> read_numbers(duck::Connection& connection, const std::string& sql);
Result<void> append_numbers(duck::Connection& connection, const std::string& table,
                            const std::vector<std::vector<int64_t>>& rows);

}  // namespace fvm::runner
