#include "runner/scan_alone.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"
#include "disclosure/vocabulary.hpp"
#include "runner/scan_alone_page.hpp"

namespace fvm::runner {
namespace {

namespace ascii = disclosure::ascii;
using disclosure::Table;

constexpr size_t bytes_max = 200'000;

// All rows have as many cells, two or more.
bool is_regular(const Table& table) {
  return table.rows.size() >= 2 && table.rows[0].size() >= 2 &&
         std::all_of(table.rows.begin(), table.rows.end(),
                     [&](const auto& row) { return row.size() == table.rows[0].size(); });
}

// As they stand; those at the end that are empty are left out.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    if (lines.back().ends_with('\r')) lines.back().remove_suffix(1);
    at = end + 1;
  }
  while (!lines.empty() && disclosure::trim(lines.back()).empty()) lines.pop_back();
  return lines;
}

// The pieces of a line between runs of at least `blanks` blanks.
std::vector<std::string> pieces_of(std::string_view line, size_t blanks) {
  std::vector<std::string> pieces;
  const std::string gap(blanks, ' ');
  line = disclosure::trim(line);
  while (!line.empty()) {
    const size_t end = std::min(line.find(gap), line.size());
    pieces.emplace_back(line.substr(0, end));
    line = disclosure::trim(line.substr(end));
  }
  return pieces;
}

// Two numbers beside each other in a cell are two columns.
bool is_ambiguous(const Table& table) {
  const auto two_numbers = [](const std::string& cell) {
    const size_t blank = cell.find(' ');
    return blank != std::string::npos && ascii::digit(cell[blank + 1]) && ascii::digit(cell[blank - 1]);
  };
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const auto& row) { return std::any_of(row.begin(), row.end(), two_numbers); });
}

// One table, its columns parted by one of the usual signs or by blanks, from the first line to the last.
bool read_text(std::string_view text, Table& table) {
  for (const size_t blanks : {1, 2}) {
    table.rows.clear();
    for (const std::string_view line : lines_of(text)) table.rows.push_back(pieces_of(line, blanks));
    if (is_regular(table) && (blanks == 1 || !is_ambiguous(table))) return true;
  }
  table = parse_delimited(text, "txt");
  return is_regular(table);
}

// "| a | b |".
std::vector<std::string> piped_cells(std::string_view line) {
  line.remove_prefix(1);
  line.remove_suffix(1);
  std::vector<std::string> cells;
  for (size_t from = 0; from <= line.size();) {
    const size_t bar = std::min(line.find('|', from), line.size());
    cells.emplace_back(disclosure::trim(line.substr(from, bar - from)));
    from = bar + 1;
  }
  return cells;
}

// Nothing that Markdown makes a link, a picture, a list, code, a heading by underlining, or another letter
// of.
bool is_plain_line(std::string_view line) {
  if (line.find_first_of("<>[]`!~\\&*") != std::string_view::npos ||
      line.find("www.") != std::string_view::npos)
    return false;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool within =
        i > 0 && i + 1 < line.size() && ascii::alphanumeric(line[i - 1]) && ascii::alphanumeric(line[i + 1]);
    if (line[i] == '_' && !within) return false;
  }
  return line.empty() || ascii::letter(line[0]) || line[0] == '#' || line[0] == '|' ||
         static_cast<unsigned char>(line[0]) >= 0x80;
}

// One table with its line of dashes, empty lines around it, and lines of text.
bool read_markdown(std::string_view text, AloneContent& content) {
  size_t row = 0;  // of the table
  bool before = false, ended = false, empty = true;
  for (const std::string_view line : lines_of(text)) {
    if (!is_plain_line(line)) return false;
    const bool piped = line.starts_with('|');
    if (!piped && line.find('|') != std::string_view::npos) return false;
    if (!piped && before && !line.empty()) return false;  // a row of it without signs
    if (piped && (ended || line.size() < 2 || !line.ends_with('|') || (row == 0 && !empty))) return false;
    ended = ended || (before && !piped);
    before = piped, empty = line.empty();
    if (!piped) {
      content.notes.emplace_back(line.substr(std::min(line.find_first_not_of("# "), line.size())));
      continue;
    }
    const bool dashes = line.find_first_not_of("|-: ") == std::string_view::npos;
    if (dashes != (row == 1)) return false;
    if (!dashes) content.table.rows.push_back(piped_cells(line));
    if (dashes && piped_cells(line).size() != content.table.rows[0].size()) return false;
    ++row;
  }
  return row >= 3;
}

// Words of titles and sources. Whatever else a note says is for a person.
bool is_of_titles(const std::string& word) {
  return disclosure::is_year(word) || disclosure::title_words().contains(word);
}

// A title and a source: their words, years, and words of the table.
bool are_titles(const AloneContent& content) {
  constexpr size_t words_max = 40;
  std::unordered_set<std::string> of_table;
  for (const auto& row : content.table.rows) {
    for (const std::string& cell : row)
      for (const std::string& word : disclosure::words(cell))
        if (std::none_of(word.begin(), word.end(), ascii::digit)) of_table.insert(word);
  }
  size_t count = 0;
  for (const std::string& note : content.notes) {
    const std::vector<std::string> all = disclosure::words(note);
    count += all.size();
    for (size_t i = 0; i < all.size(); ++i) {
      const bool numbered =
          i == 1 && (all[0] == "tabel" || all[0] == "table" || all[0] == "figur" || all[0] == "figure") &&
          ascii::all_digits(all[1]) && all[1].size() == 1;
      if (!numbered && !is_of_titles(all[i]) && !of_table.contains(all[i])) return false;
    }
  }
  return count <= words_max;
}

bool is_safe(const Table& table, const Scan& scan) {
  const disclosure::Grid grid(table);
  const disclosure::Layout layout = disclosure::layout_of(grid);
  disclosure::Findings found;
  disclosure::check_table(grid, layout, scan.pseudonyms, scan.parameters, found);
  const auto holds = disclosure::check_understood(grid, layout, scan.parameters, found);
  const bool results = holds == disclosure::Holds::results;
  return results && std::all_of(found.list().begin(), found.list().end(),
                                [](const auto& each) { return each.severity == disclosure::Severity::note; });
}

bool has_controls(std::string_view utf8) {
  return std::any_of(utf8.begin(), utf8.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < ' ' && c != '\n' && c != '\r' && c != '\t') || u == 0x7F;
  });
}

bool read_content(std::string_view utf8, std::string_view extension, AloneContent& content) {
  if (extension == "md") return read_markdown(utf8, content);
  return extension == "html" ? read_alone_page(utf8, content) : read_text(utf8, content.table);
}

}  // namespace

void scan_tables_alone(std::string_view utf8, std::string_view extension, Scan& scan) {
  if (scan.shown != nullptr || utf8.size() > bytes_max || has_controls(utf8)) return;
  const disclosure::PlainText plain = disclosure::plain_text(utf8);
  AloneContent content;
  if (plain.had_invisible || !read_content(plain.text, extension, content) || !is_regular(content.table))
    return;
  for (auto& row : content.table.rows)
    for (auto& cell : row) cell = std::string(disclosure::trim(cell));
  if (are_titles(content) && is_safe(content.table, scan)) scan.findings.add("finding.tables_alone");
}

}  // namespace fvm::runner
