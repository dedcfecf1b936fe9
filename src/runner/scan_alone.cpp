#include "runner/scan_alone.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/few.hpp"
#include "disclosure/text.hpp"
#include "runner/scan_markup.hpp"

namespace fvm::runner {
namespace {

namespace ascii = disclosure::ascii;
using disclosure::Table;

constexpr size_t bytes_max = 200'000;

// What is read of a file: its tables, and what stands around them.
struct Content {
  std::vector<Table> tables;
  std::string notes;  // line by line
};

// All rows have as many cells, two or more.
bool is_regular(const Table& table) {
  return table.rows.size() >= 2 && table.rows[0].size() >= 2 &&
         std::all_of(table.rows.begin(), table.rows.end(),
                     [&](const auto& row) { return row.size() == table.rows[0].size(); });
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(disclosure::trim(text.substr(at, end - at)));
    at = end + 1;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// The pieces of a line between runs of at least `blanks` blanks.
std::vector<std::string> pieces_of(std::string_view line, size_t blanks) {
  std::vector<std::string> pieces;
  const std::string gap(blanks, ' ');
  while (!line.empty()) {
    const size_t end = std::min(line.find(gap), line.size());
    pieces.emplace_back(line.substr(0, end));
    line = disclosure::trim(line.substr(end));
  }
  return pieces;
}

// One table, its columns parted by one of the usual signs or by blanks, from the first line to the last. Two
// blanks part columns of which some have blanks in them; numbers beside each other in such a cell are two
// columns.
bool read_text(std::string_view text, Content& content) {
  for (const size_t blanks : {1, 2}) {
    Table table;
    for (const std::string_view line : lines_of(text)) table.rows.push_back(pieces_of(line, blanks));
    const bool ambiguous =
        blanks == 2 && std::any_of(table.rows.begin(), table.rows.end(), [](const auto& row) {
          return std::any_of(row.begin(), row.end(), [](const std::string& cell) {
            const size_t blank = cell.find(' ');
            return blank != std::string::npos && ascii::digit(cell[blank + 1]) &&
                   ascii::digit(cell[blank - 1]);
          });
        });
    if (!is_regular(table) || ambiguous) continue;
    content.tables.push_back(std::move(table));
    return true;
  }
  Table table = parse_delimited(text, "txt");
  if (!is_regular(table)) return false;
  content.tables.push_back(std::move(table));
  return true;
}

std::vector<std::string> piped_cells(std::string_view line) {
  if (line.starts_with("|")) line.remove_prefix(1);
  if (line.ends_with("|")) line.remove_suffix(1);
  std::vector<std::string> cells;
  for (size_t from = 0; from <= line.size();) {
    const size_t bar = std::min(line.find('|', from), line.size());
    cells.emplace_back(disclosure::trim(line.substr(from, bar - from)));
    from = bar + 1;
  }
  return cells;
}

// Tables of cells between '|', and lines that are only text: nothing that Markdown makes a link, a picture,
// code or HTML of.
bool read_markdown(std::string_view text, Content& content) {
  if (text.find_first_of("<[]`!~\\") != std::string_view::npos) return false;
  bool within = false;
  for (const std::string_view line : lines_of(text)) {
    const bool piped = line.find('|') != std::string_view::npos;
    if (!piped) {
      content.notes += std::string(line) + '\n';
    } else if (line.find_first_not_of("|-: ") != std::string_view::npos) {
      if (!within) content.tables.emplace_back();
      content.tables.back().rows.push_back(piped_cells(line));
    }
    within = piped;
  }
  return std::all_of(content.tables.begin(), content.tables.end(), is_regular);
}

struct Attribute {
  std::string_view name, value;
};

// Attributes that only say how a table looks. Nothing is read as one that a browser might read otherwise.
bool is_of_tables(std::string_view attributes) {
  static constexpr std::array known = std::to_array<Attribute>({{"border", "1"},
                                                                {"border", "0"},
                                                                {"class", "dataframe"},
                                                                {"style", "text-align: right;"},
                                                                {"style", "text-align: left;"},
                                                                {"style", "text-align: center;"},
                                                                {"charset", "utf-8"},
                                                                {"scope", "col"},
                                                                {"scope", "row"},
                                                                {"lang", "da"},
                                                                {"lang", "en"},
                                                                {"align", "right"},
                                                                {"align", "left"}});
  while (!(attributes = disclosure::trim(attributes)).empty()) {
    const size_t equals = attributes.find('=');
    if (equals == std::string_view::npos || equals + 1 >= attributes.size()) return false;
    const char quote = attributes[equals + 1];
    const size_t end =
        quote == '"' || quote == '\'' ? attributes.find(quote, equals + 2) : std::string_view::npos;
    if (end == std::string_view::npos) return false;
    const std::string_view name = attributes.substr(0, equals),
                           value = attributes.substr(equals + 2, end - equals - 2);
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const Attribute& one) {
      return one.name == name && disclosure::lower(value) == one.value;
    });
    if (!is_known) return false;
    attributes.remove_prefix(end + 1);
  }
  return true;
}

// A page of tables, headings and paragraphs, each element by its name in small letters.
class Page {
 public:
  explicit Page(Content& content) : content_(content) {}

  bool read(std::string_view html) {
    for (size_t at = 0; at < html.size();) {
      const size_t open = std::min(html.find('<', at), html.size());
      take(unescaped(html.substr(at, open - at)));
      if (open == html.size()) break;
      const size_t close = html.find('>', open);
      if (close == std::string_view::npos || !element(html.substr(open + 1, close - open - 1))) return false;
      at = close + 1;
    }
    return !in_table_ && std::all_of(content_.tables.begin(), content_.tables.end(), is_regular);
  }

 private:
  bool element(std::string_view tag) {
    static constexpr std::array known = std::to_array<std::string_view>(
        {"html",    "head",  "meta",  "title", "body", "h1", "h2", "h3", "h4",     "p",  "br", "table",
         "caption", "thead", "tbody", "tfoot", "tr",   "th", "td", "b",  "strong", "em", "i",  "!doctype"});
    const bool ends = tag.starts_with('/');
    if (ends) tag.remove_prefix(1);
    if (tag.ends_with('/')) tag.remove_suffix(1);
    const size_t blank = std::min(tag.find_first_of(" \t\r\n"), tag.size());
    const std::string name = disclosure::lower(tag.substr(0, blank));
    const std::string_view attributes = tag.substr(blank);
    if (std::find(known.begin(), known.end(), name) == known.end()) return false;
    if (name == "!doctype") return disclosure::lower(disclosure::trim(attributes)) == "html";
    if (!is_of_tables(attributes)) return false;
    return structure(name, ends);
  }
  // No table within another, no cell outside a row.
  bool structure(const std::string& name, bool ends) {
    const bool cell = name == "td" || name == "th";
    if (name == "table" && ends == in_table_) {
      in_table_ = !ends;
      if (!ends) content_.tables.emplace_back();
    } else if (name == "table" || ((cell || name == "tr") && !in_table_)) {
      return false;
    } else if (name == "tr" && !ends) {
      content_.tables.back().rows.emplace_back();
    } else if (cell) {
      if (content_.tables.back().rows.empty() || ends != in_cell_) return false;
      in_cell_ = !ends;
      if (!ends) content_.tables.back().rows.back().emplace_back();
    } else if (!in_cell_) {
      content_.notes += '\n';
    }
    return true;
  }
  void take(const std::string& text) {
    (in_cell_ ? content_.tables.back().rows.back().back() : content_.notes) += text;
  }

  Content& content_;
  bool in_table_ = false, in_cell_ = false;
};

bool read_content(std::string_view utf8, std::string_view extension, Content& content) {
  if (extension == "md") return read_markdown(utf8, content);
  return extension == "html" ? Page(content).read(utf8) : read_text(utf8, content);
}

// A title and a note or two: few words, years and small numbers of things, nobody counted.
bool are_short(std::string_view notes, uint64_t count_min) {
  constexpr size_t words_max = 40, digits_max = 4;
  if (disclosure::words(notes).size() > words_max) return false;
  size_t digits = 0;
  for (const char c : notes) {
    digits = ascii::digit(c) ? digits + 1 : 0;
    if (digits > digits_max) return false;
  }
  const std::vector<std::string_view> lines = lines_of(notes);
  return std::none_of(lines.begin(), lines.end(),
                      [&](std::string_view line) { return disclosure::note_may_tell_few(line, count_min); });
}

bool is_safe(const Table& table, const Scan& scan) {
  const disclosure::Grid grid(table);
  const disclosure::Layout layout = disclosure::layout_of(grid);
  disclosure::Findings found;
  disclosure::check_table(grid, layout, scan.pseudonyms, scan.parameters, found);
  disclosure::check_understood(grid, layout, scan.parameters, found);
  return std::all_of(found.list().begin(), found.list().end(),
                     [](const auto& each) { return each.severity == disclosure::Severity::note; });
}

}  // namespace

void scan_tables_alone(std::string_view utf8, std::string_view extension, Scan& scan) {
  if (scan.shown != nullptr || utf8.size() > bytes_max) return;
  const std::string plain = disclosure::plain_text(utf8).text;
  Content content;
  if (!read_content(plain, extension, content) || content.tables.empty() ||
      !are_short(content.notes, scan.parameters.cell_count_min))
    return;
  for (Table& table : content.tables) {
    for (auto& row : table.rows)
      for (auto& cell : row) cell = std::string(disclosure::trim(cell));
    if (!is_safe(table, scan)) return;
  }
  scan.findings.add("finding.tables_alone");
}

}  // namespace fvm::runner
