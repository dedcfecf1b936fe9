// What stands in a document's XML and is no text: attributes, comments, the names of elements.
#include <algorithm>

#include "disclosure/text.hpp"
#include "runner/scan.hpp"

namespace fvm::runner {
namespace {

// "010203-1235" and nothing else.
bool written_as_a_persons(std::string_view value) {
  constexpr size_t bytes = 11, dash = 6;
  for (size_t i = 0; i < value.size(); ++i) {
    const bool digit = value[i] >= '0' && value[i] <= '9';
    if (i == dash ? value[i] != '-' : !digit) return false;
  }
  return value.size() == bytes;
}

// "{1B2C...}".
bool is_guid(std::string_view value) {
  constexpr size_t bytes = 38;
  return value.size() == bytes && value.front() == '{' && value.back() == '}' &&
         value.find_first_not_of("0123456789abcdefABCDEF-", 1) == bytes - 1;
}

}  // namespace

void Scan::markup_aside(std::string_view text, const disclosure::Place& place) {
  this->text(text, place);
  if (!disclosure::trim(text).empty()) findings.add("finding.comment", place);
}

void Scan::markup_name(std::string_view name, const disclosure::Place& place) {
  constexpr size_t digits_max = 5;
  const auto digits = std::count_if(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (static_cast<size_t>(digits) > digits_max) text(name, place);
}

void Scan::attribute(std::string_view element, std::string_view key, std::string_view value,
                     const disclosure::Place& place) {
  // Numbers that programs draw by lot, and the ten pairs of digits that describe a typeface. None of them is
  // written as a person's is, with a dash.
  const bool dashed = written_as_a_persons(value);
  const auto drawn = [&](std::string_view name) {
    if (dashed) return false;
    const std::string low = disclosure::lower(name);
    return low.ends_with("id") || low.starts_with("rsid") || low.starts_with("panose") || low == "tmpl" ||
           low == "crossax";
  };
  constexpr size_t value_bytes_min = 8;
  if (shown != nullptr || value.size() < value_bytes_min || drawn(key) || (key == "val" && drawn(element)) ||
      is_guid(value))
    return;
  disclosure::Findings certain;
  disclosure::check_text(value, pseudonyms, place, certain);
  for (const disclosure::Finding& f : certain.list()) {
    if (f.severity == disclosure::Severity::block) findings.add(f.rule, f.place, f.shape, f.detail);
  }
}

}  // namespace fvm::runner
