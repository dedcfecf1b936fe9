#include <algorithm>
#include <array>
#include <map>

#include "disclosure/text.hpp"
#include "runner/scan.hpp"

namespace fvm::runner {
namespace {

using disclosure::Table;

// Fields of one pass over the text with a given delimiter. Quotes count only at the start of a field (RFC
// 4180). `trouble`: what kept it from reading to the end as the author meant it.
std::vector<std::vector<std::string>> split(std::string_view text, char delimiter, size_t rows_max,
                                            bool quotes = true, std::string* trouble = nullptr) {
  std::vector<std::vector<std::string>> rows(1);
  rows.back().emplace_back();
  bool quoted = false, fresh = true;
  size_t cells = 1;
  size_t i = 0;
  for (; i < text.size() && cells < cells_max; ++i) {
    const char c = text[i];
    std::string& field = rows.back().back();
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && fresh && quotes) {
      quoted = true;
      fresh = false;
    } else if (c == delimiter) {
      rows.back().emplace_back();
      fresh = true;
      ++cells;
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      if (rows.size() >= rows_max) return rows;
      rows.emplace_back().emplace_back();
      fresh = true;
      ++cells;
    } else {
      field += c;
      fresh = fresh && c == ' ';
    }
  }
  if (trouble != nullptr && i < text.size()) *trouble = "cells";
  if (trouble != nullptr && quoted) *trouble = "quote";
  return rows;
}

// How well a delimiter divides: the share of rows that have the width which most of them have, when that is
// two or more, and how many they are.
struct Fit {
  double share = 0;
  size_t rows = 0;
  auto operator<=>(const Fit&) const = default;
};

Fit fit_of(const std::vector<std::vector<std::string>>& rows) {
  std::map<size_t, size_t> widths;
  size_t filled = 0;
  for (const auto& row : rows) {
    if (row.size() == 1 && disclosure::trim(row[0]).empty()) continue;
    ++widths[row.size()];
    ++filled;
  }
  size_t most = 0;
  for (const auto& [width, count] : widths) {
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
    const Fit fit = fit_of(split(text, candidate, look_rows));
    if (fit.rows > 0 && fit > best_fit) best = candidate, best_fit = fit;
  }
  // What nobody uses, unless he wants to be read by nobody: taken only where nearly every line has it.
  constexpr double odd_share_min = 0.8;
  for (const char candidate : {':', '~', '^', '#', '=', '/', '_', ' '}) {
    if (best_fit.rows >= 2) break;
    const Fit fit = fit_of(split(text, candidate, look_rows));
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

void cut_end(Table& table) {
  while (!table.rows.empty() && table.rows.back().size() == 1 && table.rows.back()[0].empty())
    table.rows.pop_back();
}

Table read_with(std::string_view text, char delimiter, std::string_view extension, std::string& trouble) {
  Table table;
  table.rows = delimiter != 0 ? split(text, delimiter, SIZE_MAX, true, &trouble) : split_blanks(text);
  // In a text that only may be a table a lone quotation mark is a quotation mark.
  if (trouble == "quote" && extension == "txt") {
    trouble.clear();
    table.rows = split(text, delimiter, SIZE_MAX, false, &trouble);
  }
  cut_end(table);
  return table;
}

}  // namespace

Table parse_delimited(std::string_view utf8, std::string_view extension) {
  const std::string text = disclosure::plain_text(utf8).text;
  std::string trouble;
  return read_with(text, delimiter_of(text, extension), extension, trouble);
}

std::string each_reading(std::string_view utf8, std::string_view extension,
                         const std::function<void(const Table&, bool first)>& take) {
  const std::string text = disclosure::plain_text(utf8).text;
  const char delimiter = delimiter_of(text, extension);
  std::string trouble;
  take(read_with(text, delimiter, extension, trouble), true);
  for (const char other : usual_delimiters) {
    if (other == delimiter || text.find(other) == std::string::npos) continue;
    Table table;
    table.rows = split(text, other, SIZE_MAX);
    if (fit_of(table.rows).rows < 2) continue;
    // What stands above the first line that it divides is none of this table.
    const auto begin =
        std::find_if(table.rows.begin(), table.rows.end(), [](const auto& r) { return r.size() > 1; });
    table.first_row += static_cast<uint64_t>(begin - table.rows.begin());
    table.rows.erase(table.rows.begin(), begin);
    cut_end(table);
    take(table, false);
  }
  return trouble;
}

}  // namespace fvm::runner
