#include "disclosure/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "disclosure/table.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Row = std::vector<std::string>;

// Appends a cell as it is compared: numbers by their value (as "%.10g"), texts as they stand.
void append_canonical(std::string& out, std::string_view cell) {
  const auto number = number_of(cell);
  if (!number || number->percent) {
    out += cell;
    return;
  }
  constexpr int digits = 10;
  std::array<char, 40> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number->value,
                                 std::chars_format::general, digits);
  out.append(text.data(), end.ptr);
}

bool is_of_table(const Row& row) {
  return std::count_if(row.begin(), row.end(), [](const std::string& cell) { return !trim(cell).empty(); }) >
         1;
}

bool has_number(const Row& row) {
  return std::any_of(row.begin(), row.end(),
                     [](const std::string& cell) { return number_of(trim(cell)).has_value(); });
}

std::string line_of(const Row& heading, const Row& row) {
  std::vector<std::string> cells;
  for (size_t i = 0; i < row.size(); ++i) {
    const std::string_view cell = trim(row[i]);
    if (cell.empty()) continue;
    std::string& one = cells.emplace_back(i < heading.size() ? trim(heading[i]) : std::string_view());
    one += '\x1f';
    append_canonical(one, cell);
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
