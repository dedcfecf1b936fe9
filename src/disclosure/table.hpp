// A table as the checks see it, whatever file it came from: cells of plain text, some of which read as
// numbers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::disclosure {

struct Table {
  std::string sheet;                           // XLSX: name of the sheet
  bool letters = false;                        // places are written "B7"
  std::vector<std::vector<std::string>> rows;  // plain text (text.hpp); short rows are short
  uint64_t first_row = 1;                      // where rows[0] stands in the file
};

// What a cell says.
struct Number {
  double value = 0;
  bool whole = false;              // no decimals, or only zeros
  bool percent = false;            // "12 %"
  bool perhaps_thousands = false;  // "1.234": read as a decimal fraction, may be a thousand
};
// "1234", "1.234", "1 234", "3,0", "-2", "4.1E5", "12,5 %": decimal point and comma both; nothing for other
// texts.
std::optional<Number> number_of(std::string_view cell);

// A count as it is written in a cell: a whole number ≥ 0; "3 (0,4 %)", "3/250", "n=3", "3*" give 3; "<5",
// "1-4" are masked counts and give nothing.
std::optional<uint64_t> count_of(std::string_view cell);
// "<5", "≤4", "1-4", "*", "..", "x": a count that somebody hid.
bool is_masked(std::string_view cell);

// What a cell that is neither a count nor masked says where counts are expected: "3 personer" a count of
// three; "n: 3", "tre" (1), "-3" and "2,9999" (rounded up: 3) perhaps one; other words nothing.
enum class Wording { none, count, doubtful };
struct Reading {
  Wording wording = Wording::none;
  uint64_t value = 0;
};
Reading reading_of(std::string_view cell);
// "<2", "<=3": less than the threshold; "3-4", "1..2", "<4 >2": less than all that the threshold hides;
// "6/2", "53-50", "0x3", "|||": a count in other words.
bool says_nearly(std::string_view cell, uint64_t count_min);

}  // namespace fvm::disclosure
