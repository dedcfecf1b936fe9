#include "mirror/told_quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "mirror/plan.hpp"
#include "mirror/store.hpp"

namespace fvm::mirror {
namespace {

// Of a JSON literal as the statistics have them: "\"2015-01-31\"".
std::optional<int> year_of(const std::optional<std::string>& literal) {
  if (!literal || literal->size() < 6 || literal->front() != '"' || (*literal)[5] != '-') return std::nullopt;
  int year = 0;
  const auto [end, error] = std::from_chars(literal->data() + 1, literal->data() + 5, year);
  if (error != std::errc() || end != literal->data() + 5) return std::nullopt;
  return year;
}

void widen(std::optional<Years>& years, const lake::ColumnStatistics& column, int delivered) {
  const auto least = year_of(column.minimum), greatest = year_of(column.maximum);
  if (!least || !greatest || *greatest > delivered) return;  // not what it says it is
  if (!years) years = Years{*least, *greatest};
  years = Years{std::min(years->first, *least), std::max(years->last, *greatest)};
}

void add_years(TableQuality& quality, const Plan& plan, const catalogue::Table& table, Time done) {
  constexpr int64_t microseconds_per_day = 86'400'000'000;
  const int delivered = date_of_days(done.microseconds / microseconds_per_day).year;
  for (const PlannedFile& file : plan.files)
    for (const lake::ColumnStatistics& column : file.statistics)
      if (catalogue::same_name(column.column, *table.period)) widen(quality.years, column, delivered);
}

using Found = std::unordered_map<std::string, TableQuality>;

Result<void> read_standing(const store::Database& database, const catalogue::Catalogue& catalogue,
                           Found& found) {
  auto row = TRY(database.prepare(
      "SELECT full_name, rows_read, rows_rejected, done, plan FROM delivery d WHERE status = 'accepted' AND "
      "number >= coalesce((SELECT max(number) FROM delivery r WHERE r.full_name = d.full_name AND r.status = "
      "'accepted' AND r.mode = 'replace'), 0)"));
  while (TRY(row.step())) {
    const catalogue::Table* table = catalogue.find(row.text(0));
    if (table == nullptr) continue;
    TableQuality& one = found[row.text(0)];
    one.rows_read += static_cast<uint64_t>(row.integer(1));
    one.rows_rejected += static_cast<uint64_t>(row.integer(2));
    if (!table->period || row.text(4).empty()) continue;
    add_years(one, TRY(plan_of_json(row.text(4))), *table, row.time(3));
  }
  return {};
}

// What failed for reasons of ours, or was given up, says nothing of the data.
Result<void> read_newest(const store::Database& database, Found& found) {
  auto row =
      TRY(database.prepare("SELECT full_name, status, started FROM delivery WHERE status IN ('accepted', "
                           "'refused', 'held') ORDER BY number"));
  while (TRY(row.step())) {
    TableQuality& one = found[row.text(0)];
    one.newest = status_of(row.text(1)), one.newest_at = row.time(2);
    one.held |= one.newest == Status::held;
  }
  return {};
}

}  // namespace

Result<std::vector<TableQuality>> told_quality(const store::Database& database,
                                               const catalogue::Catalogue& catalogue) {
  Found found;
  TRY(read_standing(database, catalogue, found));
  TRY(read_newest(database, found));
  std::vector<TableQuality> out;
  for (const catalogue::Table& table : catalogue.tables) {
    const auto one = found.find(table.full_name());
    out.push_back(one == found.end() ? TableQuality{} : one->second);
  }
  return out;
}

Result<std::string> told_quality_stamp(const store::Database& database) {
  auto row =
      TRY(database.prepare("SELECT count(*), coalesce(max(number), 0), coalesce(max(done), 0), "
                           "count(*) FILTER (WHERE status = 'held') FROM delivery"));
  if (!TRY(row.step())) return std::string();
  return fmt::format("{} {} {} {}", row.integer(0), row.integer(1), row.integer(2), row.integer(3));
}

}  // namespace fvm::mirror
