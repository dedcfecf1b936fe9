// Whether a table is understood: it says what it counts or measures, in columns that say what they are, of
// groups that its labels tell apart. All other rules look for what they know; what none of them knows must
// not leave without a person only because it was not recognised.
#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/few.hpp"
#include "disclosure/figures.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/notes.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"
#include "disclosure/vocabulary.hpp"

namespace fvm::disclosure {
namespace {

// Where people write what they like.
bool takes_remarks(const std::string& header) {
  static const Known all = {"bemærkning", "bemærkninger", "kommentar", "kommentarer", "note",
                            "noter",      "notes",        "notat",     "notater",     "remark",
                            "remarks",    "comment",      "comments",  "fritekst"};
  return has_word(header, all);
}

class Understanding {
 public:
  // `title`: what stands above the table, apart from it.
  Understanding(const Grid& table, const Layout& layout, const Parameters& parameters,
                std::string_view title = {})
      : table_(table), layout_(layout), parameters_(parameters), title_(title), labels_(table, layout) {}

  // Where and how it is not; nothing is added when it is. `results`: it has any.
  void check(bool& results, Findings& findings) {
    if (layout_.columns.empty()) return;
    read_what_it_is();
    for (const size_t c : layout_.values) {
      if (!is_result(c)) continue;
      results = true;
      if (!is_told(c))
        findings.add("finding.column_not_understood", {table_.sheet, first_row(), c + 1}, "",
                     layout_.columns[c].header);
    }
    for (const size_t c : layout_.labels)
      results |= says_statistic(layout_.columns[c].header) || (c > 0 && has_coefficients(c));
    check_cells(findings);
    check_texts(findings);
    check_whole_measures(findings);
    if (results) check_rows_alike(table_, layout_, result_columns(), findings);
  }

 private:
  uint64_t first_row() const { return table_.first_row + layout_.header_rows; }

  // "Kommunenr; Kommune": a code in front of its name.
  bool is_code(size_t c) const {
    return c == 0 && layout_.columns.size() > 1 && layout_.columns[1].kind == ColumnKind::label &&
           layout_.columns[0].kind == ColumnKind::number;
  }
  bool is_result(size_t c) const {
    if (is_code(c)) return false;
    const ColumnKind kind = layout_.columns[c].kind;
    return kind == ColumnKind::count || kind == ColumnKind::share || kind == ColumnKind::number ||
           kind == ColumnKind::measure;
  }
  std::vector<bool> result_columns() const {
    std::vector<bool> results(layout_.columns.size());
    for (const size_t c : layout_.values) results[c] = is_result(c);
    return results;
  }
  // A title, a heading or the labels say what is counted or measured.
  void read_what_it_is() {
    const auto take = [&](std::string_view text) {
      counts_ |= names_count(words_of_label(text));
      measures_ |= says_statistic(text);
    };
    for (size_t r = 0; r < layout_.header_rows; ++r)
      for (const Grid::Id id : table_.row(r)) take(table_.text(id));
    take(table_.sheet);
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      counts_ |= labels_.counts(r) || labels_.total(r);
      measures_ |= labels_.statistic(r);
    }
    // Nobody hides what is no count.
    for (const size_t c : layout_.values)
      counts_ |= layout_.tallies.any(
          c, [&](Grid::Id id) { return table_.says_masked(id) && table_.text(id)[0] == '<'; });
    take(title_);
    if (is_matrix()) counts_ = measures_ = true;
    counts_ |= is_series();
    beside_periods_ = beside_periods();
    const std::vector<Trait> traits = traits_of(table_, layout_);
    has_traits_ = std::any_of(traits.begin(), traits.end(), [](Trait trait) {
      return trait == Trait::age || trait == Trait::sex || trait == Trait::birth || trait == Trait::diagnosis;
    });
  }
  // The same names across and down: correlations, or who went from where to where.
  bool is_matrix() const {
    std::unordered_set<std::string_view> across;
    for (size_t c = 1; c < layout_.columns.size(); ++c) across.insert(layout_.columns[c].header);
    size_t same = 0, rows = 0;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      ++rows;
      same += across.contains(table_.text(r, 0));
    }
    constexpr size_t names_min = 3;
    return same >= names_min && same * 2 >= rows;
  }
  // "0-17", "80+", "18-39 år".
  static bool is_age_range(std::string_view header) {
    for (const std::string_view unit : {" år", " years", " yrs"}) {
      if (header.ends_with(unit)) header.remove_suffix(unit.size());
    }
    return !header.empty() && ascii::digit(header[0]) &&
           header.find_first_not_of("0123456789-+ ") == std::string_view::npos &&
           header.find_first_of("-+") != std::string_view::npos;
  }
  // "Jan", "Feb" … and "Året".
  bool beside_periods() const {
    const auto periods = std::count_if(layout_.columns.begin(), layout_.columns.end(),
                                       [](const Column& column) { return is_period(column.header); });
    return static_cast<size_t>(periods) * 2 >= layout_.columns.size();
  }
  // Whole numbers by year or month, each once.
  bool is_series() const {
    const auto texts = layout_.tallies.column(0);
    constexpr size_t periods_min = 3;
    return texts.size() >= periods_min && texts.size() == layout_.tallies.filled(0) &&
           std::all_of(texts.begin(), texts.end(),
                       [&](const auto& each) { return is_period(table_.text(each.text)); });
  }
  bool is_told(size_t c) const {
    const Column& column = layout_.columns[c];
    if (column.kind == ColumnKind::count || column.kind == ColumnKind::share) return true;
    if (column.kind == ColumnKind::number && is_period(column.header)) return true;
    if (column.kind == ColumnKind::number && (is_age_range(column.header) || (c > 0 && beside_periods_)))
      return true;
    static const Known sexes = {"k", "m", "f", "kvinde", "mand", "woman", "man", "begge", "both"};
    // Beside what persons are told by, a number of cases does not say what "bmi" is.
    const bool told = measures_ || (counts_ && (column.kind == ColumnKind::number || !has_traits_));
    return told || says_statistic(column.header) || is_total_column(column) ||
           (column.kind == ColumnKind::number && has_word(column.header, sexes));
  }

  // Cells in which no count and no figure can be read.
  void check_cells(Findings& findings) {
    const auto doubtful = [&](size_t c, Grid::Id id) {
      if (!is_result(c) || table_.says_number(id)) return false;
      const std::string_view text = table_.text(id);
      // "Samlet" below years, "1. (lavest)" above "2".
      const bool lettered = std::count_if(text.begin(), text.end(), ascii::letter) >= 3;
      if (c == 0 && lettered && !may_tell_few(text, parameters_.cell_count_min)) return false;
      if (is_no_count(text) || (table_.says_masked(id) && is_plain_mask(text))) return false;
      if (!counts_units(layout_.columns[c])) return !is_figure(text);
      // "54,1 (13,2)" in a column of n (%).
      const bool measure = is_figure(text) && has_decimals(text);
      return !measure && !table_.said(id).count && !is_one_count(text);
    };
    each_cell_with(table_, layout_, doubtful, [&](size_t r, size_t c, Grid::Id id) {
      if (labels_.statistic(r) && is_figure(table_.text(id))) return;  // "Alder, median (IQR)"
      findings.add("finding.cell_not_understood", table_.place(r, c), shape_of(table_.text(id)),
                   layout_.columns[c].header);
    });
  }

  // Small whole numbers under a heading that may be of anything ("Estimate", "Index"), and nothing else
  // there.
  void check_whole_measures(Findings& findings) {
    static const Known whole = {"median", "iqr", "df", "min",   "max",   "levels", "mode",       "typetal",
                                "p",      "q1",  "q3", "p25",   "p50",   "p75",    "p5",         "p95",
                                "p10",    "p90", "år", "years", "antal", "rang",   "iterations", "parameter"};
    const auto few = [&](Grid::Id id) {
      const auto& count = table_.said(id).count;
      return count && *count > 0 && *count < parameters_.cell_count_min;
    };
    const bool quartiles = has_middle(layout_);
    for (const size_t c : layout_.values) {
      const Column& column = layout_.columns[c];
      if (column.kind != ColumnKind::measure) continue;
      const std::vector<std::string> said = words_of_label(column.header);
      if (any_of_words(said, whole) || (quartiles && std::any_of(said.begin(), said.end(), is_percentile)))
        continue;
      const bool all_whole = !layout_.tallies.any(c, [&](Grid::Id id) { return !table_.said(id).count; });
      if (all_whole && layout_.tallies.any(c, few))
        findings.add("finding.small_count_possible", {table_.sheet, first_row(), c + 1}, "", column.header);
    }
  }

  static std::string_view unnumbered(std::string_view name) {
    const size_t blank = name.find(' ');
    const bool numbered = blank != std::string_view::npos && ascii::all_digits(name.substr(0, blank));
    return numbered ? name.substr(blank + 1) : name;
  }

  // Few told in titles, notes and labels; remarks behind what is counted.
  void check_texts(Findings& findings) {
    const uint64_t few = parameters_.cell_count_min;
    size_t first_result = layout_.columns.size();
    for (const size_t c : layout_.values) {
      if (is_result(c)) first_result = std::min(first_result, c);
    }
    Asked label(table_, [&](Grid::Id id) { return may_tell_few(table_.text(id), few); });
    Asked note(table_, [&](Grid::Id id) { return note_may_tell_few(table_.text(id), few); });
    for (size_t r = 0; r < table_.rows(); ++r) {
      const auto cells = table_.row(r);
      const size_t filled = filled_cells(table_, r);
      for (size_t c = 0; c < cells.size(); ++c) {
        if (cells[c] == 0 || table_.says_number(cells[c])) continue;
        const std::string_view text = table_.text(cells[c]);
        // What stands below a line break or behind a tabulator is not beside its neighbours.
        if (r >= layout_.header_rows && text.find_first_of("\n\t") != std::string_view::npos)
          findings.add("finding.remarks", table_.place(r, c), "", "");
        if (r >= layout_.header_rows && is_text(r, c) && ends_in_few(c, text))
          findings.add("finding.small_count_possible", table_.place(r, c), "", std::string(text));
        if (is_text(r, c) && (filled == 1 || is_long(text) ? note(cells[c]) : label(cells[c])))
          findings.add("finding.small_count_possible", table_.place(r, c), "",
                       std::string(table_.text(cells[c]).substr(0, 40)));
      }
    }
    const bool is_part = table_.sheet.find('/') != std::string::npos;
    // "3 HbA1c og BMI": the third sheet.
    const std::string_view name = unnumbered(table_.sheet);
    const bool persons = !find_few(table_.sheet, few).empty();
    if (!is_part && (persons || may_tell_few(name, few) || note_may_tell_few(name, few)))
      findings.add("finding.small_count_possible", {table_.sheet, 0, 0}, "", table_.sheet);
    for (size_t c = 0; c < layout_.columns.size(); ++c) {
      const Column& column = layout_.columns[c];
      if (column.kind == ColumnKind::label ||
          (column.kind == ColumnKind::measure && counts_behind(column.header)))
        check_figures_in_text(c, c > first_result, findings);
      if (column.kind == ColumnKind::label && counts_in_words(c))
        findings.add("finding.column_not_understood", {table_.sheet, first_row(), c + 1}, "", column.header);
      if (takes_remarks(column.header) && layout_.tallies.filled(c) > 0) {
        findings.add("finding.remarks", {table_.sheet, first_row(), c + 1}, "", column.header);
        continue;
      }
      if (column.kind != ColumnKind::label || c < first_result || says_statistic(column.header)) continue;
      if (layout_.tallies.column(c).size() * 2 <= layout_.tallies.filled(c))
        continue;  // groups, or "MLE" throughout
      if (layout_.tallies.any(c, [&](Grid::Id id) {
            const std::string_view text = table_.text(id);
            return text.size() > 1 && !is_figure(text) && !is_no_count(text);
          }))
        findings.add("finding.remarks", {table_.sheet, first_row(), c + 1}, "", column.header);
    }
  }
  // "0.893***" over "(0.012)" in most cells.
  bool has_coefficients(size_t column) const {
    const auto texts = layout_.tallies.column(column);
    const auto figures = std::count_if(texts.begin(), texts.end(), [&](const auto& each) {
      return is_figure(table_.text(each.text)) && has_decimals(table_.text(each.text));
    });
    return static_cast<size_t>(figures) * 2 >= texts.size() && figures > 0;
  }
  // "HIV 3" among names that are not numbered: "Klinik 1", "Klinik 2" are.
  bool ends_in_few(size_t column, std::string_view label) const {
    const size_t blank = label.rfind(' ');
    if (blank == std::string_view::npos || blank == 0 || blank + 2 != label.size() ||
        !ascii::digit(label.back()))
      return false;
    const auto value = static_cast<uint64_t>(label.back() - '0');
    if (value == 0 || value >= parameters_.cell_count_min || numbers_something(label.substr(0, blank)))
      return false;
    const auto texts = layout_.tallies.column(column);
    return std::none_of(texts.begin(), texts.end(), [&](const auto& each) {
      const std::string_view other = table_.text(each.text);
      // "Klinik 2", "Klinik2" beside "Klinik 1".
      const std::string_view behind = other.size() > blank ? trim(other.substr(blank)) : std::string_view();
      return other != label && !behind.empty() && ascii::digit(behind[0]) &&
             other.substr(0, blank) == label.substr(0, blank);
    });
  }
  static bool is_long(std::string_view text) {
    constexpr ptrdiff_t blanks_min = 4;
    return std::count(text.begin(), text.end(), ' ') >= blanks_min;
  }
  // "Gns. alder (n)".
  static bool counts_behind(const std::string& header) {
    const size_t mark = header.find_first_of("([;,/");
    return says_statistic(header) && mark != std::string::npos &&
           names_count(words_of_label(header.substr(mark)));
  }
  // "(3)", "3 i alt" behind what is counted; "63 (3)" below "median (n)"; "93, 91, 88" below a statistic.
  void check_figures_in_text(size_t c, bool behind, Findings& findings) {
    const Column& column = layout_.columns[c];
    const bool statistic = says_statistic(column.header);
    const bool counts_too = counts_behind(column.header);
    if (!behind && (!statistic || c == 0 || !are_figures(c))) return;  // "Alder ved index": ages
    for (const auto& [id, cells] : layout_.tallies.column(c)) {
      const std::string_view text = table_.text(id);
      const bool digits = std::any_of(text.begin(), text.end(), ascii::digit);
      if (!digits) continue;
      if (statistic && !is_figure(text) && !is_no_count(text)) {
        findings.add("finding.cell_not_understood", {table_.sheet, first_row(), c + 1}, shape_of(text),
                     column.header);
      } else if ((counts_too || (!statistic && !has_decimals(text))) && has_few(text)) {
        findings.add("finding.small_count_possible", {table_.sheet, first_row(), c + 1}, shape_of(text),
                     column.header);
      }
    }
  }
  // All with digits: "K" and "M" are what rows are told apart by.
  bool are_figures(size_t column) const {
    return !layout_.tallies.any(column, [&](Grid::Id id) {
      const std::string_view text = table_.text(id);
      return std::none_of(text.begin(), text.end(), ascii::digit) && !is_no_count(text);
    });
  }
  // A whole number under the threshold, by itself.
  bool has_few(std::string_view text) const {
    for (size_t at = 0; at < text.size(); ++at) {
      const bool alone =
          ascii::digit(text[at]) &&
          (at == 0 || (!ascii::alphanumeric(text[at - 1]) &&
                       std::string_view(".,-<").find(text[at - 1]) == std::string_view::npos)) &&
          (at + 1 == text.size() || (!ascii::alphanumeric(text[at + 1]) &&
                                     std::string_view(".,-%").find(text[at + 1]) == std::string_view::npos));
      if (alone && text[at] != '0' && static_cast<uint64_t>(text[at] - '0') < parameters_.cell_count_min)
        return true;
    }
    return false;
  }
  // "tre", "ca. 120", "3 af 100" in most cells behind the first column.
  bool counts_in_words(size_t column) const {
    if (column == 0 || any_of_words(words_of_label(layout_.columns[column].header), category_words()))
      return false;
    size_t counted = 0;
    const auto texts = layout_.tallies.column(column);
    for (const auto& [text, cells] : texts) {
      const std::string_view cell = table_.text(text);
      const size_t digit = cell.find_first_of("0123456789");
      const bool limit =
          digit != std::string_view::npos && digit > 0 && static_cast<unsigned char>(cell[digit - 1]) >= 0x80;
      const bool range =
          digit != std::string_view::npos && cell.find_first_of("+-", digit) != std::string_view::npos;
      const bool coded = digit != std::string_view::npos && digit > 0 && ascii::alphanumeric(cell[digit - 1]);
      counted += !coded && !limit && !range && !is_period(cell) && !is_figure(cell) &&
                 reading_of(cell).wording != Wording::none &&
                 reading_of(cell).value < parameters_.cell_count_min;
    }
    return counted > 0 && counted * 2 >= texts.size();
  }
  bool is_text(size_t row, size_t column) const {
    return row < layout_.header_rows || layout_.columns[column].kind == ColumnKind::label;
  }

  const Grid& table_;
  const Layout& layout_;
  const Parameters& parameters_;
  std::string title_;
  Labels labels_;
  bool has_traits_ = false, beside_periods_ = false;
  bool counts_ = false, measures_ = false;  // what a title, a heading or a label says
};

}  // namespace

Holds check_understood(const Grid& table, const Layout& layout, const Parameters& parameters,
                       Findings& findings) {
  if (table.rows() > rows_judged_max) return Holds::results;  // a person reads those anyway
  if (table.rows() * layout.columns.size() > looks_max)
    return leave_to_person(table, "columns", findings), Holds::results;
  const std::vector<Grid> parts = parts_of(table);
  bool results = false;
  if (parts.empty()) Understanding(table, layout, parameters).check(results, findings);
  std::string title;
  for (const Grid& part : parts) {
    const Layout own = layout_of(part);
    Understanding(part, own, parameters, title).check(results, findings);
    title = is_title(part) ? title + " " + text_of(part) : std::string();
  }
  if (results) return Holds::results;
  if (is_notes(table)) return Holds::notes;
  if (table.rows() > 0) findings.add("finding.nothing_counted", {table.sheet, table.first_row, 0});
  return Holds::nothing;
}

}  // namespace fvm::disclosure
