#include "safetable/wanted.hpp"

#include <algorithm>
#include <cstdlib>

#include "safetable/record.hpp"

namespace fvm::safetable {
namespace {

Result<void> set_parents(const Wanted& wanted, Request& request) {
  for (const std::string& hierarchy : wanted.hierarchies) {
    const size_t sign = hierarchy.find('=');
    bool found = false;
    for (auto* list : {&request.rows, &request.columns}) {
      for (Dimension& each : *list) {
        if (sign == std::string::npos || each.name != hierarchy.substr(0, sign)) continue;
        each.parent = hierarchy.substr(sign + 1);
        found = !each.parent.empty();
      }
    }
    if (!found) return usage("table.hierarchy_unreadable", {{"hierarchy", hierarchy}});
  }
  return {};
}

Result<void> add_measures(const Wanted& wanted, Request& request) {
  constexpr double middle = 50, percent_max = 100;
  const auto add = [&](const std::vector<std::string>& columns, Figure figure) {
    for (const std::string& column : columns) request.measures.push_back({figure, column, middle});
  };
  add(wanted.sums, Figure::sum), add(wanted.means, Figure::mean), add(wanted.medians, Figure::percentile);
  for (const std::string& each : wanted.percentiles) {
    const size_t sign = each.find(':');
    char* end = nullptr;
    const double percent = std::strtod(each.c_str(), &end);
    if (sign == std::string::npos || end != each.c_str() + sign || !(percent > 0 && percent < percent_max))
      return usage("table.percentile_unreadable", {{"percentile", each}});
    request.measures.push_back({Figure::percentile, each.substr(sign + 1), percent});
  }
  return {};
}

}  // namespace

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    if (end > at) out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Result<Request> request_of(const Wanted& wanted, std::string_view project, std::string_view user) {
  Request request{.project = std::string(project), .user = std::string(user)};
  request.sql = wanted.sql, request.unit = wanted.unit, request.count = wanted.count,
  request.title = wanted.title;
  for (const std::string& each : wanted.rows) request.rows.push_back({each, {}});
  for (const std::string& each : wanted.columns) request.columns.push_back({each, {}});
  TRY(set_parents(wanted, request));
  TRY(add_measures(wanted, request));
  const auto percent = percent_named(wanted.percent);
  if (!percent) return usage("table.percent_unreadable", {{"percent", wanted.percent}});
  request.percent = *percent;
  if (!wanted.as_of.empty()) request.as_of = TRY(parse_time(wanted.as_of));
  return request;
}

}  // namespace fvm::safetable
