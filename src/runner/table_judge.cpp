// The second job: which cells may be told, given everything that the institution was told before.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "disclosure/checks.hpp"
#include "runner/table_round.hpp"
#include "runner/table_sets.hpp"

namespace fvm::runner {
namespace {

using duck::quote_text;
using tabular::Status;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr unsigned knowledge_mode = 0600;
constexpr size_t digits_of_a_number_min = 8;  // fewer digits or letters are no pseudonym

class Judge {
 public:
  Judge(World& world, duck::Connection& connection, const TableJudgement& job)
      : world_(world), connection_(connection), job_(job) {}

  Result<JudgedTable> judge() {
    TRY(open_pairs());
    if (job_.round > 0) return rounded();
    JudgedTable out;
    std::vector<TableCodes> codes;
    for (size_t i = 0; i < job_.dimensions.size(); ++i) {
      codes.push_back(TRY(codes_of(i)));
      out.dimensions.push_back(codes.back().hierarchy);
    }
    TRY(check_size(out.dimensions));
    TRY(check_labels(out.dimensions));
    const tabular::Shape shape(pointers_to(out.dimensions));
    TRY(make_member(codes, shape));
    TableAtoms atoms = TRY(make_atoms(world_, connection_, job_, single_));
    const auto groups = tabular::groups_of(shape, atoms.wanted);
    out.counts = tabular::sums_of_cells(groups, atoms.known.units(), shape.cells());
    auto figures = TRY(make_figures(connection_, job_, shape, out.counts));
    TRY(decide(atoms, groups, figures.dominated, out));
    if (job_.rules.values.at(disclosure::Parameter::counts_whole_group) != 0) hide_whole_groups(shape, out);
    TRY(remember(atoms.known, groups, out));
    hide(shape, figures, out);
    return out;
  }

 private:
  Result<int64_t> number(const std::string& sql) { return connection_.query_number(sql); }

  Result<void> open_pairs() {
    // Several numbers of the mirror may be one person of the project.
    TRY(connection_.run("CREATE TABLE person AS SELECT project, min(mirror) AS mirror FROM read_parquet(" +
                        quote_text(job_.input + "/population.parquet") +
                        ") WHERE mirror IS NOT NULL GROUP BY project"));
    TRY(connection_.run("CREATE VIEW pairs AS FROM read_parquet(" +
                        quote_text(job_.input + "/pairs.parquet") + ")" +
                        (job_.leave_unknown ? " SEMI JOIN person ON unit = person.project" : "")));
    if (TRY(number(
            "SELECT count(*) FROM (FROM pairs ANTI JOIN person ON pairs.unit = person.project LIMIT 1)")) > 0)
      return usage("table.unit_unknown");
    single_ = TRY(number("SELECT (count(*) = count(DISTINCT unit))::BIGINT FROM pairs")) != 0;
    TRY(check_times());
    if (job_.columns.empty()) return {};
    if (TRY(number("SELECT count(*) FROM pairs WHERE missing")) > 0) return usage("table.measure_missing");
    if (TRY(number("SELECT count(*) FROM pairs WHERE negative")) > 0) return usage("table.measure_negative");
    // The sum of noughts and ones is a count, and its mean a share: those are told by rules for counts, which
    // know them again in another table.
    for (size_t i = 0; i < job_.columns.size(); ++i)
      if (TRY(number(fmt::format("SELECT count(DISTINCT x{}) FROM pairs", i))) == 2)
        return usage("table.measure_counts", {{"name", job_.columns[i]}});
    return {};
  }

  // One row a person, with a time and an outcome.
  Result<void> check_times() {
    for (size_t i = 0; i < job_.dimensions.size(); ++i) {
      if (job_.dimensions[i].as == TableDimension::As::value) continue;
      if (!single_) return usage("table.time_twice");
      if (TRY(number(fmt::format("SELECT count(*) FROM pairs WHERE d{} IS NULL", i))) > 0)
        return usage("table.time_missing", {{"name", job_.dimensions[i].name}});
    }
    return {};
  }

  // Nothing is hidden and nothing judged: a number tells no more than itself (0020).
  Result<JudgedTable> rounded() {
    TableRounding rounding(connection_, job_, single_);
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
    TRY(write_knowledge({}));
    return out;
  }

  std::string units() const { return single_ ? "count(*)" : "count(DISTINCT unit)"; }

  Result<TableCodes> codes_of(size_t index) {
    const TableDimension& dimension = job_.dimensions[index];
    if (dimension.as == TableDimension::As::time) return make_time_codes(connection_, job_, index);
    const std::string parent = dimension.parent.empty() ? "NULL::VARCHAR" : fmt::format("p{}", index);
    std::vector<TableValue> values;
    auto result =
        TRY(connection_.query(fmt::format("SELECT d{}, {}, ({})::BIGINT FROM pairs GROUP BY 1, 2 LIMIT {}",
                                          index, parent, units(), table_values_max + 1)));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto value = chunk.column(0), above = chunk.column(1), units = chunk.column(2);
      for (size_t i = 0; i < chunk.rows(); ++i)
        values.push_back(
            {text_of(value, i), text_of(above, i), static_cast<uint64_t>(units.values<int64_t>()[i])});
    }
    if (values.size() > table_values_max)
      return usage("table.too_many_values",
                   {{"name", dimension.name}, {"max", std::to_string(table_values_max)}});
    return make_codes(dimension, std::move(values), TRY(parents_of(index)), job_.rules.counts.threshold);
  }

  Result<std::map<TableCodes::Text, uint64_t>> parents_of(size_t index) {
    std::map<TableCodes::Text, uint64_t> parents;
    if (job_.dimensions[index].parent.empty()) return parents;
    auto result =
        TRY(connection_.query(fmt::format("SELECT p{}, ({})::BIGINT FROM pairs GROUP BY 1", index, units())));
    while (duck::Chunk chunk = TRY(result.next())) {
      const auto value = chunk.column(0), units = chunk.column(1);
      for (size_t i = 0; i < chunk.rows(); ++i)
        parents[text_of(value, i)] = static_cast<uint64_t>(units.values<int64_t>()[i]);
    }
    return parents;
  }

  static TableCodes::Text text_of(const duck::ColumnView& column, size_t row) {
    if (!column.valid(row)) return std::nullopt;
    return std::string(column.text(row));
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
    std::vector<uint64_t> persons;
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
        if (persons.empty()) persons = TRY(read_persons());
        disclosure::Findings findings;
        disclosure::check_text(label, disclosure::Pseudonyms(persons), {}, findings);
        if (!findings.list().empty())
          return refused("table.label_identifies", {{"name", job_.dimensions[i].name}});
      }
    }
    return {};
  }

  Result<std::vector<uint64_t>> read_persons() {
    std::vector<uint64_t> persons;
    for (const auto& row : TRY(read_numbers(connection_, "SELECT project FROM person ORDER BY project")))
      persons.push_back(static_cast<uint64_t>(row[0]));
    return persons;
  }

  // member(unit, leaf, x0 …): units by their number in the mirror, which all projects share.
  Result<void> make_member(const std::vector<TableCodes>& codes, const tabular::Shape& shape) {
    std::string leaf = "0", joins, sums;
    size_t stride = shape.cells();
    for (size_t i = 0; i < codes.size(); ++i) {
      stride /= codes[i].hierarchy.size();
      TRY(make_code_map(i, codes[i]));
      leaf += fmt::format(" + c{}.code * {}", i, stride);
      joins += fmt::format(" JOIN code{0} c{0} ON c{0}.value IS NOT DISTINCT FROM pairs.d{0}", i);
      if (!job_.dimensions[i].parent.empty())
        joins += fmt::format(" AND c{0}.parent IS NOT DISTINCT FROM pairs.p{0}", i);
    }
    for (size_t i = 0; i < job_.columns.size(); ++i)
      sums += single_ ? fmt::format(", x{}", i) : fmt::format(", sum(x{0}) AS x{0}", i);
    return connection_.run(
        fmt::format("CREATE TABLE member AS SELECT person.mirror AS unit, ({})::BIGINT AS leaf{} FROM pairs "
                    "JOIN person ON "
                    "person.project = pairs.unit{}{}",
                    leaf, sums, joins, single_ ? "" : " GROUP BY ALL"));
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

  Result<std::vector<tabular::CountTable>> released_tables(const TableAtoms& atoms) const {
    std::vector<tabular::CountTable> out;
    for (const ReleasedTable& table : job_.released) {
      tabular::CountTable counts{pointers_to(table.dimensions), {}, {}, {}, table.number};
      const tabular::Shape shape(counts.dimensions);
      counts.groups = tabular::groups_of(shape, atoms.released.at(table.number));
      counts.counts = tabular::sums_of_cells(counts.groups, atoms.known.units(), shape.cells());
      bool agrees = table.marks.size() == shape.cells() && table.published.size() == shape.cells();
      for (size_t cell = 0; agrees && cell < shape.cells(); ++cell) {
        const bool open = table.marks[cell] == static_cast<char>(TableMark::open);
        counts.status.push_back(open ? Status::open : Status::hidden);
        agrees = !open || counts.counts[cell] == table.published[cell];
      }
      if (!agrees) return surroundings("table.ledger_damaged", {{"what", std::to_string(table.number)}});
      out.push_back(std::move(counts));
    }
    return out;
  }

  Result<void> decide(TableAtoms& atoms, const tabular::Groups& groups, const std::vector<bool>& dominated,
                      JudgedTable& out) const {
    const auto released = TRY(released_tables(atoms));
    tabular::CountTable wanted{pointers_to(out.dimensions), out.counts, {}, groups, job_.number};
    for (const bool is_dominated : dominated)
      wanted.status.push_back(is_dominated ? Status::sensitive : Status::candidate);
    const auto decision = TRY(tabular::decide(atoms.known, wanted, released, job_.rules.counts));
    out.facts_before = decision.facts_before, out.lost = decision.lost;
    out.because_of = decision.because_of;
    for (size_t cell = 0; cell < out.counts.size(); ++cell) {
      const bool few = out.counts[cell] > 0 && out.counts[cell] < job_.rules.counts.threshold;
      const TableMark mark = decision.status[cell] == Status::open ? TableMark::open
                             : few                                 ? TableMark::few
                             : dominated[cell]                     ? TableMark::dominated
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
    return write_knowledge(known);
  }

  Result<void> write_knowledge(const tabular::Knowledge& known) {
    return world_.replace_file(Path(job_.engine.output) / "knowledge.bin", known.to_bytes(), knowledge_mode);
  }

  // Sums add up along the table also where persons are counted once: what the counts hide is protected by the
  // sums' own equations too.
  std::vector<bool> sums_open(const tabular::Shape& shape, const JudgedTable& table,
                              const std::vector<bool>& sensitive) const {
    tabular::System system;
    system.add_cells(shape.cells());
    shape.add_equations(system, 0);
    tabular::Request request{.system = system, .status = {}, .rank = table.counts, .insiders = {}};
    for (size_t cell = 0; cell < shape.cells(); ++cell) {
      const auto mark = static_cast<TableMark>(table.marks[cell]);
      const bool is_empty = table.counts[cell] == 0;
      const bool told = mark == TableMark::open && !(!is_empty && !sensitive.empty() && sensitive[cell]);
      request.status.push_back(told                           ? is_empty ? Status::open : Status::candidate
                               : mark == TableMark::secondary ? Status::hidden
                                                              : Status::sensitive);
    }
    const auto protection = tabular::suppress(request);
    std::vector<bool> open;
    for (const Status status : protection.status) open.push_back(status == Status::open);
    return open;
  }

  void hide(const tabular::Shape& shape, CellFigures& figures, JudgedTable& out) const {
    if (job_.measures.empty()) return;
    const auto plain = sums_open(shape, out, {});
    for (CellFigures::Of& figure : figures.figures) {
      const auto own = figure.sensitive.empty() ? plain : sums_open(shape, out, figure.sensitive);
      for (size_t cell = 0; cell < out.counts.size(); ++cell) {
        const bool told =
            out.marks[cell] == static_cast<char>(TableMark::open) && (!figure.adds_up || own[cell]);
        if (!told) figure.values[cell] = nothing;
      }
      out.figures.push_back(std::move(figure.values));
    }
  }

  World& world_;
  duck::Connection& connection_;
  const TableJudgement& job_;
  bool single_ = true;
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
