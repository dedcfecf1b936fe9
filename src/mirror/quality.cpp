#include "mirror/quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace fvm::mirror {
namespace {

constexpr size_t appends_min = 3;  // fewer are no custom: the first is often all the years before

std::optional<uint64_t> expected_rows(Mode mode, const Before& before) {
  if (mode == Mode::replace && before.table.rows > 0) return before.table.rows;
  if (mode != Mode::append || before.appended.size() < appends_min) return std::nullopt;
  std::vector<uint64_t> sorted = before.appended;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

void look_at_rows(const config::Config::Deliver& settings, Mode mode, const Before& before,
                  const Picture& now, std::vector<Finding>& found) {
  const auto expected = expected_rows(mode, before);
  if (!expected || std::max(*expected, now.rows) < settings.hold_rows_min) return;
  const double factor = settings.hold_rows_factor, rows = static_cast<double>(now.rows),
               usual = static_cast<double>(*expected);
  if (rows * factor >= usual && rows <= usual * factor) return;
  found.push_back({.rule = rows < usual ? "deliver.odd_few_rows" : "deliver.odd_many_rows",
                   .shape = std::to_string(now.rows),
                   .advice = std::to_string(*expected)});
}

std::string percent(double share) {
  constexpr double hundred = 100;
  return fmt::format("{:.0f}", hundred * share);
}

void look_at_empty(const config::Config::Deliver& settings, const Before& before, const Picture& now,
                   std::vector<Finding>& found) {
  if (std::min(now.rows, before.table.rows) < settings.hold_rows_min) return;
  for (const Picture::Column& column : now.columns) {
    const Picture::Column* was = before.table.find(column.name);
    if (was == nullptr) continue;
    const double share = static_cast<double>(column.empty) / static_cast<double>(now.rows);
    const double usual = static_cast<double>(was->empty) / static_cast<double>(before.table.rows);
    if (share - usual <= settings.hold_empty_share) continue;
    found.push_back({.rule = "deliver.odd_empty",
                     .column = column.name,
                     .shape = percent(share),
                     .advice = percent(usual)});
  }
}

// "2031-04-01" or "2031-04-01T…", as a JSON text.
bool is_later(const std::string& literal, std::string_view day) {
  return literal.size() > day.size() && literal.front() == '"' && literal.substr(1, day.size()) > day;
}

void look_at_dates(const Before& before, const Picture& now, std::vector<Finding>& found) {
  for (const std::string& name : before.dates) {
    const Picture::Column* column = now.find(name);
    const Picture::Column* was = before.table.find(name);
    if (column == nullptr || !is_later(column->greatest, before.latest_reasonable)) continue;
    // A register that has such dates already (9999-12-31 for "until further notice") always has them.
    if (was != nullptr && is_later(was->greatest, before.latest_reasonable)) continue;
    found.push_back({.rule = "deliver.odd_future", .column = name});
  }
}

}  // namespace

void Picture::add(uint64_t more_rows, const std::vector<lake::ColumnStatistics>& statistics) {
  rows += more_rows;
  for (const lake::ColumnStatistics& each : statistics) {
    const auto known = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& column) { return column.name == each.column; });
    Column& column = known == columns.end() ? columns.emplace_back(Column{each.column}) : *known;
    column.empty += each.nulls.value_or(0);
    column.greatest = std::max(column.greatest, each.maximum.value_or(""));
  }
}

const Picture::Column* Picture::find(std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<Finding> oddities(const config::Config::Deliver& settings, Mode mode, const Before& before,
                              const Picture& now) {
  std::vector<Finding> found;
  if (settings.hold != "unusual") return found;
  look_at_rows(settings, mode, before, now, found);
  look_at_empty(settings, before, now, found);
  // A first delivery has nothing to be compared with.
  if (before.table.rows >= settings.hold_rows_min) look_at_dates(before, now, found);
  return found;
}

}  // namespace fvm::mirror
