// The second job: which cells may be told, given everything that the institution was told before.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "disclosure/checks.hpp"
#include "runner/build_map.hpp"
#include "runner/model.hpp"
#include "runner/seen_pseudonyms.hpp"
#include "runner/table_others.hpp"
#include "runner/table_round.hpp"
#include "runner/table_sums.hpp"

namespace fvm::runner {
namespace {

using duck::quote_text;
using tabular::Status;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr size_t digits_of_a_number_min = 8;  // fewer digits or letters are no pseudonym

class Judge {
 public:
  Judge(World& world, duck::Connection& connection, const TableJudgement& job)
      : world_(world), connection_(connection), job_(job) {}

  Result<JudgedTable> judge() {
    const std::string combinations =
        job_.model ? TRY(make_model_pairs()) : job_.input + "/combinations.parquet";
    combinations_ = TRY(read_combinations(connection_, combinations, job_.dimensions));
    TableUnits units =
        TRY(read_units(connection_, job_, combinations_.size(), job_.model ? "numbered" : std::string()));
    // A rounded table is of counts of values: numbers decide which are named, not how many persons there are.
    if (job_.round > 0) return rounded(units.single);
    TableUnitCounts counted = count_units(units, combinations_, job_);
    TRY(check_times(units.single, counted));
    TRY(check_measures());
    TRY(open_others(counted));
    JudgedTable out;
    std::vector<TableCodes> codes;
    for (size_t i = 0; i < job_.dimensions.size(); ++i) {
      codes.push_back(TRY(codes_of(i, counted)));
      out.dimensions.push_back(codes.back().hierarchy);
    }
    TRY(check_size(out.dimensions));
    TRY(check_labels(out.dimensions));
    const tabular::Shape shape(pointers_to(out.dimensions));
    const auto leaf_of = leaves(codes, shape);
    if (!job_.columns.empty()) TRY(make_member(connection_, job_, leaf_of, {}, units.single));
    TableAtoms atoms = TRY(make_atoms(world_, connection_, job_, std::move(units), leaf_of, shape.cells()));
    const auto groups = tabular::groups_of(shape, atoms.wanted);
    out.counts = tabular::sums_of_cells(groups, atoms.known.units(), shape.cells());
    auto figures = TRY(make_figures(connection_, job_, shape, out.counts));
    const auto forbidden = TRY(forbid(shape, leaf_of, std::move(figures.dominated)));
    TRY(decide(atoms, groups, forbidden, out));
    if (job_.rules.values.at(disclosure::Parameter::counts_whole_group) != 0) hide_whole_groups(shape, out);
    if (model_) out.model = TRY(model_->judge(codes.front(), out));
    TRY(remember(atoms.known, groups, out));
    TRY(hide(shape, figures, out));
    TRY(finish_others(out));
    return out;
  }

 private:
  Result<void> open_pairs() {
    if (is_open_) return {};
    is_open_ = true;
    return runner::open_pairs(connection_, job_);
  }

  // Of the other kinds of units in the same rows.
  Result<void> open_others(TableUnitCounts& counted) {
    std::vector<bool> nobody;
    for (const uint64_t units : counted.combinations) nobody.push_back(units == 0);
    for (const TableJudgement& job : job_.others) {
      others_.push_back(std::make_unique<TableOther>(world_, job, combinations_, nobody));
      name_for_all(TRY(others_.back()->open()), job.rules.counts.threshold, counted);
    }
    return {};
  }

  // The cells that other rules than those for counts forbid, and those of other kinds of units.
  Result<TableOther::Forbidden> forbid(const tabular::Shape& shape, const std::vector<uint32_t>& leaf_of,
                                       std::vector<bool> dominated) {
    TableOther::Forbidden all{dominated, std::vector<bool>(shape.cells(), false), std::move(dominated)};
    const auto add = [](const std::vector<bool>& from, std::vector<bool>& to) {
      for (size_t cell = 0; cell < to.size(); ++cell) to[cell] = to[cell] || from[cell];
    };
    for (const auto& other : others_) {
      const auto own = TRY(other->forbid(shape, leaf_of));
      add(own.cells, all.cells), add(own.few, all.few), add(own.dominated, all.dominated);
    }
    return all;
  }

  Result<void> finish_others(JudgedTable& out) {
    std::vector<bool> told;
    for (const char mark : out.marks) told.push_back(mark == static_cast<char>(TableMark::open));
    for (const auto& other : others_) out.others.push_back(TRY(other->finish(told)));
    return {};
  }

  // Of a model: the relation numbered(unit, combination), and the file of the combinations.
  Result<std::string> make_model_pairs() {
    TRY(open_pairs());
    if (TRY(connection_.query_number(
            "SELECT count(*) FROM (FROM asked ANTI JOIN person ON unit = person.project LIMIT 1)")) > 0)
      return usage("table.unit_unknown");
    model_.emplace(connection_, job_);
    TRY(model_->make_pairs());
    const std::string file = job_.engine.output + "/temporary/combinations.parquet";
    TRY(connection_.run(
        "CREATE TABLE combination AS SELECT (row_number() OVER () - 1)::UINTEGER AS combination, d0, p0 FROM "
        "(SELECT DISTINCT d0, p0 FROM pairs);"
        "CREATE VIEW numbered AS SELECT unit, combination FROM pairs JOIN combination ON pairs.d0 IS NOT "
        "DISTINCT FROM combination.d0 AND pairs.p0 IS NOT DISTINCT FROM combination.p0;"
        "COPY combination TO " +
        quote_text(file) + " (FORMAT parquet)"));
    return file;
  }

  // One row a person, with a time and an outcome.
  Result<void> check_times(bool single, const TableUnitCounts& counted) const {
    for (size_t i = 0; i < job_.dimensions.size(); ++i) {
      if (job_.dimensions[i].as == TableDimension::As::value) continue;
      if (!single) return usage("table.time_twice");
      const auto is_missing = [](const TableValue& value) { return !value.value; };
      if (std::ranges::any_of(counted.values[i], is_missing))
        return usage("table.time_missing", {{"name", job_.dimensions[i].name}});
    }
    return {};
  }

  Result<void> check_measures() {
    if (job_.columns.empty()) return {};
    TRY(open_pairs());
    // The sum of noughts and ones is a count, and its mean a share: those are told by rules for counts, which
    // know them again in another table. Two values are the least and the largest, and no other.
    std::string ends, others;
    for (size_t i = 0; i < job_.columns.size(); ++i) {
      ends += fmt::format(", min(x{0}) AS least{0}, max(x{0}) AS largest{0}", i);
      others += fmt::format(
          ", any_value(least{0} <> largest{0}) AND count(*) FILTER (x{0} <> least{0} AND x{0} <> largest{0}) "
          "= 0",
          i);
    }
    auto result =
        TRY(connection_.query("SELECT coalesce(bool_or(missing), false), coalesce(bool_or(negative), false)" +
                              others + " FROM pairs, (SELECT count(*)" + ends + " FROM pairs)"));
    const duck::Chunk chunk = TRY(result.next());
    const auto is_so = [&](size_t column) {
      return chunk && chunk.column(column).valid(0) && chunk.column(column).values<uint8_t>()[0] != 0;
    };
    if (is_so(0)) return usage("table.measure_missing");
    if (is_so(1)) return usage("table.measure_negative");
    for (size_t i = 0; i < job_.columns.size(); ++i)
      if (is_so(2 + i)) return usage("table.measure_counts", {{"name", job_.columns[i]}});
    return {};
  }

  // Nothing is hidden and nothing judged: a number tells no more than itself (0020).
  Result<JudgedTable> rounded(bool single) {
    TRY(open_pairs());
    TableRounding rounding(connection_, job_, single);
    TRY(rounding.divide());
    JudgedTable out;
    for (size_t i = 0; i < job_.dimensions.size(); ++i) {
      const auto values = TRY(rounding.values_of(i));
      const double named_min = 2 * static_cast<double>(job_.round);
      const auto codes =
          TRY(make_codes(job_.dimensions[i], values.values, values.parents, named_min, Others::always));
      TRY(make_code_map(i, codes));
      out.dimensions.push_back(codes.hierarchy);
    }
    TRY(check_size(out.dimensions));
    TRY(check_labels(out.dimensions));
    const tabular::Shape shape(pointers_to(out.dimensions));
    out.counts = TRY(rounding.counts(shape));
    out.marks.assign(shape.cells(), static_cast<char>(TableMark::open));
    out.because_of.assign(shape.cells(), 0);
    // Its ledger holds no exact table that a later one would have to be judged against.
    TRY(write_knowledge(world_, job_, {}));
    return out;
  }

  Result<TableCodes> codes_of(size_t index, const TableUnitCounts& counted) const {
    const TableDimension& dimension = job_.dimensions[index];
    if (dimension.as == TableDimension::As::time)
      return make_time_codes(combinations_, counted.combinations, job_, index);
    if (counted.values[index].size() > table_values_max)
      return usage("table.too_many_values",
                   {{"name", dimension.name}, {"max", std::to_string(table_values_max)}});
    return make_codes(dimension, counted.values[index], counted.parents[index], job_.rules.counts.threshold);
  }

  static Result<void> check_size(const std::vector<tabular::Hierarchy>& dimensions) {
    double cells = 1;
    for (const tabular::Hierarchy& dimension : dimensions) cells *= static_cast<double>(dimension.size());
    if (cells <= static_cast<double>(table_cells_max)) return {};
    return usage("table.too_many_cells",
                 {{"cells", fmt::format("{:.0f}", cells)}, {"max", std::to_string(table_cells_max)}});
  }

  // Values become headings, which are told: they must not be somebody's number, nor a letter home.
  Result<void> check_labels(const std::vector<tabular::Hierarchy>& dimensions) {
    std::optional<SeenPseudonyms> seen;
    for (size_t i = 0; i < dimensions.size(); ++i) {
      for (size_t code = 0; code < dimensions[i].size(); ++code) {
        const std::string label = dimensions[i].code(code).substr(1);
        const bool plain =
            label.size() <= table_label_bytes_max &&
            std::none_of(label.begin(), label.end(), [](unsigned char c) { return c < ' ' || c == 127; });
        if (!plain)
          return usage("table.bad_label",
                       {{"name", job_.dimensions[i].name}, {"max", std::to_string(table_label_bytes_max)}});
        const auto signs =
            std::count_if(label.begin(), label.end(), [](unsigned char c) { return std::isalnum(c); });
        if (static_cast<size_t>(signs) < digits_of_a_number_min) continue;
        if (!seen) seen = TRY(seen_pseudonyms());
        disclosure::Findings findings;
        disclosure::check_text(label, seen->all(), {}, findings);
        if (!findings.list().empty())
          return refused("table.label_identifies", {{"name", job_.dimensions[i].name}});
      }
    }
    return {};
  }

  // Of the project's map, where all are whom rows may be of, and providers; holdings have names of their own.
  Result<SeenPseudonyms> seen_pseudonyms() {
    std::vector<Path> map;
    for (const char* name : {"population", "population_changes"})
      if (const Path file = Path(job_.input) / (std::string(name) + ".parquet"); world_.exists(file))
        map.push_back(file);
    SeenPseudonyms seen;
    if (!map.empty()) seen = TRY(SeenPseudonyms::of(map));
    if (job_.holdings || map.empty()) {
      TRY(open_pairs());
      seen.add(TRY(pseudonyms_in(connection_, "person")));
    }
    return seen;
  }

  // Of each combination that somebody is in.
  std::vector<uint32_t> leaves(const std::vector<TableCodes>& codes, const tabular::Shape& shape) const {
    std::vector<uint32_t> out(combinations_.size(), 0);
    size_t stride = shape.cells();
    for (size_t i = 0; i < codes.size(); ++i) {
      stride /= codes[i].hierarchy.size();
      std::vector<uint32_t> code_of;
      for (const auto& [value, parent] : combinations_.values[i]) {
        const auto code = codes[i].leaves.find({value, parent});
        code_of.push_back(code == codes[i].leaves.end() ? 0 : code->second);  // nobody is there
      }
      for (size_t combination = 0; combination < out.size(); ++combination)
        out[combination] += code_of[combinations_.index[i][combination]] * static_cast<uint32_t>(stride);
    }
    return out;
  }

  Result<void> make_code_map(size_t index, const TableCodes& codes) {
    TRY(connection_.run(
        fmt::format("CREATE TABLE code{}(value VARCHAR, parent VARCHAR, code BIGINT)", index)));
    auto appender = TRY(duck::Appender::open(connection_, "main", fmt::format("code{}", index)));
    for (const auto& [key, code] : codes.leaves) {
      TRY(appender.append(1, [&](std::span<duck::VectorWriter> columns) {
        key.first ? columns[0].set_text(0, *key.first) : columns[0].set_null(0);
        key.second ? columns[1].set_text(0, *key.second) : columns[1].set_null(0);
        columns[2].values<int64_t>()[0] = code;
      }));
    }
    return appender.close();
  }

  Result<void> decide(TableAtoms& atoms, const tabular::Groups& groups,
                      const TableOther::Forbidden& forbidden, JudgedTable& out) const {
    const auto released = TRY(released_tables(job_, atoms));
    tabular::CountTable wanted{pointers_to(out.dimensions), out.counts, {}, groups, job_.number};
    for (const bool is_forbidden : forbidden.cells)
      wanted.status.push_back(is_forbidden ? Status::sensitive : Status::candidate);
    const auto decision = TRY(tabular::decide(atoms.known, wanted, released, job_.rules.counts));
    out.facts_before = decision.facts_before, out.lost = decision.lost;
    out.because_of = decision.because_of;
    for (size_t cell = 0; cell < out.counts.size(); ++cell) {
      const bool few =
          (out.counts[cell] > 0 && out.counts[cell] < job_.rules.counts.threshold) || forbidden.few[cell];
      const TableMark mark = decision.status[cell] == Status::open ? TableMark::open
                             : few                                 ? TableMark::few
                             : forbidden.dominated[cell]           ? TableMark::dominated
                                                                   : TableMark::secondary;
      out.marks += static_cast<char>(mark);
    }
    return {};
  }

  // What of it is told in the end is known from now on.
  Result<void> remember(tabular::Knowledge& known, const tabular::Groups& groups, JudgedTable& out) {
    std::vector<bool> open;
    for (const char mark : out.marks) open.push_back(mark == static_cast<char>(TableMark::open));
    known.learn(groups, out.counts, open, job_.number);
    out.facts = known.facts();
    return write_knowledge(world_, job_, known);
  }

  // Of each column whose sums are told, or what follows from a few of them: the cells of which all tables
  // together may tell them, of no kind of units.
  Result<std::map<size_t, std::vector<bool>>> judge_values(const tabular::Shape& shape, JudgedTable& out) {
    std::vector<bool> wanted;
    for (const char mark : out.marks) wanted.push_back(mark == static_cast<char>(TableMark::open));
    std::vector<std::map<size_t, std::vector<bool>>> of_others;
    for (const auto& other : others_) of_others.push_back(TRY(other->judge_values(wanted)));
    TableValues values(world_, connection_, job_, shape);
    TRY(values.open());
    const auto told = TRY(values.judge_all([&](size_t column) {
      auto of_column = wanted;
      for (const auto& each : of_others)
        if (const auto found = each.find(column); found != each.end())
          for (size_t cell = 0; cell < of_column.size(); ++cell)
            of_column[cell] = of_column[cell] && found->second[cell];
      return of_column;
    }));
    out.has_values = !told.empty();
    if (out.has_values) TRY(values.write());
    return told;
  }

  Result<void> hide(const tabular::Shape& shape, CellFigures& figures, JudgedTable& out) {
    if (job_.measures.empty()) return {};
    const auto told = TRY(judge_values(shape, out));
    const auto plain = protect_sums(shape, out, {});
    std::vector<std::vector<bool>> of_column;
    for (const auto& sums : figures.sums)
      of_column.push_back(TRY(open_sums(shape, job_.rules.values, plain, sums)));
    for (size_t i = 0; i < figures.figures.size(); ++i) {
      CellFigures::Of& figure = figures.figures[i];
      const TableMeasure& measure = job_.measures[i];
      const auto summed = measure.sums();
      const auto may = [&](size_t cell) {
        return std::ranges::all_of(summed, [&](size_t column) { return told.at(column)[cell]; });
      };
      const auto own = figure.sensitive.empty() ? std::vector<bool>()
                                                : are_open(protect_sums(shape, out, figure.sensitive));
      const auto adds_up = [&](size_t cell) {
        if (!own.empty()) return static_cast<bool>(own[cell]);
        return std::ranges::all_of(summed, [&](size_t column) { return of_column.at(column)[cell]; });
      };
      for (size_t cell = 0; cell < out.counts.size(); ++cell) {
        const bool open = out.marks[cell] == static_cast<char>(TableMark::open) &&
                          (!figure.adds_up || adds_up(cell)) && may(cell);
        if (!open) figure.values[cell] = nothing;
      }
      out.figures.push_back(std::move(figure.values));
    }
    return {};
  }

  World& world_;
  duck::Connection& connection_;
  const TableJudgement& job_;
  TableCombinations combinations_;
  bool is_open_ = false;
  std::optional<ModelJudge> model_;
  std::vector<std::unique_ptr<TableOther>> others_;
};

}  // namespace

Result<JudgedTable> judge_table(World& world, const TableJudgement& job) {
  auto database = TRY(duck::Database::open({.memory_mib = job.engine.memory_mib,
                                            .threads = job.engine.threads,
                                            .temporary = job.engine.output + "/temporary",
                                            .preserve_insertion_order = false}));
  auto connection = TRY(database.connect());
  return Judge(world, connection, job).judge();
}

}  // namespace fvm::runner
