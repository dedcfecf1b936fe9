#include "disclosure/fingerprint.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "disclosure/table.hpp"

namespace fvm::disclosure {
namespace {

using Row = std::vector<std::string>;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string canonical(std::string_view cell) {
  cell = trimmed(cell);
  const auto number = number_of(cell);
  if (!number || number->percent) return std::string(cell);
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", number->value);
  return text;
}

bool is_of_table(const Row& row) {
  return std::count_if(row.begin(), row.end(),
                       [](const std::string& cell) { return !trimmed(cell).empty(); }) > 1;
}

bool has_number(const Row& row) {
  return std::any_of(row.begin(), row.end(),
                     [](const std::string& cell) { return number_of(trimmed(cell)).has_value(); });
}

std::string line_of(const Row& heading, const Row& row) {
  std::vector<std::string> cells;
  for (size_t i = 0; i < row.size(); ++i) {
    const std::string cell = canonical(row[i]);
    const std::string_view above = i < heading.size() ? trimmed(heading[i]) : std::string_view();
    if (!cell.empty()) cells.push_back(std::string(above) + '\x1f' + cell);
  }
  std::sort(cells.begin(), cells.end());
  std::string line;
  for (const std::string& cell : cells) line += cell + '\x1e';
  return line;
}

}  // namespace

std::string canonical_cells(const std::vector<Row>& rows) {
  const auto heading = std::find_if(rows.begin(), rows.end(), is_of_table);
  if (heading == rows.end()) return {};
  std::vector<std::string> lines;
  for (auto row = heading + 1; row != rows.end(); ++row)
    if (is_of_table(*row) && has_number(*row)) lines.push_back(line_of(*heading, *row));
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

}  // namespace fvm::disclosure
