// A safe table, in two jobs: the analyst's SQL runs where there is nothing but the project's own data; what
// it counted is judged where there is no SQL of anybody's. Private to the jobs; table.cpp has the documents.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "disclosure/rule_values.hpp"
#include "duck/database.hpp"
#include "regression/fit.hpp"
#include "tabular/decide.hpp"

namespace fvm::runner {

// Limits.
inline constexpr size_t table_cells_max = 1'000'000;
inline constexpr size_t table_values_max = 50'000;  // of one dimension
inline constexpr size_t table_dimensions_max = 8;
inline constexpr size_t table_combinations_max =
    2'000'000;  // of values, before few persons' are put together
inline constexpr size_t table_label_bytes_max = 100;
// Groups of persons whom all tables of an institution treat alike: what is decided grows with their number.
inline constexpr size_t table_atoms_max = 1'000'000;
inline constexpr uint64_t table_knowledge_bytes_max = uint64_t{1} << 30;

struct TableDimension {
  std::string name;
  std::string parent;  // the column that a hierarchy takes its upper level from; empty: none
  // time: bands of `width`, until `until` (0: no end), put together as the rules ask for. event: whether it
  // came.
  enum class As { value, time, event } as = As::value;
  double width = 0, until = 0;
  std::vector<std::string> others = {};  // codes that are counted with few persons' values
};
enum class TableFigure { sum, mean, percentile, deviation, minimum, maximum, ratio, gini, mode };
struct TableMeasure {
  TableFigure figure = TableFigure::sum;
  size_t column = 0;  // of `columns`
  size_t by = 0;      // of a ratio: its denominator
  double percent = 50;
  // The columns whose sums follow from the figure, or nearly.
  std::vector<size_t> sums() const;
};

// What a regression model is of: model.hpp.
struct TableModel {
  struct Term {
    std::string name;
    bool is_factor = false;  // by its levels, though it is a number
  };
  std::string outcome;
  regression::Family family = regression::Family::gaussian;
  std::vector<Term> terms;
};
struct JudgedModel {
  struct Row {
    std::string term, level;  // of the constant both are empty, of a number the level
    bool is_other = false;    // levels of few persons together
    bool is_reference = false;
    double persons = 0, events = -1;  // events below zero: the outcome is a number
    double estimate = 0, unit = 0;    // rounded to multiples of unit
    double error = 0, error_unit = 0;
  };
  struct Figure {
    std::string name;  // "sigma", "r_squared", "deviance", "null_deviance", "aic"
    double value = 0, unit = 0;
  };
  std::vector<Row> rows;
  double persons = 0, events = -1, freedom = 0;
  std::vector<Figure> figures;
};

struct TableEngine {
  uint64_t memory_mib = 1024;
  uint16_t threads = 2;
  std::string output;  // folder for the results and for what does not fit in memory
};

// --- the first job: persons and the leaf cells they are in
struct TableQuestion {
  TableEngine engine;
  std::string sql, user;
  std::string unit;                // the column of the counted; empty: the one of `units` that the result has
  std::vector<std::string> units;  // what the project calls those of the kind that is counted
  struct Other {  // another kind of units, who are protected as well where the result has them
    std::vector<std::string> units;
    // "persons", "providers" when the SELECT must give their column; empty: as it likes.
    std::string needed;
    bool are_held = false;  // the contributor says whose these are, where the result has them
  };
  std::vector<Other> others;
  // The column that says whose each unit is. Empty: nobody asks.
  std::string contributor = {};
  std::vector<std::string> unnamed;  // columns that no table has for this SELECT: "schema.table.column"
  std::vector<TableDimension> dimensions;
  std::vector<std::string> columns;         // that figures are made of
  std::string data;                         // folder of the project's Delta tables
  std::map<std::string, int64_t> versions;  // by "schema.table"
  std::optional<TableModel> model;          // instead of dimensions and columns
};
// Writes combinations.parquet: combination (0, 1, 2 …), d0 … (texts), p0 … (their parents), and
// pairs.parquet: unit, combination, x0 … (a person's sum of column 0), and missing, negative (of any column).
// Of each other kind that the result has, pairs-1.parquet …: the same columns, of the rows that were counted,
// and n, how many of the counted are in the pair. With a contributor holdings.parquet: the same of those who
// hold the units, or of units that nobody holds; named: which of the two; and holders.parquet: unit, holder.
// Of a model pairs.parquet alone: unit, y (its outcome), t0 … (its terms). Errors (usage): "table.…",
// "model.…".
struct CountedUnits {
  std::string unit;                 // the name of the column of the counted
  std::vector<std::string> others;  // of each other kind; empty: the result has none
  std::string contributor;
};
Result<CountedUnits> count_table(World& world, const TableQuestion& question);

// The number of the band that holds those who are still there at `until`.
double end_band(const TableDimension& time);
// What the event's column becomes.
inline constexpr std::string_view event_word = "event", censored_word = "censored";

// --- the second job: what of it may be told
struct TableRules {
  tabular::Rules counts;
  disclosure::RuleValues values;
};
struct ReleasedTable {
  int64_t number = 0;
  std::vector<tabular::Hierarchy> dimensions;
  std::string marks;  // one TableMark for each cell
  // Of each cell; below zero: not published. Empty: units of another kind were counted.
  std::vector<double> published;
};
struct TableJudgement {
  TableEngine engine;
  // pairs.parquet, combinations.parquet, population.parquet, and in ledger/ NUMBER-atoms.parquet,
  // NUMBER-places.parquet and NUMBER-knowledge.bin of the newest released table.
  std::string input;
  int64_t number = 0;           // that the table will have
  bool providers = false;       // the units are the project's providers, else its persons
  bool holdings = false;        // not these, but those who hold them (0048)
  std::string holders = {};     // name of the file that says who holds the units; empty: nobody does
  std::string pairs = "pairs";  // name of the file; empty: there are no units of this kind
  bool is_other = false;        // not those who are counted: then pairs have n, how many of these are in each
  std::string prefix = {};      // of this kind's files in the ledger: NUMBER-PREFIXatoms.parquet
  // The other kinds of units that the same rows are of, each with its rules and its ledger: what a cell tells
  // must be told of few of none of them.
  std::vector<TableJudgement> others = {};
  bool leave_unknown = false;  // units who are nobody in the project (any more) are left out; else refused
  std::vector<TableDimension> dimensions;
  std::vector<TableMeasure> measures;
  std::vector<std::string> columns;
  TableRules rules;
  std::vector<ReleasedTable> released;  // by number; the newest ones, which explanations may name
  // Numbers are rounded to multiples of this, nothing is hidden (table_round.hpp); 0: exact.
  uint64_t round = 0;
  std::string round_key;  // of the institution's ledger
  int64_t values = 0;     // the newest table with what sums told (table_values.hpp); 0: none told anything
  // Then there is one dimension, made here: the levels of terms, and of the outcome at each.
  std::optional<TableModel> model;
};

// What a cell's number became, as records keep it.
enum class TableMark : char { open = 'o', few = 'f', dominated = 'd', secondary = 's' };

struct JudgedTable {
  std::vector<tabular::Hierarchy> dimensions;
  std::string marks;
  std::vector<double> counts;       // of all cells; only the open ones are told
  std::vector<int64_t> because_of;  // secondary: a released table's number, 0: its own table, -1: several
  std::vector<std::vector<double>> figures;  // of each measure, of each cell; not a number: hidden
  size_t facts_before = 0, facts = 0, lost = 0;
  bool has_values = false;  // values.parquet and values.bin are written too
  struct Other {            // of each other kind
    size_t facts = 0;
    bool has_values = false;
  };
  std::vector<Other> others;
  std::optional<JudgedModel> model;  // all cells are open then
};
// Writes atoms.parquet (unit, atom), places.parquet (atom, number, leaf): who is where in this table and
// those of `released`, and knowledge.bin: what follows from all that was ever released; for each kind of
// units, with its prefix.
Result<JudgedTable> judge_table(World& world, const TableJudgement& job);

// Codes of dimensions: the first letter says what it is, the rest is the register's own text.
//   "*total", "=101" a value, "^084" a value of the upper level, "~084" few persons' values below it,
//   "?" nothing was said ("?^084" below it), "*missing" nor in the upper level, "~" few persons' values
struct TableCodes {
  tabular::Hierarchy hierarchy;
  // Value and parent -> code's index; both may be absent.
  using Text = std::optional<std::string>;
  std::map<std::pair<Text, Text>, uint32_t> leaves;
};
struct TableValue {
  TableCodes::Text value, parent;
  uint64_t units = 0;
};
// `parents`: units of each parent. Values and parents of fewer than t units are not named.
// "table.not_a_hierarchy" when a value has two parents.
// `others`: codes for few persons' values are there whether or not there are such values.
enum class Others { where_needed, always };
Result<TableCodes> make_codes(const TableDimension& dimension, std::vector<TableValue> values,
                              const std::map<TableCodes::Text, uint64_t>& parents, double threshold,
                              Others others = Others::where_needed);

}  // namespace fvm::runner
