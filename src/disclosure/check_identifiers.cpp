#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_set>

#include "disclosure/checks.hpp"
#include "disclosure/disguises.hpp"
#include "disclosure/names.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

constexpr uint64_t double_exact_max = 1ULL << 53;

void report_number(const PersonalNumber& number, std::string_view plain, const Place& place,
                   Findings& findings) {
  const bool certain = number.evidence != Evidence::possible;
  findings.add(certain ? "finding.personal_number" : "finding.personal_number_possible", place,
               shape_of(plain.substr(number.offset, number.length)),
               number.evidence == Evidence::check_digit ? "modulus 11" : "");
}

Place within(const Place& place, uint64_t line) {
  return place.row == 0 ? Place{place.sheet, line, 0} : place;
}

void check_plain(std::string_view plain, const Pseudonyms& pseudonyms, const Place& place,
                 Findings& findings) {
  LineCounter lines{plain};
  for (const PersonalNumber& number : find_personal_numbers(plain)) {
    report_number(number, plain, within(place, lines.line_of(number.offset)), findings);
  }
  LineCounter again{plain};
  for (const size_t offset : find_pseudonyms(plain, pseudonyms)) {
    findings.add("finding.pseudonym", within(place, again.line_of(offset)));
  }
}

// Long runs of letters and signs are read for what they stand for.
void check_encoded(std::string_view plain, const Pseudonyms& pseudonyms, const Place& place,
                   Findings& findings) {
  LineCounter lines{plain};
  for (size_t at = 0; at < plain.size();) {
    const size_t n = packed_run_at(plain, at);
    const Unpacked inside = n > 0 ? unpack_run(plain.substr(at, n)) : Unpacked{};
    if (inside.packed) {
      const Place where = within(place, lines.line_of(at));
      findings.add("finding.encoded_text", where);
      check_plain(plain_text(inside.text).text, pseudonyms, where, findings);
    }
    const auto in_word = [&] {
      return at < plain.size() && std::isalnum(static_cast<unsigned char>(plain[at])) != 0;
    };
    const bool word = n == 0 && in_word();
    at += std::max<size_t>(n, 1);
    while (word && in_word()) ++at;  // the rest of a word that is too short
  }
}

// A number written in disguise: a person must look, for a part number may look like that.
void check_disguised(std::string_view plain, const Place& place, Findings& findings) {
  const std::string unmasked = undisguised(plain), reversed = backwards(plain);
  for (const std::string_view text : {std::string_view(unmasked), std::string_view(reversed)}) {
    LineCounter lines{text};
    for (const PersonalNumber& number : find_personal_numbers(text)) {
      const Place where = text == reversed ? place : within(place, lines.line_of(number.offset));
      findings.add("finding.personal_number_possible", where,
                   shape_of(text.substr(number.offset, number.length)));
    }
  }
}

// A cell that is one number in another notation ("1.01011234E8", "101011234.0") is read as whole digits too.
void check_number(std::string_view cell, const Pseudonyms& pseudonyms, const Place& place,
                  Findings& findings) {
  const auto number = number_of(cell);
  if (!number || !number->whole || number->value < 1e8 ||
      number->value > static_cast<double>(double_exact_max))
    return;
  const std::string digits = std::to_string(static_cast<uint64_t>(number->value));
  if (cell.find(digits) != std::string_view::npos) return;  // found as it stands
  check_plain(digits, pseudonyms, place, findings);
}

// Every number of a person has a run of six letters or digits, or six digits in all; a text may also write
// them in other letters than ASCII. Most cells of a table have none of this.
bool may_hold_identifier(std::string_view cell) {
  size_t run = 0, digits = 0;
  for (const char c : cell) {
    const auto u = static_cast<unsigned char>(c);
    run = std::isalnum(u) != 0 ? run + 1 : 0;
    digits += std::isdigit(u) != 0;
    if (run >= 6 || digits >= 6 || u >= 0x80) return true;
  }
  return false;
}

struct ColumnFacts {
  size_t filled = 0, long_numbers = 0, nine_digits = 0;
  std::unordered_set<std::string> distinct;
};

// One pass over the cells that are there.
std::vector<ColumnFacts> facts_of(const Table& table, const Layout& layout) {
  std::vector<ColumnFacts> facts(layout.columns.size());
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    for (size_t c = 0; c < table.rows[r].size(); ++c) {
      const std::string_view cell = trim(table.rows[r][c]);
      if (cell.empty()) continue;
      ++facts[c].filled;
      facts[c].distinct.emplace(cell);
      const auto number = number_of(cell);
      facts[c].long_numbers += number && number->whole && number->value >= 1e6;
      if (cell.size() == 9 && number) facts[c].nine_digits += !find_personal_numbers(cell).empty();
    }
  }
  return facts;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// Date and number in two cells beside each other: columns of nothing else are personal numbers cut in two.
void check_split_cells(const Table& table, const Layout& layout, Findings& findings) {
  constexpr size_t rows_min = 3, date_digits = 6, number_digits = 4;
  struct Pair {
    size_t filled = 0, dated = 0, first_row = 0;
  };
  std::vector<Pair> pairs(layout.columns.size());
  for (size_t r = layout.header_rows; r < table.rows.size(); ++r) {
    const auto& cells = table.rows[r];
    for (size_t c = 0; c + 1 < cells.size() && c + 1 < pairs.size(); ++c) {
      const std::string_view date = trim(cells[c]), number = trim(cells[c + 1]);
      if (date.empty()) continue;
      ++pairs[c].filled;
      if (date.size() != date_digits || number.size() != number_digits || !all_digits(date) ||
          !all_digits(number) || !is_plausible_date(date))
        continue;
      if (pairs[c].dated++ == 0) pairs[c].first_row = r;
    }
  }
  for (size_t c = 0; c < pairs.size(); ++c) {
    const Pair& pair = pairs[c];
    if (pair.dated < rows_min || pair.dated * 2 < pair.filled) continue;
    findings.add("finding.personal_number", {table.sheet, table.first_row + pair.first_row, c + 1},
                 "999999|9999", layout.columns[c].header);
  }
}

}  // namespace

void check_text(std::string_view utf8, const Pseudonyms& pseudonyms, const Place& place, Findings& findings) {
  const PlainText plain = plain_text(utf8);
  if (plain.had_invisible) findings.add("finding.invisible_characters", place);
  check_plain(plain.text, pseudonyms, place, findings);
  check_encoded(plain.text, pseudonyms, place, findings);
  check_disguised(plain.text, place, findings);
}

void check_names(std::string_view utf8, const Place& place, Findings& findings) {
  LineCounter lines{utf8};
  for (const size_t offset : find_names(utf8)) {
    findings.add("finding.person_name", within(place, lines.line_of(offset)), "Aaaa Aaaa");
  }
}

void check_identifiers(const Table& table, const Pseudonyms& pseudonyms, Findings& findings) {
  // Cells of a table repeat; what is in one of them is in all that read the same.
  constexpr size_t clean_max = 1u << 16;
  std::unordered_set<std::string_view> clean;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    for (size_t c = 0; c < table.rows[r].size(); ++c) {
      const std::string& cell = table.rows[r][c];
      const bool named = cell.find_first_of(" _-") != std::string::npos, numbered = may_hold_identifier(cell);
      if ((!named && !numbered) || clean.contains(cell)) continue;
      const Place place{table.sheet, table.first_row + r, c + 1};
      Findings found;
      if (named) check_names(cell, place, found);
      if (numbered) check_text(cell, pseudonyms, place, found);
      if (numbered) check_number(cell, pseudonyms, place, found);
      for (const Finding& f : found.list()) findings.add_as(f.severity, f.rule, f.place, f.shape, f.detail);
      if (found.list().empty() && clean.size() < clean_max) clean.insert(cell);
    }
  }
}

void check_rows(const Table& table, const Layout& layout, Findings& findings) {
  constexpr size_t rows_min = 30, nine_digits_min = 3;
  const std::vector<ColumnFacts> all = facts_of(table, layout);
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const Column& column = layout.columns[c];
    const ColumnFacts& facts = all[c];
    const Place place{table.sheet, table.first_row + (layout.header_rows > 0 ? layout.header_rows - 1 : 0),
                      c + 1};
    if (column.kind == ColumnKind::identifier && facts.filled > 0) {
      findings.add("finding.identifier_column", place, "", column.header);
    }
    // One number of nine digits is an amount; a column of them that all begin with a date lost their zeros.
    if (facts.nine_digits >= nine_digits_min)
      findings.add("finding.personal_number", place, "999999999", column.header);
    const bool one_per_row = facts.filled >= rows_min && facts.distinct.size() * 100 >= facts.filled * 98;
    if (one_per_row && facts.long_numbers * 2 > facts.filled) {
      findings.add("finding.rows_of_individuals", place, "", column.header);
    }
  }
}

void check_table(const Table& table, const Pseudonyms& pseudonyms, const Parameters& parameters,
                 Findings& findings) {
  const Layout layout = layout_of(table);
  check_identifiers(table, pseudonyms, findings);
  check_rows(table, layout, findings);
  check_split_cells(table, layout, findings);
  check_individuals(table, layout, findings);
  check_counts(table, layout, parameters, findings);
  check_figures(table, layout, parameters, findings);
}

}  // namespace fvm::disclosure
