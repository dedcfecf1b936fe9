#include <algorithm>
#include <cmath>
#include <string>

#include "disclosure/ascii.hpp"
#include "disclosure/base85.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/disguises.hpp"
#include "disclosure/labels.hpp"
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
  each_packed_run(plain, [&](size_t at, size_t n) {
    const std::string_view run = plain.substr(at, n);
    Unpacked inside = unpack_digits(run);
    if (!inside.packed && n >= packed_run_bytes_min) inside = unpack_run(run);
    if (!inside.packed) return;
    const Place where = within(place, lines.line_of(at));
    findings.add("finding.encoded_text", where);
    check_plain(plain_text(inside.text).text, pseudonyms, where, findings);
  });
  LineCounter again{plain};
  for (const PackedRun& packed : find_base85(plain)) {
    const Place where = within(place, again.line_of(packed.offset));
    findings.add("finding.encoded_text", where);
    check_plain(plain_text(packed.text).text, pseudonyms, where, findings);
  }
}

// In a text read backwards, the many decimals of one number: "5.0874" is "4780.5".
bool is_decimals_backwards(std::string_view text, const PersonalNumber& number) {
  constexpr size_t run_min = 11;
  size_t begin = number.offset, end = number.offset + number.length;
  while (begin > 0 && ascii::digit(text[begin - 1])) --begin;
  while (end < text.size() && ascii::digit(text[end])) ++end;
  return end - begin >= run_min && end + 1 < text.size() && (text[end] == '.' || text[end] == ',') &&
         ascii::digit(text[end + 1]);
}

// A number written in disguise: a person must look, for a part number may look like that.
void check_disguised(std::string_view plain, const Place& place, Findings& findings) {
  const std::string unmasked = undisguised(plain), reversed = backwards(plain);
  for (const std::string_view text : {std::string_view(unmasked), std::string_view(reversed)}) {
    LineCounter lines{text};
    for (const PersonalNumber& number : find_personal_numbers(text)) {
      if (text == reversed && is_decimals_backwards(text, number)) continue;
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
    run = ascii::alphanumeric(c) ? run + 1 : 0;
    digits += ascii::digit(c);
    if (run >= 6 || digits >= 6 || static_cast<unsigned char>(c) >= 0x80) return true;
  }
  return false;
}

struct ColumnFacts {
  size_t filled = 0, long_numbers = 0, nine_digits = 0, distinct = 0;
};

std::vector<ColumnFacts> facts_of(const Grid& table, const Layout& layout) {
  Asked nine(table, [&](Grid::Id id) {
    return table.text(id).size() == 9 && table.said(id).number &&
           !find_personal_numbers(table.text(id)).empty();
  });
  std::vector<ColumnFacts> all(layout.columns.size());
  for (size_t c = 0; c < all.size(); ++c) {
    const auto texts = layout.tallies.column(c);
    all[c].distinct = texts.size();
    for (const auto& [text, cells] : texts) {
      all[c].filled += cells;
      const auto& number = table.said(text).number;
      if (number && number->whole && number->value >= 1e6) all[c].long_numbers += cells;
      if (nine(text)) all[c].nine_digits += cells;
    }
  }
  return all;
}

// "peter.jensen@regionh.dk", "tlf 22 33 44 55", "+45 22334455": where somebody can be reached.
bool names_contact(std::string_view cell) {
  // "Vestergade 12".
  for (const std::string_view street : {"vej ", "gade ", "allé ", "stræde "}) {
    const size_t behind = cell.find(street);
    if (behind != std::string_view::npos && behind > 0 && behind + street.size() < cell.size() &&
        ascii::digit(cell[behind + street.size()]))
      return true;
  }
  static constexpr ascii::Among signs("@+tT");
  if (!signs.any_of(cell)) return false;
  const size_t at = cell.find('@');
  if (at != std::string_view::npos && at > 0 && ascii::alphanumeric(cell[at - 1]) &&
      cell.find('.', at) != std::string_view::npos)
    return true;
  const std::string low = lower(cell);
  size_t from = low.find("+45");
  for (const std::string_view word : {"tlf", "telefon", "mobil"})
    if (from == std::string::npos) from = low.find(word);
  if (from == std::string::npos) return false;
  constexpr ptrdiff_t digits_min = 8;
  return std::count_if(low.begin() + static_cast<ptrdiff_t>(from), low.end(), ascii::digit) >= digits_min;
}

// "010203-XXXX", "010203-1***".
bool hides_last_digits(std::string_view cell) {
  constexpr size_t bytes = 11, date = 6;
  for (size_t at = 0; at + bytes <= cell.size(); ++at) {
    const std::string_view here = cell.substr(at, bytes);
    const bool dated = here[date] == '-' && std::all_of(here.begin(), here.begin() + date, ascii::digit) &&
                       is_plausible_date(here);
    if (dated && std::count_if(here.begin() + date + 1, here.end(),
                               [](char c) { return c == 'X' || c == 'x' || c == '*'; }) >= 2)
      return true;
  }
  return false;
}

// Whoever is named in a cell, and the numbers in it.
Findings look_into(std::string_view cell, const Pseudonyms& pseudonyms, const Place& place) {
  Findings found;
  static constexpr ascii::Among between_names(" _-");
  if (between_names.any_of(cell)) check_names(cell, place, found);
  if (names_contact(cell)) found.add("finding.person_name", place, "Aaaa@aaaa");
  if (!may_hold_identifier(cell)) return found;
  if (hides_last_digits(cell)) found.add("finding.personal_number_possible", place, shape_of(cell));
  check_text(cell, pseudonyms, place, found);
  // A line may end within a number, as a cell shows it.
  if (std::count(cell.begin(), cell.end(), '\n') == 1) {
    std::string lines(cell);
    std::replace(lines.begin(), lines.end(), '\n', '-');
    check_plain(plain_text(lines).text, pseudonyms, place, found);
  }
  check_number(cell, pseudonyms, place, found);
  return found;
}

}  // namespace

void check_text(std::string_view utf8, const Pseudonyms& pseudonyms, const Place& place, Findings& findings) {
  PlainText room;
  const std::string_view plain = is_plain(utf8) ? utf8 : (room = plain_text(utf8)).text;
  if (room.had_invisible) findings.add("finding.invisible_characters", place);
  check_plain(plain, pseudonyms, place, findings);
  check_encoded(plain, pseudonyms, place, findings);
  check_disguised(plain, place, findings);
}

void check_names(std::string_view utf8, const Place& place, Findings& findings) {
  LineCounter lines{utf8};
  for (const size_t offset : find_names(utf8)) {
    findings.add("finding.person_name", within(place, lines.line_of(offset)), "Aaaa Aaaa");
  }
}

// Money, doses: a column that says so, and of whose long numbers some are no person's.
std::vector<bool> amounts_in(const Grid& table, const Layout& layout) {
  static const Known of_amounts = {"kr",
                                   "dkk",
                                   "eur",
                                   "euro",
                                   "udgift",
                                   "udgifter",
                                   "udg",
                                   "beløb",
                                   "beloeb",
                                   "omkostning",
                                   "omkostninger",
                                   "omsætning",
                                   "takst",
                                   "takster",
                                   "værdi",
                                   "vaerdi",
                                   "produktionsværdi",
                                   "budget",
                                   "regnskab",
                                   "cost",
                                   "costs",
                                   "price",
                                   "expenses",
                                   "expenditure",
                                   "spending",
                                   "revenue",
                                   "ddd",
                                   "doser",
                                   "doses",
                                   "pris",
                                   "tilskud",
                                   "løn",
                                   "mg",
                                   "gram",
                                   "enheder",
                                   "drg",
                                   "ekspedition"};
  constexpr size_t digits_min = 9;
  std::vector<bool> amounts = columns_that(layout, [](const Column& column) {
    return column.kind != ColumnKind::identifier && has_word(column.header, of_amounts);
  });
  for (size_t c = 0; c < amounts.size(); ++c) {
    if (!amounts[c]) continue;
    // Of a column of personal numbers each is one.
    amounts[c] = layout.tallies.any(c, [&](Grid::Id id) {
      const std::string_view text = table.text(id);
      return text.size() >= digits_min - 2 && ascii::all_digits(text) && find_personal_numbers(text).empty();
    });
  }
  return amounts;
}

// Of an amount of nine or ten digits: nine are no number that lost its zero, ten are for a person unless the
// check digit fits.
bool is_amount(const Finding& found, std::string_view cell) {
  constexpr size_t nine = 9, ten = 10;
  return ascii::all_digits(cell) && (cell.size() == nine || cell.size() == ten) && cell[0] != '0' &&
         found.detail.empty();
}

void check_identifiers(const Grid& table, const Layout& layout, const Pseudonyms& pseudonyms,
                       Findings& findings) {
  const std::vector<bool> amounts = amounts_in(table, layout);
  // What is in one cell is in all that read the same; most texts hold nothing.
  std::vector<uint8_t> holds(table.texts());
  bool any = false;
  for (Grid::Id id = 1; id < holds.size(); ++id) {
    holds[id] = !look_into(table.text(id), pseudonyms, {table.sheet, 1, 1}).list().empty();
    any = any || holds[id] != 0;
  }
  for (size_t r = 0; any && r < table.rows(); ++r) {
    const auto cells = table.row(r);
    for (size_t c = 0; c < cells.size(); ++c) {
      if (holds[cells[c]] == 0) continue;
      const Findings found = look_into(table.text(cells[c]), pseudonyms, table.place(r, c));
      for (const Finding& f : found.list()) {
        const bool of_number = f.rule.starts_with("finding.personal_number");
        if (of_number && c < amounts.size() && amounts[c] && is_amount(f, table.text(cells[c]))) {
          if (f.severity == Severity::block)
            findings.add("finding.personal_number_possible", f.place, f.shape, layout.columns[c].header);
          continue;
        }
        findings.add_as(f.severity, f.rule, f.place, f.shape, f.detail);
      }
    }
  }
}

// "cpr-nr", "borger_cpr", "Patient ID": a heading that names a key, in whatever words.
bool names_key(const std::string& header) {
  static const Known keys = {"cpr",          "pnr",       "cprnr",         "personnr",
                             "personnummer", "journalnr", "journalnummer", "mrn",
                             "ydernr",       "recnum",    "ydernummer",    "patientnr",
                             "ptnr",         "kontaktid", "patientid",     "personid"};
  static const Known of_whom = {"patient", "person",  "borger", "kontakt", "case", "subject",
                                "pt",      "forløbs", "forløb", "pseudo",  "ek",   "dw"};
  static const Known numbered = {"id", "nr", "nummer", "number", "ek", "nøgle", "key"};
  return has_word(header, keys) || (has_word(header, of_whom) && has_word(header, numbered));
}

void check_rows(const Grid& table, const Layout& layout, Findings& findings) {
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
    constexpr size_t keys_min = 5;
    const bool counts = column.kind == ColumnKind::count || column.kind == ColumnKind::share;
    if (column.kind != ColumnKind::identifier && !counts && facts.distinct >= keys_min &&
        names_key(column.header))
      findings.add_as(Severity::review, "finding.identifier_column", place, "", column.header);
    // One number of nine digits is an amount; a column of them that all begin with a date lost their zeros.
    if (facts.nine_digits >= nine_digits_min)
      findings.add("finding.personal_number", place, "999999999", column.header);
    const bool one_per_row = facts.filled >= rows_min && facts.distinct * 100 >= facts.filled * 98;
    if (one_per_row && facts.long_numbers * 2 > facts.filled && !says_statistic(column.header)) {
      findings.add("finding.rows_of_individuals", place, "", column.header);
    }
  }
}

namespace {

// Each of several tables in one by itself: a column of one is no column of the other.
void check_tables_within(const Grid& table, const std::vector<Grid>& parts, const Parameters& parameters,
                         Findings& findings) {
  constexpr size_t tables_max = 100;
  if (parts.size() > tables_max) return leave_to_person(table, "tables", findings);
  for (const Grid& part : parts) {
    if (part.rows() < 2 || part.width() < 2) continue;
    const Layout layout = layout_of(part);
    Findings found;
    check_counts(part, layout, parameters, found);
    check_mixed(part, layout, parameters, found);
    for (const Finding& f : found.list()) {
      const auto same = [&](const Finding& other) {
        return other.rule == f.rule && other.place.row == f.place.row;
      };
      if (f.severity != Severity::note && std::none_of(findings.list().begin(), findings.list().end(), same))
        findings.add_as(f.severity, f.rule, {f.place.sheet, f.place.row, 0}, f.shape, f.detail);
    }
  }
}

}  // namespace

void check_table(const Grid& table, const Layout& layout, const Pseudonyms& pseudonyms,
                 const Parameters& parameters, Findings& findings) {
  check_identifiers(table, layout, pseudonyms, findings);
  constexpr size_t columns_max = 1 << 14;  // as many as a spreadsheet has
  if (layout.columns.size() > columns_max) return leave_to_person(table, "columns", findings);
  check_rows(table, layout, findings);
  check_split(table, layout, findings);
  const std::vector<Grid> parts = parts_of(table);
  check_individuals(table, layout, parts, findings);
  check_counts(table, layout, parameters, findings);
  check_records(table, layout, findings);
  check_figures(table, layout, parameters, findings);
  check_means(table, layout, parameters, findings);
  check_beside(table, layout, parameters, findings);
  check_values(table, layout, parameters, findings);
  check_parts(table, layout, parameters, findings);
  check_sections(table, layout, parameters, findings);
  check_rest(table, layout, parameters, findings);
  check_thresholds(table, layout, parameters, findings);
  check_mixed(table, layout, parameters, findings);
  check_tables_within(table, parts, parameters, findings);
}

}  // namespace fvm::disclosure
