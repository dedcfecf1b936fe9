// Spellings of personal numbers beyond ten digits in a row. Pure; used by identifiers.cpp alone.
#pragma once

#include <string_view>
#include <vector>

#include "disclosure/identifiers.hpp"

namespace fvm::disclosure::spellings {

size_t run_of_digits(std::string_view text, size_t at);
// What may stand between date and number: a few signs that are neither letters, digits nor line ends.
// `strong`: a dash or underscore is among them; `field`: one that divides fields or decimals, and nothing
// else.
struct Gap {
  size_t length = 0;
  bool strong = false, field = false;
  bool odd = false;  // signs that nobody writes there, unless he hides it or compares two numbers
};
Gap gap_at(std::string_view text, size_t at);

// Each looks at the digits that begin at `at` (`n` in a row) and returns how much it took, 0 for nothing.
// Six digits, a gap, four.
size_t check_split(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found);
// Five digits that lack their zero, a dash, four.
size_t check_short_split(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found);
// The six digits of a date behind four and a dash: "1210-010203", where the check digit fits.
void check_reversed(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found);
// The date with its century: "01021903-1235", "19030201 1235", "010219031235", "01.02.1903-1235",
// "1903-02-01-1235".
size_t check_full_year(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found);
// Eleven digits or more in a row: personal numbers one after the other, or one with digits put around it.
void check_long_run(std::string_view text, size_t at, size_t n, std::vector<PersonalNumber>& found);

}  // namespace fvm::disclosure::spellings
