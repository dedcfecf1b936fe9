// Rows that are records though something is counted in them: in no order, numbered as persons are, or with a
// key.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t records_min = 10;

// "Patient 3", "Pt. 12", "Deltager #4", "ID 7".
bool numbers_person(std::string_view label) {
  static const Known persons = {"patient", "pt",          "person", "borger",  "deltager",
                                "subject", "participant", "case",   "individ", "individual",
                                "record",  "id",          "kvinde", "mand"};
  const std::vector<std::string> all = words_of_label(label);
  if (all.size() != 2 || !persons.contains(all[0])) return false;
  std::string_view number = all[1];
  if (number.starts_with('#')) number.remove_prefix(1);
  return ascii::all_digits(number);
}

// A column that is named as a person or a record, each row with its own.
bool names_record(const std::string& header) {
  static const Known all = {"id",        "pt",         "pt.",         "patient",    "person",  "borger",
                            "deltager",  "subject",    "participant", "case",       "record",  "lbnr",
                            "lbnr.",     "løbenr",     "løbenr.",     "løbenummer", "individ", "patientnr",
                            "subjectid", "subject_id", "pid",         "nr."};
  return all.contains(lower(trim(header)));
}

// All cells with the same text stand below each other, or the numbers rise or fall throughout: somebody put
// the rows in order.
bool is_in_order(const Grid& table, const Layout& layout, size_t column) {
  const size_t distinct = layout.tallies.column(column).size();
  size_t runs = 0, rises = 0, falls = 0, numbers = 0;
  Grid::Id before = 0;
  double last = 0;
  for (const auto& [row, text] : table.column(column)) {
    if (row < layout.header_rows) continue;
    runs += text != before;
    before = text;
    if (!table.says_number(text)) continue;
    const double value = table.said(text).number->value;
    if (numbers++ > 0) rises += value >= last, falls += value <= last;
    last = value;
  }
  if (distinct < 2) return false;
  const size_t filled = layout.tallies.filled(column);
  const bool grouped = runs == distinct && distinct < filled;
  return grouped || (numbers == filled && numbers > 1 && (rises == numbers - 1 || falls == numbers - 1));
}

// The texts of a column rise or fall as words do.
bool is_alphabetical(const Grid& table, const Layout& layout, size_t column) {
  std::string_view before;
  bool rises = true;
  for (const auto& [row, text] : table.column(column)) {
    if (row < layout.header_rows) continue;
    rises = rises && before <= table.text(text);
    before = table.text(text);
  }
  return rises;
}

// Several traits side by side that repeat, in no order whatever: groups are in some.
bool is_scattered(const Grid& table, const Layout& layout) {
  const size_t rows = table.rows() - std::min(layout.header_rows, table.rows());
  if (rows < records_min) return false;
  const std::vector<Trait> traits = traits_of(table, layout);
  size_t keys = 0, of_persons = 0;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const size_t filled = layout.tallies.filled(c), distinct = layout.tallies.column(c).size();
    if (filled == 0) continue;
    if (is_in_order(table, layout, c) || is_alphabetical(table, layout, c)) return false;
    const ColumnKind kind = layout.columns[c].kind;
    keys += (kind == ColumnKind::label || kind == ColumnKind::category) && distinct < filled;
    of_persons += traits[c] != Trait::none;
  }
  return keys >= 2 && of_persons >= 1;
}

// Ages of nobody else side by side with other traits, in no order: few rows are enough, and one of three
// traits.
bool are_few_persons(const Grid& table, const Layout& layout) {
  const size_t rows = table.rows() - std::min(layout.header_rows, table.rows());
  if (rows == 0 || rows >= records_min) return false;
  const std::vector<Trait> traits = traits_of(table, layout);
  std::set<Trait> kinds;
  bool aged = false;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    if (traits[c] == Trait::none || layout.tallies.filled(c) == 0) continue;
    kinds.insert(traits[c]);
    const bool own = layout.tallies.column(c).size() == rows && !says_statistic(layout.columns[c].header);
    aged |= traits[c] == Trait::age && own && (rows == 1 || !is_in_order(table, layout, c));
  }
  constexpr size_t traits_min = 3;
  return aged && kinds.size() >= (rows == 1 ? traits_min : 2);
}

}  // namespace

void check_records(const Grid& table, const Layout& layout, Findings& findings) {
  if (table.rows() > rows_judged_max) return;  // a person reads those anyway
  constexpr size_t keys_min = 5, persons_min = 2;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Column& column = layout.columns[c];
    const auto texts = layout.tallies.column(c);
    const bool counts = column.kind == ColumnKind::count || column.kind == ColumnKind::share;
    const Place place{table.sheet, table.first_row + layout.header_rows, c + 1};
    if (!counts && texts.size() >= keys_min && names_record(column.header))
      findings.add_as(Severity::review, "finding.identifier_column", place, "", column.header);
    const auto numbered = std::count_if(texts.begin(), texts.end(), [&](const auto& each) {
      return column.kind == ColumnKind::label && numbers_person(table.text(each.text));
    });
    if (static_cast<size_t>(numbered) >= persons_min)
      return findings.add("finding.rows_of_individuals", place, "", column.header);
  }
  const auto persons = std::count_if(layout.columns.begin(), layout.columns.end(),
                                     [](const Column& column) { return numbers_person(column.header); });
  if (static_cast<size_t>(persons) >= persons_min)
    return findings.add("finding.rows_of_individuals", {table.sheet, table.first_row, 0}, "", "");
  if (is_scattered(table, layout) || are_few_persons(table, layout))
    findings.add("finding.rows_of_individuals", {table.sheet, table.first_row + layout.header_rows, 0}, "",
                 "");
}

}  // namespace fvm::disclosure
