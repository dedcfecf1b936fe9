#include <algorithm>
#include <array>
#include <bit>
#include <map>

#include "base/beside.hpp"
#include "disclosure/ascii.hpp"
#include "disclosure/runs.hpp"
#include "disclosure/text.hpp"
#include "runner/scan.hpp"

namespace fvm::runner {
namespace {

using disclosure::Grid;
using disclosure::Table;
namespace runs = disclosure::runs;

// What kept a pass over the text from reading to the end as its author meant it: nothing, "cells", "quote".
using Trouble = std::string_view;

// Where fields end, found 64 bytes at a time.
class Ends {
 public:
  Ends(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  // The first from `at` on, which ascends from call to call; the end of the text when there is none.
  size_t from(size_t at) {
    if (at >= behind_) look(at);
    uint64_t bits = ends_ & (~uint64_t{0} << (at % runs::block_bytes));
    while (bits == 0 && behind_ < text_.size()) look(behind_), bits = ends_;
    return bits == 0 ? text_.size()
                     : behind_ - runs::block_bytes + static_cast<size_t>(std::countr_zero(bits));
  }

 private:
  // By itself, so that the usual way is short.
  [[gnu::noinline]] void look(size_t at) {
    const size_t begin = at / runs::block_bytes * runs::block_bytes;
    behind_ = begin + runs::block_bytes;
    ends_ = 0;
    runs::each_block(text_.substr(std::min(begin, text_.size()), runs::block_bytes),
                     [&](const char* block, size_t) {
                       ends_ = runs::bits_of(block, [&](runs::Bytes bytes) {
                         return runs::either(runs::among<'\n', '\r'>(bytes), runs::is(bytes, delimiter_));
                       });
                       return true;
                     });
  }
  std::string_view text_;
  char delimiter_;
  size_t behind_ = 0;  // where the block ends that was looked at last
  uint64_t ends_ = 0;  // of its bytes
};

// Fields of one pass over the text with a given delimiter. Quotes count only at the start of a field (RFC
// 4180). `sink.cell(text, behind)` takes each, and how many bytes may be read behind it; `sink.row()` the end
// of each row and says whether to go on.
template <typename Sink>
Trouble take_fields(std::string_view text, char delimiter, bool quotes, Sink& sink) {
  Ends ends(text, delimiter);
  std::string unquoted;
  size_t cells = 1;
  for (size_t at = 0;; ++cells) {
    const size_t from = at;
    size_t first = at;
    while (delimiter != ' ' && first < text.size() && text[first] == ' ') ++first;
    const bool quoted = quotes && first < text.size() && text[first] == '"';
    if (quoted) {
      unquoted.assign(text, from, first - from);
      for (at = first + 1;; at += 2) {
        const size_t quote = text.find('"', at);
        if (quote == std::string_view::npos)
          return sink.cell(unquoted.append(text, at), 0), sink.row(), "quote";
        unquoted.append(text, at, quote - at);
        at = quote;
        if (at + 1 >= text.size() || text[at + 1] != '"') break;
        unquoted += '"';
      }
      ++at;
    }
    const size_t rest = at;
    at = ends.from(at);
    const std::string_view plain = text.substr(rest, at - rest);
    quoted ? sink.cell(unquoted.append(plain), 0) : sink.cell(plain, text.size() - at);
    if (at == text.size()) return sink.row(), "";
    if (cells >= cells_max) return sink.row(), "cells";
    const bool row_ends = text[at] != delimiter;
    at += row_ends && text.substr(at, 2) == "\r\n" ? 2 : 1;
    if (row_ends && !sink.row()) return "";
  }
}

template <typename Sink>
Trouble read_fields(std::string_view text, char delimiter, bool quotes, Sink& sink) {
  const Trouble trouble = take_fields(text, delimiter, quotes, sink);
  if constexpr (requires { sink.end(); }) sink.end();
  return trouble;
}

// ="0.893***": a text that Excel is to leave as it is.
std::string_view unwrapped(std::string_view cell) {
  constexpr size_t signs = 3;
  if (cell.empty() || cell[0] != '=') return cell;
  return cell.size() >= signs && cell.starts_with("=\"") && cell.back() == '"'
             ? cell.substr(2, cell.size() - signs)
             : cell;
}

struct TableSink {
  Table& table;
  std::vector<std::string> cells;
  void cell(std::string_view text, size_t) { cells.emplace_back(unwrapped(text)); }
  bool row() {
    table.rows.push_back(std::move(cells));
    cells.clear();
    return true;
  }
};

// How many rows have so many cells.
struct WidthSink {
  size_t rows_max, rows = 0, cells = 0;
  bool filled = false;
  std::map<size_t, size_t> widths;
  void cell(std::string_view text, size_t) {
    filled = filled || !disclosure::trim(text).empty();
    ++cells;
  }
  bool row() {
    if (filled || cells > 1) ++widths[cells];
    cells = 0, filled = false;
    return ++rows < rows_max;
  }
};

// Above the first row of several cells nothing is kept when `skip` is set.
struct GridSink {
  Grid& grid;
  bool skip = false;
  size_t cells = 0;
  void cell(std::string_view text, size_t behind) { grid.add(unwrapped(text), behind), ++cells; }
  bool row() {
    grid.end_row();
    skip = skip && cells == 1;
    if (skip) grid.remove_last_row(), ++grid.first_row;
    cells = 0;
    return true;
  }
  void end() { grid.end(); }
};

// How well a delimiter divides: the share of rows that have the width which most of them have, when that is
// two or more, and how many they are.
struct Fit {
  double share = 0;
  size_t rows = 0;
  auto operator<=>(const Fit&) const = default;
};

Fit fit_of(std::string_view text, char delimiter, size_t rows_max = SIZE_MAX) {
  WidthSink sink{rows_max};
  read_fields(text, delimiter, true, sink);
  size_t most = 0, filled = 0;
  for (const auto& [width, count] : sink.widths) {
    filled += count;
    if (width >= 2) most = std::max(most, count);
  }
  return {filled == 0 ? 0.0 : static_cast<double>(most) / static_cast<double>(filled), most};
}

constexpr size_t look_rows = 200;
constexpr std::array usual_delimiters = {';', '\t', ',', '|'};

char delimiter_of(std::string_view text, std::string_view extension) {
  char best = 0;
  Fit best_fit;
  for (const char candidate : usual_delimiters) {
    const Fit fit = fit_of(text, candidate, look_rows);
    if (fit.rows > 0 && fit > best_fit) best = candidate, best_fit = fit;
  }
  // What nobody uses, unless he wants to be read by nobody: taken only where nearly every line has it.
  constexpr double odd_share_min = 0.8;
  for (const char candidate : {':', '~', '^', '#', '=', '/', '_', ' '}) {
    if (best_fit.rows >= 2) break;
    const Fit fit = fit_of(text, candidate, look_rows);
    if (fit.rows >= 2 && fit.share >= odd_share_min && fit > best_fit) best = candidate, best_fit = fit;
  }
  if (best == 0 && extension == "tsv") return '\t';
  if (best == 0 && extension == "csv") return ';';
  return best_fit.rows >= 2 || extension != "txt" ? best : 0;
}

// Columns set apart by two blanks or more, as R and Stata print them.
std::vector<std::vector<std::string>> split_blanks(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    auto& row = rows.emplace_back();
    std::string_view line = disclosure::trim(text.substr(at, end - at));
    while (!line.empty()) {
      const size_t gap = std::min(line.find("  "), line.find('\t'));
      row.emplace_back(disclosure::trim(line.substr(0, gap)));
      line = gap == std::string_view::npos ? std::string_view() : disclosure::trim(line.substr(gap));
    }
    if (row.empty()) row.emplace_back();
    at = end + 1;
  }
  return rows;
}

bool is_empty_end(const std::vector<std::string>& row) {
  return row.size() == 1 && row[0].empty();
}

// The whole text, read into a new `sink`, which is made anew when it must be read a second time.
template <typename Make>
Trouble read_with(std::string_view text, char delimiter, std::string_view extension, const Make& make) {
  auto sink = make();
  const Trouble trouble = read_fields(text, delimiter, true, sink);
  if (trouble != "quote" || extension != "txt") return trouble;
  // In a text that only may be a table a lone quotation mark is a quotation mark.
  auto again = make();
  return read_fields(text, delimiter, false, again);
}

// Cut behind line breaks, for as many threads. The line breaks between two parts belong to neither.
std::vector<std::string_view> cut_text(std::string_view text, size_t count) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t i = 1; i < count; ++i) {
    const size_t end = text.find('\n', std::max(begin, text.size() / count * i));
    if (end == std::string_view::npos) break;
    const bool two = end > begin && text[end - 1] == '\r';
    parts.push_back(text.substr(begin, end - begin - (two ? 1 : 0)));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// The whole text in parts beside each other; nothing when it must be read in one: a part that ends within
// quotation marks says that the cut behind it was none between two rows.
std::optional<Grid> read_in_parts(std::string_view text, char delimiter, size_t count) {
  const std::vector<std::string_view> parts = cut_text(text, count > 0 ? count : threads_for(text.size()));
  if (parts.size() < 2) return std::nullopt;
  std::vector<Grid> grids(parts.size());
  std::vector<Trouble> troubles(parts.size());
  all_beside(parts.size(), [&](size_t i) {
    constexpr size_t cell_bytes = 6;  // with what ends it, of most files
    grids[i].reserve(std::min((i == 0 ? text : parts[i]).size() / cell_bytes, cells_max));
    GridSink sink{grids[i]};
    troubles[i] = read_fields(parts[i], delimiter, true, sink);
  });
  size_t cells = 0;
  for (const Grid& grid : grids) cells += grid.cells();
  const bool whole = std::all_of(troubles.begin(), troubles.end(), [](Trouble each) { return each.empty(); });
  if (!whole || cells > cells_max) return std::nullopt;
  for (size_t i = 1; i < grids.size(); ++i) grids[0].append(grids[i]);
  return std::move(grids[0]);
}

// Other usual delimiters that make columns of some lines.
std::string other_delimiters(std::string_view text, char delimiter) {
  std::string others;
  for (const char other : usual_delimiters) {
    if (other != delimiter && text.find(other) != std::string_view::npos && fit_of(text, other).rows >= 2)
      others += other;
  }
  return others;
}

// Where every line has another delimiter, a comma between two digits is one of decimals.
std::string with_points(std::string_view text) {
  std::string out(text);
  for (size_t i = 1; i + 1 < out.size(); ++i) {
    if (out[i] == ',' && disclosure::ascii::digit(out[i - 1]) && disclosure::ascii::digit(out[i + 1]))
      out[i] = '.';
  }
  return out;
}

Table blanks_table(std::string_view text) {
  Table table;
  table.rows = split_blanks(text);
  return table;
}

void cut_end(Grid& grid) {
  while (grid.rows() > 0 && grid.width(grid.rows() - 1) == 1 && grid.id(grid.rows() - 1, 0) == 0)
    grid.remove_last_row();
}

}  // namespace

Table parse_delimited(std::string_view utf8, std::string_view extension) {
  std::string room;
  const std::string_view text = disclosure::plain_view(utf8, room);
  const char delimiter = delimiter_of(text, extension);
  Table table;
  if (delimiter == 0) table = blanks_table(text);
  if (delimiter != 0) read_with(text, delimiter, extension, [&] { return TableSink{table = {}, {}}; });
  while (!table.rows.empty() && is_empty_end(table.rows.back())) table.rows.pop_back();
  return table;
}

std::string each_reading(std::string_view utf8, std::string_view extension,
                         const std::function<void(const Grid&, bool first)>& take, size_t parts, bool plain) {
  std::string room;
  const std::string_view text = plain ? utf8 : disclosure::plain_view(utf8, room);
  const char delimiter = delimiter_of(text, extension);
  Trouble trouble;
  Grid first;
  if (delimiter == 0) {
    first = blanks_table(text);
  } else if (auto read = read_in_parts(text, delimiter, parts)) {
    first = std::move(*read);
  } else {
    trouble = read_with(text, delimiter, extension, [&] { return GridSink{first = {}}; });
  }
  cut_end(first);
  constexpr double nearly_all = 0.9;
  const bool decimals = (delimiter == ';' || delimiter == '\t') && text.find(',') != std::string_view::npos &&
                        fit_of(text, delimiter, look_rows).share >= nearly_all;
  std::string pointed;
  auto others = beside(text.size() >= bytes_beside_min, [&] {
    if (decimals) pointed = with_points(text);
    return other_delimiters(decimals ? pointed : text, delimiter);
  });
  take(first, true);
  for (const char other : others.get()) {
    // What stands above the first line that it divides is none of this table.
    Grid grid;
    GridSink sink{grid, true};
    read_fields(decimals ? std::string_view(pointed) : text, other, true, sink);
    cut_end(grid);
    take(grid, false);
  }
  return std::string(trouble);
}

}  // namespace fvm::runner
