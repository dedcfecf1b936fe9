// A safe table: what somebody asked for, and what was released.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "base/world.hpp"
#include "disclosure/rule_values.hpp"

namespace fvm::safetable {

// What is counted, and what must not be singled out whatever is counted. Holdings are those who hold the
// units, and are not counted themselves.
enum class UnitKind { persons, providers, holdings };

struct Dimension {
  std::string name;    // a column of the SELECT
  std::string parent;  // another one that gives its upper level; empty: none
  // A person's time in bands of `width`, as many put together as the rules ask for, and what happened then:
  // the two that a survival curve is made of. Whoever is still there at `until` (0: no end) is censored then.
  enum class As { value, time, event } as = As::value;
  double width = 0, until = 0;
};
// minimum, maximum: the mean of the most extreme, as many as the rules ask for. ratio: of two sums. mode: the
// value that most have.
enum class Figure { sum, mean, percentile, deviation, minimum, maximum, ratio, gini, mode };
struct Measure {
  Figure figure = Figure::sum;
  std::string column;
  double percent = 50;  // of a percentile; 50 is the median
  std::string by{};     // of a ratio: the column of its denominator
};

// Percentages are of published counts, so that they add nothing to what is told.
enum class Percent { none, row, column, total };

// A regression model: what is asked for, and its figures as they are told (0026).
enum class Family { gaussian, binomial, poisson };
struct ModelTerm {
  std::string name;        // a column of the SELECT
  bool is_factor = false;  // by its levels though it is a number; texts always are
};
struct ModelAsked {
  std::string outcome;  // a column of the SELECT
  Family family = Family::gaussian;
  std::vector<ModelTerm> terms;
};
struct ModelRow {
  std::string term, level;  // of the constant both are empty, of a number the level
  bool is_other = false;    // levels of few persons together
  bool is_reference = false;
  int64_t persons = 0;
  std::optional<int64_t> events;  // where the outcome comes or does not
  double estimate = 0, unit = 0;  // a multiple of unit; of a reference level nothing
  double error = 0, error_unit = 0;
};
struct ModelFigure {
  std::string name;  // "sigma", "r_squared", "deviance", "null_deviance", "aic"
  double value = 0, unit = 0;
};
struct Model {
  ModelAsked asked;
  std::vector<ModelRow> rows;
  int64_t persons = 0, freedom = 0;  // freedom: residual degrees
  std::optional<int64_t> events;
  std::vector<ModelFigure> figures;
};

// Codes of a dimension, by its name, that are counted as (others) whatever their number.
using Merged = std::map<std::string, std::vector<std::string>>;

struct Request {
  std::string project, user;
  std::string sql;
  std::string unit;         // the column of the counted; empty: the only one that the project knows as such
  std::string contributor;  // the column that says whose each unit is; empty: each is its own
  std::string count;        // what the counted are called in the table: "persons"
  UnitKind kind = UnitKind::persons;  // which they are
  std::string title;                  // empty: made of the dimensions
  std::vector<Dimension> rows, columns;
  std::vector<Measure> measures;
  std::optional<Time> as_of;  // of the project's data
  Percent percent = Percent::none;
  Merged merged;
  int64_t coarser_than = 0;         // the table from which this was chosen (coarsen.hpp); 0: none
  std::string coarser_how;          // a few words
  uint64_t round = 0;               // numbers are multiples of this, nothing is hidden (0020); 0: exact
  std::optional<ModelAsked> model;  // instead of rows, columns and measures
};

// A part of a project's tables: those with a greater number than `after`, the first `most` of them (-1: all).
struct TablePart {
  int64_t after = 0, most = -1;
};

// A code's first letter says what it is: see src/runner/table.hpp.
struct Code {
  std::string code, parent;
};
struct TableDimension {
  Dimension named;
  std::vector<Code> codes;  // the total first
};

// What became of a cell: the letters that records keep (TableMark of room runner).
enum class Mark : char { open = 'o', few = 'f', dominated = 'd', secondary = 's' };

// Those that the table was judged by: the strictest of the registers that it was made from.
struct Rules : disclosure::RuleValues {
  Rules() = default;
  explicit Rules(RuleValues values) : RuleValues(std::move(values)) {}
  uint64_t threshold() const { return static_cast<uint64_t>(std::ceil(RuleValues::threshold())); }
};
struct DataVersion {
  std::string table;  // "lpr_f.kontakter"
  int64_t version = 0, mirror_version = 0;
};
struct Output {
  std::string format, sha256;
};

// What sums told so far (0026): the table that came last of those that told some, and its two files.
struct ValuesKept {
  int64_t table = 0;  // 0: none did
  std::string atoms_sha256, knowledge_sha256;
};

// Another kind of units that the table's rows are of: no cell tells of few of these either.
struct OtherUnits {
  UnitKind kind = UnitKind::providers;
  std::string unit;  // their column; empty: there are none, and only their ledger goes on
  Rules rules;
  size_t facts = 0;
  bool has_values = false;  // of the judging job's answer, in no record
};

// The ledger of providers, or of holdings: what the newest table that had some left, and the thresholds that
// no later table may go below.
struct KindKept {
  std::vector<int64_t> tables;  // that had some, the newest last; not all, but those that can be named
  double threshold = 0;
  std::string atoms_sha256, places_sha256, knowledge_sha256;
  ValuesKept values;
  int64_t table() const { return tables.empty() ? 0 : tables.back(); }
};

// The disclosure record of a released table. Holds no number that was not published.
struct Record {
  int64_t number = 0;  // within the institution
  std::string project, project_title, cvr, authority, author;
  Time asked{};
  std::string sql, unit, count, title;
  UnitKind kind = UnitKind::persons;
  std::vector<OtherUnits> others;
  int64_t project_version = 0;
  std::vector<DataVersion> data;
  Rules rules;
  Merged merged;  // as in the request
  int64_t coarser_than = 0;
  std::string coarser_how;
  uint64_t round = 0;
  size_t row_dimensions = 0;  // the first of `dimensions`
  std::vector<TableDimension> dimensions;
  std::vector<Measure> measures;
  Percent percent = Percent::none;
  std::string marks;                           // one Mark for each cell; the last dimension runs fastest
  std::vector<std::optional<int64_t>> counts;  // of each cell: published, or nothing
  std::vector<std::vector<std::optional<double>>> figures;  // of each measure, of each cell
  // Of secondary cells: the released table without which they could be published; 0: hidden for the sake of
  // this table's own cells; -1: of several tables together.
  std::map<size_t, int64_t> because_of;
  size_t facts_before = 0, facts = 0, lost = 0;
  std::vector<Output> outputs;
  ValuesKept values;             // of persons
  KindKept providers, holdings;  // after this table
  bool has_values = false;       // this table told some: of the judging job's answer, in no record
  std::optional<Model> model;    // then the cells are the persons behind it, all of them open

  Mark mark(size_t cell) const { return static_cast<Mark>(marks[cell]); }
  size_t hidden() const;
  KindKept& kept(UnitKind kind) { return kind == UnitKind::holdings ? holdings : providers; }
  const KindKept& kept(UnitKind kind) const { return kind == UnitKind::holdings ? holdings : providers; }
  // The rules for one kind of units; null: the table has none of it.
  const Rules* rules_of(UnitKind which) const;
};

// Cells of a record by their codes.
class Cells {
 public:
  explicit Cells(const Record& record);
  size_t size() const { return size_; }
  size_t at(const std::vector<size_t>& codes) const;
  std::vector<size_t> codes(size_t cell) const;
  // Index of a code's parent; its own for the total.
  size_t parent(size_t dimension, size_t code) const { return parents_[dimension][code]; }

 private:
  std::vector<size_t> sizes_;
  std::vector<std::vector<size_t>> parents_;
  size_t size_ = 1;
};

}  // namespace fvm::safetable
