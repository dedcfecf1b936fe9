// Counts of a part beside counts of its whole: what differs by few tells about those few, what is all or
// nothing tells about everybody.
#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

// A heading that is of all of them. "alle" and "patienter", but not "heraf patienter med HIV".
bool is_of_all(std::string_view header) {
  static const Known all = {"n",       "antal",     "personer",     "patienter", "total",     "totalt",
                            "ialt",    "alt",       "alle",         "samlet",    "all",       "population",
                            "persons", "patients",  "people",       "borgere",   "individer", "obs",
                            "nobs",    "deltagere", "participants", "subjects"};
  static const Known parts = {"heraf", "hvoraf", "deraf", "med", "uden", "with", "without", "whom", "which"};
  // "Kvinder (n=6.972)" are women.
  const size_t told = whole_told_in(header) ? header.find('(') : std::string_view::npos;
  if (told != std::string_view::npos && told > 0) header = header.substr(0, told);
  return has_word(header, all) && !has_word(header, parts);
}

// None or all of those who were censored are no group.
bool is_left_out(const std::string& header) {
  static const Known words = {"censor", "censored", "cens", "err"};
  return has_word(header, words);
}

// "heraf døde", "of whom women": of what was told just before.
bool is_of_these(std::string_view label) {
  static const Known first = {"heraf", "hvoraf", "deraf", "including", "inkl"};
  const std::vector<std::string> all = words_of_label(label);
  if (all.empty()) return false;
  return first.contains(all[0]) ||
         (all.size() > 1 && all[0] == "of" && (all[1] == "whom" || all[1] == "which"));
}

// A column of counts and one that is nowhere more, and somewhere less.
struct Nested {
  size_t whole = 0, part = 0;
};

bool is_nested(const Grid& table, const Layout& layout, Labels& labels, const Nested& pair) {
  size_t both = 0, less = 0;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    if (labels.statistic(r)) continue;
    const auto &whole = table.said(r, pair.whole).count, &part = table.said(r, pair.part).count;
    if (!whole || !part) continue;
    if (*part > *whole) return false;
    ++both;
    less += *part < *whole;
  }
  constexpr size_t rows_min = 2;
  return both >= rows_min && less > 0;
}

void report_nested(const Grid& table, const Layout& layout, Labels& labels, const Nested& pair,
                   const Parameters& parameters, Findings& findings) {
  const std::string& header = layout.columns[pair.part].header;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    const auto &whole = table.said(r, pair.whole).count, &part = table.said(r, pair.part).count;
    if (!whole || !part || *whole == 0 || labels.statistic(r)) continue;
    const uint64_t apart = *whole - *part;
    const Place place = table.place(r, pair.part);
    if (*part == 0 && *whole >= large_group) continue;
    if (apart == 0 && *whole >= whole_by_definition) continue;
    if (apart == 0 || *part == 0) {
      findings.add_as(Severity::review, "finding.whole_group", place, "", header);
    } else if (apart < parameters.cell_count_min) {
      findings.add("finding.small_difference", place, "", header);
    }
  }
}

void check_nested_columns(const Grid& table, const Layout& layout, const Parameters& parameters,
                          Findings& findings) {
  const std::vector<size_t> counted = counted_columns(layout);
  if (counted.size() < 2) return;
  if (counted.size() * counted.size() * table.rows() > looks_max)
    return leave_to_person(table, "columns", findings);
  Labels labels(table, layout);
  for (size_t i = 0; i < counted.size(); ++i) {
    const size_t whole = counted[i];
    const bool of_all = is_of_all(layout.columns[whole].header);
    for (const size_t part : counted) {
      const Nested pair{whole, part};
      // "heraf døde" is a part of what stands left of it.
      const bool of_that =
          i + 1 < counted.size() && part == counted[i + 1] && is_of_these(layout.columns[part].header);
      if ((of_all || of_that) && part != whole && !is_left_out(layout.columns[part].header) &&
          is_nested(table, layout, labels, pair))
        report_nested(table, layout, labels, pair, parameters, findings);
    }
  }
}

// Where a label ends that is the beginning of this one: "Alle med diabetes" of "Alle med diabetes og bopæl",
// "N02" and "N02B" of the code "N02BE".
std::vector<size_t> beginnings_of(std::string_view label) {
  constexpr size_t label_bytes_max = 200;
  std::vector<size_t> ends;
  if (label.size() > label_bytes_max) return ends;
  for (size_t end = label.rfind(' '); end != std::string_view::npos && end > 0;
       end = label.rfind(' ', end - 1))
    ends.push_back(end);
  constexpr size_t code_bytes_min = 3, code_bytes_max = 8;
  const bool code = ends.empty() && label.size() <= code_bytes_max && ascii::letter(label[0]) &&
                    std::all_of(label.begin(), label.end(), ascii::alphanumeric) &&
                    std::any_of(label.begin(), label.end(), ascii::digit);
  for (size_t end = label.size() - 1; code && end >= code_bytes_min; --end) ends.push_back(end);
  return ends;
}

// The second is a part of the first.
void check_nested_rows(const Grid& table, const Layout& layout, const Parameters& parameters,
                       Findings& findings) {
  if (table.rows() > rows_judged_max || layout.labels.empty()) return;  // a person reads those anyway
  const size_t label = layout.labels.front();
  std::unordered_map<std::string_view, size_t> rows;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) rows.emplace(table.text(r, label), r);
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    const std::string_view text = table.text(r, label);
    if (text.empty()) continue;
    for (const size_t end : beginnings_of(text)) {
      const auto whole = rows.find(text.substr(0, end));
      if (whole == rows.end() || whole->second == r) continue;
      for (const size_t c : layout.values) {
        const auto &all = table.said(whole->second, c).count, &part = table.said(r, c).count;
        if (counts_units(layout.columns[c]) && all && part && *all > *part &&
            differ_by_few(*all, *part, parameters))
          findings.add("finding.small_difference", table.place(r, c), "", layout.columns[c].header);
      }
      break;
    }
  }
}

// A row of these, and the one above it that they are of.
void check_rows_of_these(const Grid& table, const Layout& layout, const Parameters& parameters,
                         Findings& findings) {
  if (table.rows() > rows_judged_max || layout.labels.empty()) return;
  const size_t label = layout.labels.front();
  std::optional<size_t> whole;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    if (!is_of_these(table.text(r, label))) {
      whole = r;
      continue;
    }
    for (const size_t c : counted_columns(layout)) {
      const uint64_t all = whole ? table.said(*whole, c).count.value_or(0) : 0,
                     part = table.said(r, c).count.value_or(0);
      if (part > 0 && all > part && differ_by_few(all, part, parameters))
        findings.add("finding.small_difference", table.place(r, c), "", layout.columns[c].header);
    }
  }
}

}  // namespace

void check_parts(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  check_nested_columns(table, layout, parameters, findings);
  check_nested_rows(table, layout, parameters, findings);
  check_rows_of_these(table, layout, parameters, findings);
}

}  // namespace fvm::disclosure
