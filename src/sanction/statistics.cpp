#include "sanction/statistics.hpp"

#include <algorithm>

#include "calendar/calendar.hpp"
#include "sanction/store.hpp"

namespace fvm::sanction {
namespace {

struct Told {
  std::string group;
  size_t cases;
  bool hidden;
};

bool is_few(size_t cases) {
  return cases > 0 && cases < told_min;
}

// Hides until what is hidden is nothing, or at least two groups with at least `told_min` cases together.
bool hide_enough(std::vector<Told>& row) {
  for (;;) {
    size_t groups = 0, cases = 0;
    for (const Told& each : row) groups += each.hidden, cases += each.hidden ? each.cases : 0;
    if (groups == 0 || (groups > 1 && cases >= told_min)) return true;
    const auto next = std::min_element(row.begin(), row.end(), [](const Told& a, const Told& b) {
      return std::pair(a.hidden || a.cases == 0, a.cases) < std::pair(b.hidden || b.cases == 0, b.cases);
    });
    if (next == row.end() || next->hidden || next->cases == 0) return false;
    next->hidden = true;
  }
}

}  // namespace

std::vector<Cell> safe_counts(const std::map<std::string, std::map<std::string, size_t>>& counts) {
  std::vector<Cell> out;
  for (const auto& [year, groups] : counts) {
    std::vector<Told> row;
    size_t all = 0;
    for (const auto& [group, cases] : groups) {
      row.push_back({group, cases, is_few(cases)});
      all += cases;
    }
    const bool sum_told = hide_enough(row) && !is_few(all);
    for (const Told& each : row)
      out.push_back({year, each.group, each.hidden ? std::nullopt : std::optional(each.cases)});
    out.push_back({year, "all", sum_told ? std::optional(all) : std::nullopt});
  }
  return out;
}

Result<std::vector<Cell>> statistics(const store::Database& store, Time now) {
  std::map<std::string, std::map<std::string, size_t>> counts;
  for (const Case& about : TRY(list(store))) {
    const int reported = calendar::danish_date(about.created).year;
    if (!about.severity || reported >= calendar::danish_date(now).year) continue;
    auto& year = counts[std::to_string(reported)];
    for (const Severity severity : {Severity::minor, Severity::serious}) year[std::string(name_of(severity))];
    ++year[std::string(name_of(*about.severity))];
  }
  return safe_counts(counts);
}

}  // namespace fvm::sanction
