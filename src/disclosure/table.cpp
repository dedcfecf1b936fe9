#include "disclosure/table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>
#include <unordered_set>

#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}

using Words = std::unordered_set<std::string_view>;

// Words that say "this column counts units". Danish and English, as analysts write them.
const Words& count_words() {
  static const Words all = {
      "n",         "antal",        "count",      "counts",        "freq",
      "frequency", "frequencies",  "frekvens",   "hyppighed",     "personer",
      "persons",   "person",       "people",     "patients",      "patient",
      "patienter", "borgere",      "individer",  "individuals",   "subjects",
      "cases",     "controls",     "kontroller", "tilfælde",      "events",
      "event",     "hændelser",    "døde",       "dødsfald",      "deaths",
      "dead",      "kvinder",      "mænd",       "women",         "men",
      "female",    "male",         "females",    "males",         "piger",
      "drenge",    "children",     "børn",       "total",         "totalt",
      "ialt",      "alle",         "all",        "sum",           "nobs",
      "obs",       "number",       "numbers",    "observationer", "observations",
      "kontakter", "indlæggelser", "admissions", "contacts",      "diagnoser",
      "recepter",  "missing",      "uoplyst",    "nmiss",         "unikke",
      "unique",    "distinct",     "forekomst",  "incidens",      "prævalens",
      "familier",  "husstande",    "households", "deltagere",     "participants",
      "exposed",   "unexposed",    "censored",   "atrisk",        "risk",
  };
  return all;
}

// Words that say "these whole numbers are no counts".
const Words& category_words() {
  static const Words all = {
      "år",     "aar",     "year",     "years",    "årstal",      "alder",   "age",    "kode",
      "code",   "nr",      "nummer",   "kommune",  "kommunekode", "komkode", "region", "regionskode",
      "måned",  "maaned",  "month",    "kvartal",  "quarter",     "uge",     "week",   "rang",
      "rank",   "decil",   "kvintil",  "quintile", "decile",      "niveau",  "level",  "score",
      "dag",    "day",     "dage",     "days",     "date",        "dato",    "gruppe", "group",
      "klasse", "class",   "køn",      "koen",     "sex",         "gender",  "fase",   "trin",
      "step",   "version", "model",    "lag",      "time",        "tid",     "df",     "order",
      "id",     "index",   "kategori", "category",
  };
  return all;
}

const Words& share_words() {
  static const Words all = {"pct",   "percent",    "procent", "%",    "andel",
                            "share", "proportion", "prop",    "rate", "frac"};
  return all;
}

const Words& measure_words() {
  static const Words all = {"mean",  "gns",  "gennemsnit", "median", "sd",      "std",   "se",       "ci",
                            "p",     "or",   "hr",         "rr",     "irr",     "min",   "max",      "q1",
                            "q3",    "p25",  "p50",        "p75",    "beta",    "coef",  "estimate", "kr",
                            "beløb", "pris", "lower",      "upper",  "varians", "pvalue"};
  return all;
}

// Headers that are key variables of the registers (domain.md): whole headers, not words within.
const Words& identifier_headers() {
  static const Words all = {"cpr",           "pnr",
                            "cprnr",         "cpr_nr",
                            "personnummer",  "v_cpr",
                            "v_pnr",         "k_cpr",
                            "k_cprnr",       "pnr12",
                            "patient_cpr",   "sikredes_cpr",
                            "cpr_barn",      "cpr_moder",
                            "cpr_fader",     "cprnummer_barn",
                            "v_mor_pnr",     "v_far_pnr",
                            "recnum",        "k_recnum",
                            "v_recnum",      "dw_ek_kontakt",
                            "dw_ek_forloeb", "ydernummer",
                            "ydernr",        "c_ynr",
                            "patient_id",    "person_id",
                            "personid",      "patientid",
                            "pseudonym",     "borger_id",
                            "cpr_nummer",    "henvisning_ydernr",
                            "fornavn",       "efternavn",
                            "fulde_navn",    "patientnavn",
                            "first_name",    "last_name",
                            "surname",       "adresse",
                            "address",       "telefon",
                            "tlf",           "mobil",
                            "email",         "e-mail"};
  return all;
}

bool any_of_words(const std::vector<std::string>& header, const Words& known) {
  return std::any_of(header.begin(), header.end(),
                     [&](const std::string& word) { return known.contains(word); });
}

bool is_year(std::string_view cell) {
  return cell.size() == 4 && std::all_of(cell.begin(), cell.end(), digit) &&
         (cell.starts_with("19") || cell.starts_with("20"));
}

// "n_kvinder", "antalmænd": words that begin or end with one that counts.
bool counts_inside(const std::vector<std::string>& header) {
  return std::any_of(header.begin(), header.end(), [](const std::string& word) {
    return word.starts_with("antal") || word.ends_with("antal") || word.ends_with("count") ||
           word.starts_with("personer") || word.ends_with("personer") || word.ends_with("patienter");
  });
}

struct Values {
  size_t filled = 0, numbers = 0, whole = 0, percents = 0, counted = 0, masked = 0, worded = 0;
  double before = 0;
  bool consecutive = true;  // 1, 2, 3 ... as a running number
  bool all_years = true;

  void take(std::string_view cell) {
    ++filled;
    masked += is_masked(cell);
    all_years = all_years && is_year(cell);
    const bool counts = count_of(cell).has_value();
    counted += counts;
    worded += !counts && reading_of(cell).wording == Wording::count;
    const auto number = number_of(cell);
    if (!number) return;
    if (numbers++ > 0 && number->value != before + 1) consecutive = false;
    before = number->value;
    whole += number->whole || number->perhaps_thousands;
    percents += number->percent;
  }
};

// One pass over the cells that are there: a sheet with one cell in its last corner is no more work than that.
std::vector<Values> values_of(const Table& table, size_t header_rows, size_t width) {
  std::vector<Values> values(width);
  for (size_t r = header_rows; r < table.rows.size(); ++r) {
    for (size_t c = 0; c < table.rows[r].size(); ++c) {
      const std::string_view cell = trim(table.rows[r][c]);
      if (!cell.empty()) values[c].take(cell);
    }
  }
  return values;
}

ColumnKind kind_of(const std::string& header, const Values& values) {
  const std::vector<std::string> header_words = words(header);
  const std::string whole_header = lower(trim(header));
  if (identifier_headers().contains(whole_header)) return ColumnKind::identifier;
  if (values.filled == 0) return ColumnKind::label;
  const bool mostly_counts = (values.counted + values.masked) * 10 >= values.filled * 8 && values.counted > 0;
  const bool decimals = values.numbers > values.whole;
  const bool says_count = any_of_words(header_words, count_words()) || counts_inside(header_words);
  // A stray "0,5" makes a column of counts no other column.
  const bool mostly_whole = values.whole * 10 >= values.numbers * 8;
  // "n (%)" over "3 (0,4 %)", and "n, %" over whole numbers.
  static const Words bare_counts = {"n", "freq", "count"};
  const bool count_and_share = any_of_words(header_words, bare_counts) && values.percents == 0;
  if (any_of_words(header_words, share_words()) && !(count_and_share && mostly_counts && mostly_whole) &&
      (decimals || values.percents > 0 || !counts_inside(header_words))) {
    return values.numbers > 0 || mostly_counts ? ColumnKind::share : ColumnKind::label;
  }
  if (any_of_words(header_words, measure_words()) && !counts_inside(header_words)) return ColumnKind::measure;
  const bool says_category = any_of_words(header_words, category_words());
  if (says_count && mostly_whole && values.counted + values.worded > 0) return ColumnKind::count;
  if (values.percents * 2 > values.filled) return ColumnKind::share;
  if (values.numbers == 0 && !mostly_counts) return ColumnKind::label;
  if (!mostly_counts || decimals) return ColumnKind::measure;
  if (says_category || values.all_years) return ColumnKind::category;
  if (values.consecutive && values.numbers >= 3) return ColumnKind::category;
  // "3 (0,4 %)" in most cells is a count whatever the header says.
  if (values.counted > values.numbers && values.counted - values.numbers > values.numbers)
    return ColumnKind::count;
  return is_year(whole_header) ? ColumnKind::count : ColumnKind::number;
}

size_t width_of(const Table& table) {
  size_t width = 0;
  for (const auto& row : table.rows) width = std::max(width, row.size());
  return width;
}

bool is_value(std::string_view cell) {
  return number_of(cell) || count_of(cell) || is_masked(cell);
}

// The first row in which most cells are texts and after which numbers come; titles above it count as headers
// too.
size_t header_rows_of(const Table& table) {
  constexpr size_t look_rows_max = 12;
  size_t header = 0, first_of_texts = 0;
  const size_t looked_at = std::min(table.rows.size(), look_rows_max);
  for (size_t r = 0; r < looked_at; ++r) {
    size_t texts = 0, numbers = 0;
    for (const auto& cell : table.rows[r]) {
      const std::string_view text = trim(cell);
      if (text.empty()) continue;
      (is_value(text) && !is_year(text) ? numbers : texts)++;
    }
    if (numbers > 0) break;
    // A row with one text is a title or a label without numbers; a row of several texts is a header.
    if (texts > 1 || header == r) header = r + 1;
    if (texts > 1 && first_of_texts == 0) first_of_texts = r + 1;
    if (texts > 1 && r + 1 < table.rows.size()) {
      const auto& below = table.rows[r + 1];
      const bool numbers_below =
          std::any_of(below.begin(), below.end(), [](const auto& c) { return is_value(trim(c)); });
      if (numbers_below) break;
    }
  }
  // Texts all the way ("120 personer"): the first row of several is the header, or none would be looked at.
  if (header == looked_at && first_of_texts > 0) return first_of_texts;
  return header;
}

// Digits with at most one '.', whatever separators stand between them. The last kind of separator is the
// decimal point, unless it comes more than once.
std::optional<std::string> without_separators(std::string_view cell) {
  std::string plain;
  char separator = 0;
  bool exponent = false;
  const auto drop_points = [&plain] { std::erase(plain, '.'); };
  for (size_t i = 0; i < cell.size(); ++i) {
    const char c = cell[i];
    const bool point = c == '.' || c == ',';
    if (digit(c)) {
      plain += c;
    } else if ((c == '-' || c == '+') && (i == 0 || plain.ends_with('e'))) {
      if (c == '-') plain += c;
    } else if ((c == 'e' || c == 'E') && i > 0 && !exponent && i + 1 < cell.size()) {
      exponent = true;
      plain += 'e';
    } else if ((point || c == ' ' || c == '\'') && !exponent) {
      if (point && separator != 0) drop_points();
      if (point && separator != c) plain += '.';
      if (!point && i == 0) return std::nullopt;
      separator = c;
    } else {
      return std::nullopt;
    }
  }
  return plain;
}

// "1.234" and "12,345": a thousand or a decimal fraction; only the column can tell.
bool is_one_group_of_three(std::string_view cell) {
  const size_t at = cell.find_first_of(".,");
  if (at == std::string_view::npos || at == 0 || at > 3 || cell.size() != at + 4 || cell[0] == '0')
    return false;
  return std::all_of(cell.begin(), cell.begin() + at, digit) &&
         std::all_of(cell.begin() + at + 1, cell.end(), digit);
}

// What may stand behind a count: "(0,4 %)", "[12%]", "/250". "(1-3)" behind a number is a range: no count.
bool is_part_of_count(std::string_view behind) {
  std::string_view inside = trim(behind.substr(1));
  if (behind[0] == '/') return number_of(inside).has_value();
  if (inside.empty() || (inside.back() != ')' && inside.back() != ']')) return false;
  inside.remove_suffix(1);
  return number_of(inside).has_value() || inside.starts_with('<');
}

// Header texts of a column, from all header rows: "2024" over "antal" is "2024 antal".
std::string header_of(const Table& table, size_t header_rows, size_t column) {
  std::string header;
  for (size_t r = 0; r < header_rows; ++r) {
    const auto& row = table.rows[r];
    if (column >= row.size()) continue;
    const std::string_view text = trim(row[column]);
    if (text.empty()) continue;
    if (!header.empty()) header += ' ';
    header += text;
  }
  return header;
}

}  // namespace

std::optional<Number> number_of(std::string_view cell) {
  constexpr size_t number_bytes_max = 40;
  cell = trim(cell);
  if (cell.empty() || (!digit(cell[0]) && std::string_view("+-.,").find(cell[0]) == std::string_view::npos))
    return std::nullopt;
  Number number;
  if (!cell.empty() && cell.back() == '%') {
    number.percent = true;
    cell = trim(cell.substr(0, cell.size() - 1));
  }
  if (cell.empty() || cell.size() > number_bytes_max) return std::nullopt;
  const auto plain = without_separators(cell);
  if (!plain || !std::any_of(plain->begin(), plain->end(), digit)) return std::nullopt;
  const auto [end, error] = std::from_chars(plain->data(), plain->data() + plain->size(), number.value);
  if (error != std::errc() || end != plain->data() + plain->size()) return std::nullopt;
  // 2.9999999999 is shown as 3.
  constexpr double near = 1e-6;
  const double rounded = std::round(number.value);
  if (rounded >= 1 && std::fabs(number.value - rounded) < near) number.value = rounded;
  number.whole = std::floor(number.value) == number.value;
  number.perhaps_thousands = is_one_group_of_three(cell);
  return number;
}

std::optional<uint64_t> count_of(std::string_view cell) {
  constexpr double count_max = 1e15;
  cell = trim(cell);
  constexpr size_t count_bytes_max = 60;
  if (cell.empty() || cell.size() > count_bytes_max ||
      (!digit(cell[0]) && std::string_view("+nN").find(cell[0]) == std::string_view::npos)) {
    return std::nullopt;
  }
  const std::string low = lower(cell);
  std::string_view rest = low;
  if (rest.starts_with("n=") || rest.starts_with("n =")) rest = trim(rest.substr(rest.find('=') + 1));
  const size_t open = rest.find_first_of("(/[");
  if (open != std::string_view::npos) {
    if (open == 0 || !is_part_of_count(rest.substr(open))) return std::nullopt;
    rest = trim(rest.substr(0, open));
  }
  while (!rest.empty() && (rest.back() == '*' || rest.back() == ')')) rest.remove_suffix(1);
  const auto number = number_of(rest);
  if (!number || number->percent || number->value < 0 || number->value > count_max) return std::nullopt;
  if (number->perhaps_thousands) return static_cast<uint64_t>(std::llround(number->value * 1000));
  if (!number->whole) return std::nullopt;
  return static_cast<uint64_t>(number->value);
}

Layout layout_of(const Table& table) {
  Layout layout;
  layout.header_rows = header_rows_of(table);
  const size_t width = width_of(table);
  const std::vector<Values> values = values_of(table, layout.header_rows, width);
  for (size_t c = 0; c < width; ++c) {
    const std::string header = header_of(table, layout.header_rows, c);
    layout.columns.push_back({kind_of(header, values[c]), header});
    if (values[c].filled > 0 && layout.columns[c].kind == ColumnKind::label) layout.labels.push_back(c);
    if (values[c].filled > 0 && layout.columns[c].kind != ColumnKind::label) layout.values.push_back(c);
  }
  return layout;
}

}  // namespace fvm::disclosure
