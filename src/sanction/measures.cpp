#include "sanction/measures.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace fvm::sanction {
namespace {

constexpr Rule table[] = {
#define MEASURE(severity, before, reported, reach, days) \
  {Severity::severity, Before::before, Reported::reported, {Reach::reach, days}},
#include "sanction/measures.def"
#undef MEASURE
};

constexpr std::string_view severities[] = {"minor", "serious"};
constexpr std::string_view reaches[] = {"none", "user", "project", "institution"};

int64_t length(const Measure& measure) {
  return measure.days == 0 ? std::numeric_limits<int64_t>::max() : measure.days;
}

template <class T, size_t size>
std::optional<T> named(const std::string_view (&names)[size], std::string_view name) {
  const auto* found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<T>(found - std::begin(names));
}

}  // namespace

std::span<const Rule> rules() {
  return table;
}

Measure measure_for(Severity severity, Before before, Reported reported) {
  const auto* found = std::find_if(std::begin(table), std::end(table), [&](const Rule& rule) {
    return rule.severity == severity && rule.before == before && rule.reported == reported;
  });
  return found->measure;  // the table has a line for each; tested
}

bool is_milder(const Measure& wanted, const Measure& rule) {
  if (wanted.reach == Reach::none && rule.reach != Reach::none) return true;  // however long it counts
  return wanted.reach <= rule.reach && length(wanted) <= length(rule) && !(wanted == rule);
}

std::string_view name_of(Severity severity) {
  return severities[static_cast<size_t>(severity)];
}

std::string_view name_of(Reach reach) {
  return reaches[static_cast<size_t>(reach)];
}

std::optional<Severity> severity_named(std::string_view name) {
  return named<Severity>(severities, name);
}

std::optional<Reach> reach_named(std::string_view name) {
  return named<Reach>(reaches, name);
}

}  // namespace fvm::sanction
