#include "safetable/wanted.hpp"

#include <algorithm>
#include <cstdlib>

#include "disclosure/text.hpp"
#include "safetable/model.hpp"
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

// Nothing written: `otherwise`. "table.time_unreadable" for what is no number above zero.
Result<double> positive(const std::string& text, double otherwise) {
  if (text.empty()) return otherwise;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  constexpr double most = 1e9;
  if (end != text.c_str() + text.size() || !(value > 0 && value <= most))
    return usage("table.time_unreadable", {{"number", text}});
  return value;
}

Result<void> add_time(const Wanted& wanted, Request& request) {
  if (wanted.time.empty() && wanted.event.empty()) return {};
  constexpr double month = 30;
  Dimension time{wanted.time, {}, Dimension::As::time};
  time.width = TRY(positive(wanted.width, month));
  time.until = TRY(positive(wanted.until, 0));
  request.rows.push_back(std::move(time));
  request.columns.insert(request.columns.begin(), {wanted.event, {}, Dimension::As::event});
  return {};
}

Result<void> add_measures(const Wanted& wanted, Request& request) {
  constexpr double middle = 50, percent_max = 100;
  const auto add = [&](const std::vector<std::string>& columns, Figure figure) {
    for (const std::string& column : columns) request.measures.push_back({figure, column, middle, {}});
  };
  add(wanted.sums, Figure::sum), add(wanted.means, Figure::mean), add(wanted.medians, Figure::percentile);
  for (const std::string& each : wanted.percentiles) {
    const size_t sign = each.find(':');
    char* end = nullptr;
    const double percent = std::strtod(each.c_str(), &end);
    if (sign == std::string::npos || end != each.c_str() + sign || !(percent > 0 && percent < percent_max))
      return usage("table.percentile_unreadable", {{"percentile", each}});
    request.measures.push_back({Figure::percentile, each.substr(sign + 1), percent, {}});
  }
  add(wanted.deviations, Figure::deviation), add(wanted.ginis, Figure::gini);
  add(wanted.modes, Figure::mode);
  add(wanted.minima, Figure::minimum), add(wanted.maxima, Figure::maximum);
  for (const std::string& each : wanted.ratios) {
    const size_t sign = each.find('/');
    if (sign == std::string::npos || sign == 0 || sign + 1 == each.size())
      return usage("table.ratio_unreadable", {{"ratio", each}});
    request.measures.push_back({Figure::ratio, each.substr(0, sign), middle, each.substr(sign + 1)});
  }
  return {};
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

// "age" or "factor(kommune)".
Result<ModelTerm> term_of(const std::string& text) {
  constexpr std::string_view factor = "factor(";
  ModelTerm term{text};
  if (text.starts_with(factor) && text.ends_with(")"))
    term = {trimmed(std::string_view(text).substr(factor.size(), text.size() - factor.size() - 1)), true};
  if (term.name.empty() || term.name.find_first_of("():*^~|\"") != std::string::npos)
    return usage("model.term_unreadable", {{"term", text}});
  return term;
}

Result<void> add_model(const Wanted& wanted, Request& request) {
  if (wanted.outcome.empty() && wanted.terms.empty() && wanted.family.empty()) return {};
  if (!request.rows.empty() || !request.columns.empty() || !request.measures.empty() || request.round > 0 ||
      request.percent != Percent::none)
    return usage("model.not_with_table");
  ModelAsked& model = request.model.emplace();
  model.outcome = trimmed(wanted.outcome);
  const auto family = wanted.family.empty() ? Family::gaussian : family_named(wanted.family);
  if (!family) return usage("model.unknown_family", {{"family", wanted.family}});
  model.family = *family;
  for (size_t at = 0; at <= wanted.terms.size();) {  // as in a list or in a formula
    const size_t end = std::min(wanted.terms.find_first_of(",+", at), wanted.terms.size());
    const std::string text = trimmed(std::string_view(wanted.terms).substr(at, end - at));
    if (!text.empty()) model.terms.push_back(TRY(term_of(text)));
    at = end + 1;
  }
  return {};
}

// Any other word is what persons are called here.
Result<UnitKind> counted_kind(std::string_view count) {
  constexpr std::string_view providers[] = {"provider", "providers", "yder", "ydere"};
  constexpr std::string_view unknown[] = {"household",  "households",  "husstand",   "husstande",
                                          "family",     "families",    "familie",    "familier",
                                          "enterprise", "enterprises", "virksomhed", "virksomheder"};
  const std::string word = disclosure::lower(count);
  if (std::find(std::begin(providers), std::end(providers), word) != std::end(providers))
    return UnitKind::providers;
  if (std::find(std::begin(unknown), std::end(unknown), word) != std::end(unknown))
    return usage("table.no_such_units", {{"count", std::string(count)}});
  return UnitKind::persons;
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
  request.sql = wanted.sql, request.unit = wanted.unit, request.contributor = wanted.contributor,
  request.count = wanted.count, request.title = wanted.title, request.round = wanted.round;
  request.kind = TRY(counted_kind(wanted.count));
  for (const std::string& each : wanted.rows) request.rows.push_back({each, {}});
  for (const std::string& each : wanted.columns) request.columns.push_back({each, {}});
  TRY(add_time(wanted, request));
  TRY(set_parents(wanted, request));
  TRY(add_measures(wanted, request));
  const auto percent = percent_named(wanted.percent);
  if (!percent) return usage("table.percent_unreadable", {{"percent", wanted.percent}});
  request.percent = *percent;
  TRY(add_model(wanted, request));
  if (!wanted.as_of.empty()) request.as_of = TRY(parse_time(wanted.as_of));
  return request;
}

}  // namespace fvm::safetable
