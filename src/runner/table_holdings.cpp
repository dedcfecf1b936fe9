#include "runner/table_holdings.hpp"

#include <fmt/format.h>

namespace fvm::runner {
namespace {

using duck::quote_text;

// A holding's number, the same wherever its name is the same; none is called as a unit that nobody holds.
std::string holder_key(const std::string& name) {
  return fmt::format("(md5_number_lower('holding ' || {}) >> 1)::BIGINT", name);
}

// Whose the holdings are: of the other units that the rows have and that are held, else of the counted.
std::string held_units(const TableQuestion& question, const CountedUnits& units) {
  for (size_t i = 0; i < units.others.size(); ++i)
    if (question.others[i].are_held && !units.others[i].empty()) return fmt::format("unit{}", i + 1);
  return "unit";
}

// The pairs of holdings: whoever holds the row's unit, as some row of it says, or the unit itself.
std::string pairs_of_holdings(const TableQuestion& question, const std::string& rows,
                              const std::string& base) {
  std::string sums;
  for (size_t i = 0; i < question.columns.size(); ++i) sums += fmt::format(", sum(x{0}) AS x{0}", i);
  if (!question.columns.empty()) sums += ", bool_or(missing) AS missing, bool_or(negative) AS negative";
  return fmt::format(
      "SELECT coalesce(held.holder, {0}, base) AS unit, combination, coalesce(held.holder, {0}) IS NOT NULL "
      "AS named, count(DISTINCT counted)::DOUBLE AS n{1} FROM (SELECT *, unit AS counted, {2} AS base FROM "
      "read_parquet({3})) AS rows LEFT JOIN held ON held.unit = base WHERE coalesce(held.holder, {0}, base) "
      "IS NOT NULL GROUP BY ALL",
      holder_key("rows.holder"), sums, base, quote_text(rows));
}

}  // namespace

std::string copy_to(const std::string& file) {
  return quote_text(file) + " (FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1)";
}

// Nobody can be in two holdings: which one a sum counts for would be the analyst's choice, and in the ledger
// it would be another one from table to table.
Result<void> part_holdings(duck::Connection& own, const TableQuestion& question, const CountedUnits& units,
                           const std::string& rows) {
  const std::string base = held_units(question, units);
  const auto file = [&](const char* name) {
    return copy_to(question.engine.output + "/" + name + ".parquet");
  };
  TRY(
      own.run(fmt::format("CREATE TABLE held AS SELECT {0} AS unit, {1} AS holder, count(DISTINCT holder) AS "
                          "holders FROM read_parquet({2}) WHERE {0} IS NOT NULL AND holder IS NOT NULL GROUP "
                          "BY {0}",
                          base, holder_key("any_value(holder)"), quote_text(rows))));
  if (TRY(own.query_number("SELECT count(*) FROM held WHERE holders > 1")) > 0)
    return usage("table.contributor_twice", {{"name", units.contributor}});
  TRY(own.run(fmt::format("COPY (SELECT unit, holder FROM held) TO {}", file("holders"))));
  return own.run(fmt::format("COPY ({}) TO {}", pairs_of_holdings(question, rows, base), file("holdings")));
}

}  // namespace fvm::runner
