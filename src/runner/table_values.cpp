#include "runner/table_values.hpp"

#include <fmt/format.h>

namespace fvm::runner {
namespace {

using duck::quote_text;
using tabular::Knowledge;
using tabular::Status;

constexpr unsigned file_mode = 0600;

// A person's value as one number: the first half of a digest. A person in several cells has several values;
// equal ones are told apart by their order. Persons by their number in the mirror, which all projects share.
// `kind`: what is told apart from equal values of another kind. `holder`: whose it is.
std::string valued(const std::string& column, const std::string& kind, const std::string& holder) {
  return fmt::format(
      "SELECT (md5_number_lower(concat_ws(' ', {1}mirror, x, place)) >> 1)::BIGINT AS unit, leaf, holder "
      "FROM "
      "(SELECT mirror, leaf, {0}::DOUBLE AS x, {2} AS holder, row_number() OVER (PARTITION BY mirror, {0} "
      "ORDER BY leaf) AS place FROM member JOIN person ON person.project = member.unit WHERE {0} <> 0)",
      column, kind, holder);
}

}  // namespace

Result<void> TableValues::open() {
  has_holders_ = job_.holdings || !job_.holders.empty();
  if (job_.values == 0)
    return connection_.run("CREATE TABLE value_atom(unit BIGINT, atom BIGINT, holders BIGINT[])");
  const std::string stem = fmt::format("{}/ledger/{}-{}values.", job_.input, job_.values, job_.prefix);
  known_ = TRY(Knowledge::of_bytes(TRY(world_.read_file(stem + "bin", table_knowledge_bytes_max))));
  // Not in files of before there were holders, and of values that nobody holds; once a value had one alone.
  const std::string file = quote_text(stem + "parquet");
  const auto has = [&](const char* name) {
    return connection_.query_number(
        fmt::format("SELECT count(*) FROM parquet_schema({}) WHERE name = '{}'", file, name));
  };
  const bool has_one = TRY(has("holder")) > 0, has_any = has_one || TRY(has("holders")) > 0;
  has_holders_ = has_holders_ || has_any;
  return connection_.run(
      fmt::format("CREATE TABLE value_atom AS SELECT unit, atom::BIGINT AS atom, {}::BIGINT[] AS holders "
                  "FROM read_parquet({})",
                  has_one   ? "CASE WHEN holder IS NOT NULL THEN [holder] END"
                  : has_any ? "holders"
                            : "NULL",
                  file));
}

// Who holds several values knows them all: these are atoms of their own, so that each is his alone. Whose a
// value is was said before, perhaps, and somebody else's: it is taken for both's, so that what an analyst
// says now takes nobody's away.
Result<void> TableValues::meet(const std::string& values) {
  TRY(connection_.run(
      "CREATE OR REPLACE TABLE value_met AS SELECT unit, coalesce(atom, -1)::BIGINT AS atom, coalesce(leaf, "
      "-1)::BIGINT AS leaf, CASE WHEN met.holder IS NULL THEN value_atom.holders ELSE "
      "list_sort(list_distinct(list_append(coalesce(value_atom.holders, []), met.holder))) END AS holders, "
      "-1::BIGINT AS owners FROM (" +
      values + ") AS met FULL JOIN value_atom USING (unit)"));
  if (!has_holders_) return {};
  return connection_.run(
      "CREATE OR REPLACE TABLE value_held AS SELECT unit, unnest(holders) AS holder FROM value_met;"
      "CREATE OR REPLACE TABLE value_several AS SELECT holder, row_number() OVER (ORDER BY holder) - 1 AS "
      "owner FROM value_held GROUP BY holder HAVING count(*) > 1;"
      "CREATE OR REPLACE TABLE value_owned AS SELECT unit, list(owner ORDER BY owner) AS owners FROM "
      "value_held JOIN value_several USING (holder) GROUP BY unit;"
      "CREATE OR REPLACE TABLE value_owners AS SELECT owners, row_number() OVER (ORDER BY owners) - 1 AS id "
      "FROM (SELECT DISTINCT owners FROM value_owned);"
      "UPDATE value_met SET owners = found.id FROM (SELECT unit, id FROM value_owned JOIN value_owners USING "
      "(owners)) AS found WHERE found.unit = value_met.unit");
}

Result<tabular::CountTable> TableValues::divide(const std::string& values) {
  TRY(meet(values));
  TRY(
      connection_.run("CREATE OR REPLACE TABLE value_kind AS SELECT row_number() OVER (ORDER BY atom, leaf, "
                      "owners) - 1 AS id, "
                      "atom, leaf, owners, count(*) AS n FROM value_met GROUP BY atom, leaf, owners"));
  if (TRY(connection_.query_number("SELECT count(*) FROM value_kind")) >
      static_cast<int64_t>(table_atoms_max))
    return usage("table.too_many_groups", {{"max", std::to_string(table_atoms_max)}});
  const auto kinds =
      TRY(read_numbers(connection_, "SELECT id, atom, leaf, n, owners FROM value_kind ORDER BY id"));
  std::vector<Knowledge::Part> parts;
  for (const auto& kind : kinds)
    parts.push_back({kind[1] < 0 ? Knowledge::Part::nobody : static_cast<uint32_t>(kind[1]),
                     static_cast<double>(kind[3])});
  const auto atoms = known_.divide(parts);
  if (!atoms.ok()) return surroundings("table.ledger_damaged", {{"what", "values"}});
  tabular::CountTable out{shape_.dimensions(), {}, {}, {}, job_.number};
  std::vector<std::vector<uint32_t>> owners;  // by the number of each set of them
  if (has_holders_) {
    out.owners.resize(known_.units().size());
    for (const auto& row :
         TRY(read_numbers(connection_, "SELECT id, unnest(owners) FROM value_owners ORDER BY ALL"))) {
      owners.resize(static_cast<size_t>(row[0]) + 1);
      owners.back().push_back(static_cast<uint32_t>(row[1]));
    }
  }
  std::vector<std::vector<uint32_t>> leaves(known_.units().size());
  std::vector<std::vector<int64_t>> names;
  for (size_t i = 0; i < kinds.size(); ++i) {
    names.push_back({kinds[i][0], (*atoms)[i]});
    if (kinds[i][2] >= 0) leaves[(*atoms)[i]] = {static_cast<uint32_t>(kinds[i][2])};
    if (kinds[i][4] >= 0) out.owners[(*atoms)[i]] = owners[static_cast<size_t>(kinds[i][4])];
  }
  TRY(connection_.run("CREATE OR REPLACE TABLE value_named(id BIGINT, atom BIGINT)"));
  TRY(append_numbers(connection_, "value_named", names));
  TRY(connection_.run(
      "CREATE OR REPLACE TABLE value_atom AS SELECT unit, value_named.atom, holders FROM value_met JOIN "
      "value_kind USING (atom, leaf, owners) JOIN value_named USING (id)"));
  out.groups = tabular::groups_of(shape_, leaves);
  return out;
}

// Of `member` and `person`: a holding that is named (its number is the same in the mirror and in the
// project), the unit's holder, or nobody. A unit that is its own holding knows what it would know without
// holdings: an atom for each of its values would only fill the ledger.
std::string TableValues::holder() const {
  if (job_.holdings) return "(CASE WHEN mirror = member.unit THEN mirror END)";
  return job_.holders.empty() ? "NULL::BIGINT"
                              : "(SELECT holder FROM holder_of WHERE holder_of.unit = member.unit)";
}

Result<std::vector<bool>> TableValues::judge(size_t column, const std::vector<bool>& wanted) {
  return judge_sets(valued(fmt::format("x{}", column), "", holder()), wanted);
}

Result<std::vector<bool>> TableValues::judge_numbers(const std::vector<bool>& wanted) {
  // Numbers and money meet in no cell: whoever has both is two.
  return judge_sets(valued("n", "'n', ", fmt::format("xor({}, 1)", holder())), wanted);
}

Result<std::vector<bool>> TableValues::judge_sets(const std::string& values,
                                                  const std::vector<bool>& wanted) {
  tabular::CountTable table = TRY(divide(values));
  table.counts = tabular::sums_of_cells(table.groups, known_.units(), shape_.cells());
  for (const bool is_wanted : wanted)
    table.status.push_back(is_wanted ? Status::candidate : Status::sensitive);
  auto rules = job_.rules.counts;
  rules.counts = false;
  const auto decision = TRY(tabular::decide(known_, table, {}, rules));
  std::vector<bool> told;
  for (size_t cell = 0; cell < wanted.size(); ++cell)
    told.push_back(wanted[cell] && decision.status[cell] == Status::open);
  known_.learn(table.groups, table.counts, told, job_.number);
  return told;
}

std::vector<size_t> TableMeasure::sums() const {
  if (figure == TableFigure::percentile || figure == TableFigure::mode) return {};
  return figure == TableFigure::ratio ? std::vector{column, by} : std::vector{column};
}

Result<std::map<size_t, std::vector<bool>>> TableValues::judge_all(const Wanted& wanted) {
  std::map<size_t, std::vector<bool>> told;
  for (const TableMeasure& measure : job_.measures) {
    for (const size_t column : measure.sums()) {
      if (told.contains(column)) continue;
      told[column] = TRY(judge(column, wanted(column)));
    }
  }
  return told;
}

Result<void> TableValues::write() {
  TRY(connection_.run(fmt::format("COPY (SELECT unit, atom::UINTEGER AS atom{} FROM value_atom) TO ",
                                  has_holders_ ? ", holders" : "") +
                      quote_text(job_.engine.output + "/" + job_.prefix + "values.parquet") +
                      " (FORMAT parquet)"));
  return world_.replace_file(Path(job_.engine.output) / (job_.prefix + "values.bin"), known_.to_bytes(),
                             file_mode);
}

}  // namespace fvm::runner
