#include "runner/table_round.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "runner/table_sets.hpp"
#include "tabular/rounding.hpp"

namespace fvm::runner {
namespace {

using duck::quote_text;
using Text = TableCodes::Text;

// Bits that only the ledger's key tells: the same for the same table of the same ledger.
class KeyedDraws {
 public:
  KeyedDraws(std::string key, int64_t table) : key_(std::move(key)), table_(table) {}
  uint64_t operator()() {
    if (at_ + sizeof(uint64_t) > block_.size()) {
      block_ = crypto::hmac_sha256(key_, fmt::format("rounding {} {}", table_, blocks_++));
      at_ = 0;
    }
    uint64_t bits = 0;
    std::memcpy(&bits, block_.data() + at_, sizeof bits);
    at_ += sizeof bits;
    return bits;
  }

 private:
  std::string key_, block_;
  int64_t table_;
  uint64_t blocks_ = 0;
  size_t at_ = 0;
};

Text text_of(const duck::ColumnView& column, size_t row) {
  if (!column.valid(row)) return std::nullopt;
  return std::string(column.text(row));
}

}  // namespace

std::string TableRounding::columns() const {
  std::string out;
  for (size_t i = 0; i < job_.dimensions.size(); ++i) {
    out += fmt::format("{}d{}", i == 0 ? "" : ", ", i);
    if (!job_.dimensions[i].parent.empty()) out += fmt::format(", p{}", i);
  }
  return out;
}

// combination(id, combination, d0 …), place(sig, id): a person's combinations of values, as one number;
// unit_place(unit, sig).
Result<void> TableRounding::make_places() {
  TRY(connection_.run(fmt::format(
      "CREATE TABLE asked AS SELECT DISTINCT person.mirror AS unit, combination FROM pairs JOIN person ON "
      "person.project = pairs.unit;"
      "CREATE TABLE combination AS SELECT row_number() OVER (ORDER BY {0}) - 1 AS id, combination, {0} FROM "
      "read_parquet({1}) SEMI JOIN asked USING (combination);"
      "CREATE TABLE unit_combination AS SELECT unit, id FROM asked JOIN combination USING (combination)",
      columns(), quote_text(job_.input + "/combinations.parquet"))));
  if (single_)
    return connection_.run(
        "CREATE VIEW unit_place AS SELECT unit, id::BIGINT AS sig FROM unit_combination;"
        "CREATE VIEW place AS SELECT id::BIGINT AS sig, id FROM combination");
  return connection_.run(
      "CREATE TABLE unit_list AS SELECT unit, list_sort(list(id)) AS list FROM unit_combination GROUP BY "
      "unit;"
      "CREATE TABLE lists AS SELECT row_number() OVER (ORDER BY list) - 1 AS sig, list FROM (SELECT DISTINCT "
      "list FROM unit_list);"
      "CREATE VIEW unit_place AS SELECT unit, sig FROM unit_list JOIN lists USING (list);"
      "CREATE TABLE place AS SELECT sig, unnest(list) AS id FROM lists");
}

// fate(unit, atom, rounded, sig) of everybody here or in a table before; an atom whose number is 0 is not
// divided. kind(id, atom, rounded, sig, n): the groups.
Result<void> TableRounding::make_groups() {
  if (job_.released.empty()) {
    TRY(connection_.run(
        "CREATE VIEW fate AS SELECT unit, -1::BIGINT AS atom, -1::BIGINT AS rounded, sig FROM unit_place"));
  } else {
    const auto file = [&](std::string_view what) {
      return fmt::format("read_parquet({})", quote_text(fmt::format("{}/ledger/{}-{}.parquet", job_.input,
                                                                    job_.released.back().number, what)));
    };
    TRY(connection_.run(fmt::format(
        "CREATE TABLE fate AS SELECT unit, coalesce(atom, -1)::BIGINT AS atom, coalesce(rounded, -1)::BIGINT "
        "AS rounded, CASE WHEN rounded = 0 THEN -1 ELSE coalesce(sig, -1) END::BIGINT AS sig FROM unit_place "
        "FULL JOIN (SELECT unit, atom, rounded FROM {} AS atoms JOIN {} AS places USING (atom)) AS before "
        "USING (unit)",
        file("atoms"), file("places"))));
  }
  return connection_.run(
      "CREATE TABLE kind AS SELECT row_number() OVER (ORDER BY atom, sig) - 1 AS id, atom, rounded, sig, "
      "count(*) AS n FROM fate GROUP BY atom, rounded, sig");
}

// Of each sig the values of its first combination at each level, as numbers.
Result<std::vector<std::vector<uint32_t>>> TableRounding::read_places() {
  std::string ranks;
  size_t levels = 0;
  const auto add = [&](char letter, size_t dimension) {
    ranks += fmt::format(", dense_rank() OVER (ORDER BY {}{}) AS r{}", letter, dimension, levels++);
  };
  for (size_t i = 0; i < job_.dimensions.size(); ++i) {
    if (!job_.dimensions[i].parent.empty()) add('p', i);
    add('d', i);
  }
  std::vector<std::vector<uint32_t>> places;
  const std::string sql =
      "SELECT sig, COLUMNS('^r[0-9]') FROM (SELECT sig, min(id) AS id FROM place GROUP BY sig) AS first JOIN "
      "(SELECT id" +
      ranks + " FROM combination) AS ranked USING (id) ORDER BY sig";
  for (const auto& row : TRY(read_numbers(connection_, sql))) {
    auto& place = places.emplace_back();
    for (size_t i = 1; i < row.size(); ++i) place.push_back(static_cast<uint32_t>(row[i]));
  }
  return places;
}

Result<void> TableRounding::divide() {
  TRY(make_places());
  TRY(make_groups());
  if (TRY(connection_.query_number("SELECT count(*) FROM kind")) >
      static_cast<int64_t>(table_rounded_groups_max))
    return usage("table.too_many_groups", {{"max", std::to_string(table_rounded_groups_max)}});
  tabular::RoundingProblem problem{job_.round, {}, {}, {}};
  for (const TableDimension& dimension : job_.dimensions)
    problem.levels.push_back(dimension.parent.empty() ? 1 : 2);
  const auto places = TRY(read_places());
  int64_t atom = 0;
  for (const auto& row :
       TRY(read_numbers(connection_, "SELECT atom, rounded, sig, n FROM kind ORDER BY id"))) {
    if (problem.atoms.empty() || row[0] != atom) {
      problem.atoms.emplace_back(row[1] < 0 ? std::nullopt : std::optional(static_cast<uint64_t>(row[1])));
      atom = row[0];
    }
    problem.parts.push_back({static_cast<uint32_t>(problem.atoms.size() - 1), static_cast<uint64_t>(row[3]),
                             row[2] < 0 ? std::vector<uint32_t>() : places[static_cast<size_t>(row[2])]});
  }
  return write(tabular::round_parts(problem, KeyedDraws(job_.round_key, job_.number)));
}

// kind_number(id, atom, rounded): the new atoms; those of number 0 are one.
Result<void> TableRounding::write(const std::vector<uint64_t>& numbers) {
  std::vector<std::vector<int64_t>> rows;
  int64_t atoms = 0;
  for (size_t id = 0; id < numbers.size(); ++id)
    rows.push_back(
        {static_cast<int64_t>(id), numbers[id] == 0 ? 0 : ++atoms, static_cast<int64_t>(numbers[id])});
  TRY(connection_.run("CREATE TABLE kind_number(id BIGINT, atom BIGINT, rounded BIGINT)"));
  TRY(append_numbers(connection_, "kind_number", rows));
  TRY(connection_.run(
      "CREATE TABLE sig_number AS SELECT sig, sum(kind_number.rounded)::BIGINT AS number FROM kind JOIN "
      "kind_number USING (id) WHERE sig >= 0 GROUP BY sig HAVING number > 0"));
  const auto copy = [&](const std::string& what, std::string_view name) {
    return connection_.run(fmt::format("COPY ({}) TO {} (FORMAT parquet)", what,
                                       quote_text(fmt::format("{}/{}", job_.engine.output, name))));
  };
  TRY(
      copy("SELECT unit, kind_number.atom::UINTEGER AS atom FROM fate JOIN kind ON kind.atom = fate.atom AND "
           "kind.sig = fate.sig JOIN kind_number USING (id)",
           "atoms.parquet"));
  return copy("SELECT DISTINCT atom, rounded FROM kind_number", "places.parquet");
}

Result<RoundedValues> TableRounding::values_of(size_t dimension) {
  const bool has_parent = !job_.dimensions[dimension].parent.empty();
  const std::string above = has_parent ? fmt::format("p{}", dimension) : "NULL::VARCHAR";
  const auto sums = [&](const std::string& value, const std::string& parent) {
    return fmt::format(
        "SELECT value, above, sum(number)::BIGINT FROM (SELECT DISTINCT sig, {} AS value, {} AS above FROM "
        "place JOIN combination USING (id)) JOIN sig_number USING (sig) GROUP BY ALL",
        value, parent);
  };
  RoundedValues out;
  auto result = TRY(connection_.query(sums(fmt::format("d{}", dimension), above) +
                                      fmt::format(" LIMIT {}", table_values_max + 1)));
  while (duck::Chunk chunk = TRY(result.next())) {
    const auto value = chunk.column(0), parent = chunk.column(1), number = chunk.column(2);
    for (size_t i = 0; i < chunk.rows(); ++i)
      out.values.push_back(
          {text_of(value, i), text_of(parent, i), static_cast<uint64_t>(number.values<int64_t>()[i])});
  }
  if (out.values.size() > table_values_max)
    return usage("table.too_many_values",
                 {{"name", job_.dimensions[dimension].name}, {"max", std::to_string(table_values_max)}});
  if (!has_parent) return out;
  auto parents = TRY(connection_.query(sums("NULL::VARCHAR", above)));
  while (duck::Chunk chunk = TRY(parents.next())) {
    const auto parent = chunk.column(1), number = chunk.column(2);
    for (size_t i = 0; i < chunk.rows(); ++i)
      out.parents[text_of(parent, i)] = static_cast<uint64_t>(number.values<int64_t>()[i]);
  }
  return out;
}

Result<std::vector<double>> TableRounding::counts(const tabular::Shape& shape) {
  std::string leaf = "0", joins;
  size_t stride = shape.cells();
  for (size_t i = 0; i < job_.dimensions.size(); ++i) {
    stride /= shape.dimensions()[i]->size();
    leaf += fmt::format(" + c{}.code * {}", i, stride);
    joins += fmt::format(" JOIN code{0} c{0} ON c{0}.value IS NOT DISTINCT FROM combination.d{0}", i);
    if (!job_.dimensions[i].parent.empty())
      joins += fmt::format(" AND c{0}.parent IS NOT DISTINCT FROM combination.p{0}", i);
  }
  std::vector<double> counts(shape.cells(), 0);
  std::map<uint32_t, std::vector<uint32_t>> above;
  std::vector<uint32_t> cells;
  int64_t of = -1;
  double number = 0;
  const auto finish = [&] {
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    for (const uint32_t cell : cells) counts[cell] += number;
    cells.clear();
  };
  for (const auto& row : TRY(read_numbers(
           connection_, fmt::format("SELECT DISTINCT sig, number, {} FROM sig_number JOIN place USING (sig) "
                                    "JOIN combination USING (id){} ORDER BY sig",
                                    leaf, joins)))) {
    if (row[0] != of) finish();
    of = row[0], number = static_cast<double>(row[1]);
    auto& known = above[static_cast<uint32_t>(row[2])];
    if (known.empty()) known = cells_above(shape, static_cast<uint32_t>(row[2]));
    cells.insert(cells.end(), known.begin(), known.end());
  }
  finish();
  return counts;
}

}  // namespace fvm::runner
