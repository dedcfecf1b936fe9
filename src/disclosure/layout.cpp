#include "disclosure/layout.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"
#include "disclosure/vocabulary.hpp"

namespace fvm::disclosure {
namespace {

// "HR", "OR (95 % CI)", "nedre KI": nothing but names of measures; "astma or COPD" and "Upper GI bleeding"
// are not.
bool is_measure_throughout(const std::vector<std::string>& header) {
  static const Words beside = {"95",    "%",  "ci",    "ki",    "adjusted", "justeret",
                               "crude", "rå", "value", "værdi", "model",    "limit"};
  return std::all_of(header.begin(), header.end(), [](const std::string& word) {
    return measure_words().contains(word) || beside.contains(word);
  });
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
  size_t over_hundred = 0;
  bool consecutive = true;  // 1, 2, 3 ... as a running number
  bool all_years = true;

  void take(const Grid::Said& said, size_t cells) {
    filled += cells;
    if (said.masked) masked += cells;
    if (said.count) counted += cells;
    if (!said.number) return;
    const Number& number = *said.number;
    numbers += cells;
    if (number.whole || number.perhaps_thousands) whole += cells;
    if (number.percent) percents += cells;
    constexpr double whole_share = 100;
    if (number.value > whole_share) over_hundred += cells;
  }
};

// The only question that depends on the order of rows; most columns of numbers answer it with the second.
bool is_consecutive(const Grid& table, size_t header_rows, size_t column) {
  std::optional<double> before;
  for (const auto& [row, text] : table.column(column)) {
    if (row < header_rows || !table.says_number(text)) continue;
    const double value = table.said(text).number->value;
    // Who numbers rows begins with one. Years, ages and weeks begin anywhere, but not with so few.
    constexpr double few_min = 2, few_max = 4;
    if (!before && value >= few_min && value <= few_max) return false;
    if (before && value != *before + 1) return false;
    before = value;
  }
  return true;
}

std::vector<Values> values_of(const Grid& table, const Tallies& tallies) {
  std::vector<Values> values(tallies.columns());
  Asked year(table, [&](Grid::Id id) { return is_period(table.text(id)); });
  Asked worded(table, [&](Grid::Id id) {
    return !table.said(id).count && reading_of(table.text(id)).wording == Wording::count;
  });
  for (size_t c = 0; c < values.size(); ++c) {
    for (const auto& [text, cells] : tallies.column(c)) {
      values[c].take(table.said(text), cells);
      values[c].all_years = values[c].all_years && year(text);
      if (worded(text)) values[c].worded += cells;
    }
    if (values[c].numbers > 0) values[c].consecutive = is_consecutive(table, tallies.first_row(), c);
  }
  return values;
}

// "uge", "sygehus nr", "alder ved diagnose": nothing but a category. "smittede uge 12" and "kommune Samsø"
// say of whom the numbers are.
bool is_category_throughout(const std::vector<std::string>& header) {
  static const Words things = {
      "sygehus", "hospital", "diagnose", "diagnosis", "kontakt", "afdeling", "behandling", "first", "første",
      "sidste",  "last",     "alders",   "age",       "startår", "slutår",   "kalenderår", "efter", "after",
      "start",   "siden",    "since",    "mg",        "iso",     "num",      "den"};
  return std::all_of(header.begin(), header.end(), [](const std::string& word) {
    return category_words().contains(word) || naming_words().contains(word) || things.contains(word);
  });
}

ColumnKind kind_of(const std::string& header, const Values& values, bool first) {
  const std::vector<std::string> header_words = words(header);
  const std::string whole_header = lower(trim(header));
  if (identifier_headers().contains(whole_header)) return ColumnKind::identifier;
  if (values.filled == 0) return ColumnKind::label;
  static const Words of_time = {"antal", "n", "no", "number", "person", "patient", "personer"};
  const bool counts_too = std::any_of(header_words.begin(), header_words.end(), [](const std::string& word) {
    return count_words().contains(word) && !of_time.contains(word);
  });
  if (is_person_time(header_words) && !counts_too && values.numbers > 0) return ColumnKind::measure;
  const bool mostly_counts = (values.counted + values.masked) * 10 >= values.filled * 8 && values.counted > 0;
  const bool decimals = values.numbers > values.whole;
  const bool says_count = names_count(header_words);
  // A stray "0,5" makes a column of counts no other column.
  const bool mostly_whole = values.whole * 10 >= values.numbers * 8;
  // "n (%)" over "3 (0,4 %)", and "n, %" over whole numbers.
  static const Words bare_counts = {"n", "freq", "count"};
  const bool count_and_share = any_of_words(header_words, bare_counts) && values.percents == 0;
  if (decimals && any_of_words(header_words, rate_words())) return ColumnKind::share;
  if (any_of_words(header_words, share_words()) && !(count_and_share && mostly_counts && mostly_whole) &&
      (decimals || values.percents > 0 || (!counts_inside(header_words) && values.over_hundred == 0))) {
    return values.numbers > 0 || mostly_counts ? ColumnKind::share : ColumnKind::label;
  }
  // "astma or COPD" and "døde (se note)" over whole numbers count: short names of measures are words too. "n
  // (median)" may; "gns. antal besøg" does not.
  const bool counts_first = !header_words.empty() && (count_words().contains(header_words.front()) ||
                                                      header_words.front().starts_with("antal"));
  static const Words per = {"pr", "per"};
  if (any_of_words(header_words, per) && !counts_first && values.percents == 0 && values.numbers > 0)
    return ColumnKind::measure;
  if (any_of_words(header_words, measure_words())) {
    const bool certain = any_of_words(header_words, certain_measures());
    const bool whole_counts = mostly_counts && !decimals;
    if (certain && !counts_first) return ColumnKind::measure;
    if (!whole_counts && !counts_inside(header_words)) return ColumnKind::measure;
    if (whole_counts && certain) return ColumnKind::number;
    if (whole_counts && !says_count)
      return is_measure_throughout(header_words) ? ColumnKind::measure : ColumnKind::number;
  }
  const bool says_category = any_of_words(header_words, category_words());
  // SAS numbers its tables and types; "p10" over days.
  if (whole_header == "_table_" || whole_header == "_type_") return ColumnKind::category;
  constexpr size_t percentile_bytes_max = 3;
  if (header_words.size() == 1 && header_words[0].size() <= percentile_bytes_max &&
      is_percentile(header_words[0]))
    return ColumnKind::measure;
  // R, SAS and Stata number what they print.
  if (whole_header == "obs" && values.consecutive && values.numbers >= 3) return ColumnKind::category;
  if (says_count && mostly_whole && values.counted + values.worded + values.masked > 0)
    return ColumnKind::count;
  if (values.percents * 2 > values.filled) return ColumnKind::share;
  if (values.all_years && !says_count)
    return values.counted > 0 || values.numbers > 0 ? ColumnKind::category : ColumnKind::label;
  if (values.numbers == 0 && !mostly_counts) return ColumnKind::label;
  // A few numbers among names.
  if (!says_count && !any_of_words(header_words, measure_words()) && values.numbers * 2 < values.filled &&
      values.counted * 2 < values.filled)
    return ColumnKind::label;
  if (!mostly_counts || decimals) return ColumnKind::measure;
  // pandas and R number their rows under no heading.
  if (first && header_words.empty() && values.consecutive && values.numbers >= 2) return ColumnKind::category;
  if (values.all_years || (says_category && is_category_throughout(header_words)))
    return ColumnKind::category;
  if (values.consecutive && values.numbers >= 3 && (first || header_words.empty()))
    return ColumnKind::category;
  // "3 (0,4 %)" in most cells is a count whatever the header says.
  if (values.counted > values.numbers && values.counted - values.numbers > values.numbers)
    return ColumnKind::count;
  return is_year(whole_header) ? ColumnKind::count : ColumnKind::number;
}

bool is_value(const Grid::Said& said) {
  return said.number || said.count || said.masked;
}

// "0.893***", "(0.012)", "54,1 (13,2)": coefficients and their errors, means and their spread.
bool is_coefficient(std::string_view cell) {
  if (cell.size() < 3) return false;
  // "63 (52-73)".
  const size_t open = cell.find('(');
  const std::string_view inside = open == std::string_view::npos || cell.back() != ')'
                                      ? std::string_view()
                                      : cell.substr(open + 1, cell.size() - open - 2);
  const bool of_range = open > 0 && inside.find_first_of("-;,", 1) != std::string_view::npos &&
                        inside.find_first_not_of("0123456789.,;- ") == std::string_view::npos;
  if (cell.front() != '(') cell = trim(cell.substr(0, open));
  if (cell.empty()) return false;
  if (cell.front() == '(' && cell.back() == ')') {
    cell = cell.substr(1, cell.size() - 2);
  } else {
    while (!cell.empty() && cell.back() == '*') cell.remove_suffix(1);
  }
  const auto number = number_of(cell);
  return number && (!number->whole || of_range);
}

// What makes a row one of numbers: "x" and "c" hide counts, and are names of columns too.
bool is_number_below(const Grid& table, Grid::Id id) {
  const std::string_view text = table.text(id);
  const bool letter = text.size() == 1 && ascii::letter(text[0]);
  return (is_value(table.said(id)) && !letter && !is_year(text)) || is_coefficient(text);
}

// "age_group;0;1;2;3+": numbers from left to right below a word of a category are names of columns too.
bool is_numbered_heading(const Grid& table, size_t row) {
  const auto cells = table.row(row);
  constexpr size_t cells_min = 3;
  if (cells.size() < cells_min || row + 1 >= table.rows() || cells[0] == 0 || table.says_number(cells[0]))
    return false;
  if (!any_of_words(words(table.text(cells[0])), category_words())) return false;
  double before = -1;
  size_t numbers = 0;
  for (const Grid::Id id : cells.subspan(1)) {
    if (!table.says_number(id)) continue;
    const auto& number = table.said(id).number;
    constexpr double largest = 30;
    if (!number->whole || number->value <= before || number->value > largest) return false;
    before = number->value;
    ++numbers;
  }
  return numbers >= 2 && before - static_cast<double>(numbers) <= 2;
}

// Below a heading: "3 personer", "~3", "tre".
bool says_number(const Grid& table, size_t row) {
  const auto cells = table.row(row);
  constexpr uint64_t few_max = 10;  // "30 dage" may be a heading
  return cells.size() > 1 && std::any_of(cells.begin() + 1, cells.end(), [&](const Grid::Id id) {
           const Reading reading =
               id == 0 || is_full_date(table.text(id)) ? Reading{} : reading_of(table.text(id));
           return reading.wording != Wording::none && reading.value < few_max;
         });
}

// The first row in which most cells are texts and after which numbers come; titles above it count as headers
// too.
size_t header_rows_of(const Grid& table) {
  constexpr size_t look_rows_max = 60;
  size_t header = 0, first_of_texts = 0;
  const size_t looked_at = std::min(table.rows(), look_rows_max);
  for (size_t r = 0; r < looked_at; ++r) {
    size_t texts = 0, numbers = 0;
    for (const Grid::Id id : table.row(r)) {
      if (id == 0) continue;
      (is_number_below(table, id) ? numbers : texts)++;
    }
    if (header == r && first_of_texts == 0 && numbers > 0 && is_numbered_heading(table, r)) return r + 1;
    if (numbers > 0 || (first_of_texts > 0 && says_number(table, r))) break;
    // Below headings, a name in the first column begins a section of rows.
    if (first_of_texts > 0 && texts == 1 && table.id(r, 0) != 0) break;
    // A row with one text is a title or a label without numbers; a row of several texts is a header.
    if (texts > 1 || header == r) header = r + 1;
    if (texts > 1 && first_of_texts == 0) first_of_texts = r + 1;
    if (texts > 1 && r + 1 < table.rows()) {
      const auto below = table.row(r + 1);
      const bool numbers_below = std::any_of(below.begin(), below.end(),
                                             [&](const Grid::Id id) { return is_number_below(table, id); });
      if (numbers_below) break;
    }
  }
  // Texts all the way ("120 personer"): the first row of several is the header, or none would be looked at.
  if (header == looked_at && first_of_texts > 0) return first_of_texts;
  return header;
}

// Rows of headings over all columns: a row of one text above another is a title.
std::vector<size_t> heading_rows_of(const Grid& table, size_t header_rows) {
  std::vector<size_t> rows;
  for (size_t r = 0; r < header_rows; ++r) {
    const bool title = r + 1 < header_rows && filled_cells(table, r) == 1;
    if (!title) rows.push_back(r);
  }
  return rows;
}

// Header texts of a column, from all header rows: "2024" over "antal" is "2024 antal".
std::string header_of(const Grid& table, const std::vector<size_t>& heading_rows, size_t column) {
  std::string header;
  for (const size_t r : heading_rows) {
    const std::string_view text = table.text(r, column);
    if (text.empty()) continue;
    if (!header.empty()) header += ' ';
    header += text;
  }
  return header;
}

// "Region Nord" and "Region Syd" side by side, "alder 0-17" and "alder 18+": what stands below is no category
// but is counted by one. So are categories beside which nothing is counted, unless they are years.
void find_spread(Layout& layout, const std::vector<Values>& values) {
  std::unordered_map<std::string, std::vector<size_t>> by_first_word;
  bool counted = false;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const ColumnKind kind = layout.columns[c].kind;
    counted |= kind != ColumnKind::category && kind != ColumnKind::label;
    const std::vector<std::string> header = words(layout.columns[c].header);
    if (kind == ColumnKind::category && header.size() >= 2 && !any_of_words(header, naming_words()) &&
        category_words().contains(header.front()))
      by_first_word[header.front()].push_back(c);
  }
  for (const auto& [word, columns] : by_first_word) {
    for (const size_t c : columns)
      if (columns.size() > 1) layout.columns[c].kind = ColumnKind::number;
  }
  for (size_t c = 0; !counted && c < layout.columns.size(); ++c) {
    const bool running = values[c].consecutive || values[c].all_years;
    if (layout.columns[c].kind == ColumnKind::category && !running)
      layout.columns[c].kind = ColumnKind::number;
  }
}

}  // namespace

bool names_measure(std::string_view text) {
  return any_of_words(words(text), measure_words());
}

bool names_count(const std::vector<std::string>& words) {
  return any_of_words(words, count_words()) || counts_inside(words);
}

Layout layout_of(const Grid& table) {
  Layout layout;
  layout.header_rows = header_rows_of(table);
  layout.tallies = Tallies(table, layout.header_rows);
  const std::vector<Values> values = values_of(table, layout.tallies);
  const std::vector<size_t> heading_rows = heading_rows_of(table, layout.header_rows);
  for (size_t c = 0; c < values.size(); ++c) {
    const std::string header = header_of(table, heading_rows, c);
    layout.columns.push_back({kind_of(header, values[c], c == 0), header});
    if (values[c].filled > 0 && layout.columns[c].kind == ColumnKind::label) layout.labels.push_back(c);
    if (values[c].filled > 0 && layout.columns[c].kind != ColumnKind::label) layout.values.push_back(c);
  }
  find_spread(layout, values);
  find_keys(table, layout, !values.empty() && values[0].consecutive && values[0].numbers >= 3);
  return layout;
}

}  // namespace fvm::disclosure
