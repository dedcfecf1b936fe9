#include "runner/scan_marked.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "disclosure/checks.hpp"
#include "disclosure/text.hpp"

namespace fvm::runner {
namespace {

using disclosure::Table;

constexpr size_t rows_min = 3, rows_max = 20'000;

// What a program puts around a value: quotes, brackets, the sign of a comment, an escaped end of line.
std::string_view without_wrapping(std::string_view cell) {
  constexpr std::string_view around = " \t\r\"'()[]{}<>#*/;,+=\\";
  if (cell.ends_with("\\n")) cell.remove_suffix(2);
  const size_t from = cell.find_first_not_of(around);
  if (from == std::string_view::npos) return {};
  return cell.substr(from, cell.find_last_not_of(around) - from + 1);
}

// Of the first cell what stands behind the last quote or bracket: 'cat("M' is M; of the last what stands
// before one: 'DE119\n")' is DE119.
std::string_view behind_opening(std::string_view cell) {
  const size_t open = cell.find_last_of("\"'([{");
  return open == std::string_view::npos || open + 1 == cell.size() ? cell : cell.substr(open + 1);
}
std::string_view before_closing(std::string_view cell) {
  if (const size_t escaped = cell.find("\\n"); escaped != std::string_view::npos)
    cell = cell.substr(0, escaped);
  const size_t begin = std::min(cell.find_first_not_of(" \"'"), cell.size());
  return cell.substr(0, std::min(cell.find_first_of("\"')]}", begin), cell.size()));
}

std::vector<std::string> cells_of(std::string_view line, char mark) {
  std::vector<std::string_view> pieces;
  for (size_t from = 0; from <= line.size();) {
    const size_t end = std::min(line.find(mark, from), line.size());
    pieces.push_back(line.substr(from, end - from));
    from = end + 1;
  }
  pieces.front() = behind_opening(without_wrapping(pieces.front()));
  pieces.back() = before_closing(pieces.back());
  std::vector<std::string> cells;
  cells.reserve(pieces.size());
  for (const std::string_view piece : pieces) cells.emplace_back(without_wrapping(piece));
  return cells;
}

void judge(const Table& table, bool counts, Scan& scan) {
  if (table.rows.size() < rows_min) return;
  if (disclosure::looks_like_individuals(table))
    scan.findings.add("finding.printed_rows", {"", table.first_row, 0});
  if (counts) scan.doubtful_counts(table);
}

// Lines that follow each other and have as many of the sign.
void look_for(std::string_view text, char mark, bool counts, Scan& scan) {
  Table table;
  ptrdiff_t marks = 0;
  uint64_t number = 0;
  const auto put = [&] {
    judge(table, counts, scan);
    table = {};
  };
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    const ptrdiff_t here = std::count(line.begin(), line.end(), mark);
    if (here != marks || table.rows.size() >= rows_max) put();
    marks = here;
    if (here == 0) continue;
    if (table.rows.empty()) table.first_row = number;
    table.rows.push_back(cells_of(line, mark));
  }
  put();
}

}  // namespace

void scan_marked_rows(std::string_view utf8, bool counts, Scan& scan) {
  if (scan.shown != nullptr) return;
  const std::string text = disclosure::plain_text(utf8).text;
  for (const char mark : {';', ',', '\t', '|'}) {
    if (text.find(mark) != std::string::npos) look_for(text, mark, counts, scan);
  }
}

}  // namespace fvm::runner
