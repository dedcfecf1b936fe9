// How a workbook shows its cells (ECMA-376 18.8): formats that show fewer digits than a cell has, letters
// that nobody sees, numbers that are dates.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::runner {

// What a format shows of a number: all of it, nothing that it says, or so many decimals.
struct ShownDigits {
  bool hidden = false;
  std::optional<size_t> decimals;
};

struct CellStyle {
  CellStyle(std::string format, bool unseen);
  std::string format;
  bool unseen;  // letters of the colour that is behind them, or very small ones
  bool date;
  ShownDigits shown;  // of `format`, read once for all cells
};
// By the number that a cell gives in "s"; empty when `xml` is no list of styles.
std::vector<CellStyle> read_styles(std::string_view xml);

// "FFFFFFFF", with or without its opacity.
bool is_white(std::string_view rgb);
// The format shows another number than the cell's, or none.
bool hides_digits(const CellStyle& style, double value);
// Day 1 is 1 January 1900, with the leap day that never was: "1951-03-14".
std::string date_of_serial(double serial);

}  // namespace fvm::runner
