// Personal numbers and pseudonyms in text. Rules: domain.md, "Identifiers"; SDS news 2018 (key variables may
// never leave, even encrypted). Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::disclosure {

// How much speaks for a personal number: its shape and date alone, or the check digit too (modulus 11 held
// for all until 1 October 2007; numbers without it are valid since, so it is evidence, never a condition).
enum class Evidence { possible, shape_and_date, check_digit };

struct PersonalNumber {
  size_t offset = 0;
  size_t length = 0;
  Evidence evidence = Evidence::shape_and_date;
};

// DDMMYY-NNNN and its spellings in plain text (text.hpp): with a sign or a few, or nothing, after six; day
// and month apart ("01-02-03-1234"); the year in four digits, first or last; replacement numbers (day + 60);
// eCPR (letters in positions 8-9); several in one run of digits. `possible`: a run of nine digits that is one
// when the leading zero was lost, ten decimals, one inside a longer run, and what a gap makes doubtful.
std::vector<PersonalNumber> find_personal_numbers(std::string_view plain);

// The date part DDMMYY (day or day + 60) can be a date of some century.
bool is_plausible_date(std::string_view six_digits);
// Weights 4 3 2 7 6 5 4 3 2 1 give a multiple of 11.
bool has_check_digit(std::string_view ten_digits);

// Pseudonyms of one project, in parts that are each ascending. Empty when the project has none.
class Pseudonyms {
 public:
  Pseudonyms() = default;
  explicit Pseudonyms(std::span<const uint64_t> sorted) : Pseudonyms(std::vector{sorted}) {}
  explicit Pseudonyms(std::vector<std::span<const uint64_t>> parts);
  bool contains(uint64_t value) const;
  bool empty() const { return parts_.empty(); }
  // The fewest characters that write one of them, or a record key, in any base up to 36.
  size_t shortest() const;

 private:
  std::vector<std::span<const uint64_t>> parts_;  // none of them empty
};

// A project's record keys (dw_ek_kontakt, recnum) are whole numbers in this range, which no other pseudonym
// has (extract/README.md). There are too many of them for a list, so they are known by it: sixteen digits
// that are neither a fraction nor part of something longer.
inline constexpr uint64_t record_keys_first = 3'656'158'440'062'976;  // 36^10
inline constexpr uint64_t record_keys_end = 2 * record_keys_first;

// Places where a pseudonym stands: as a decimal number (also with blanks, dots or commas between its digits,
// and with zero decimals), as ten base-36 characters, in hexadecimal. A pseudonym is one of a few million
// among 36^10 numbers, so a hit by chance does not happen. Record keys: as a decimal number, also in groups
// of three, and in hexadecimal with a letter or 0x in it; whether or not the project has any.
std::vector<size_t> find_pseudonyms(std::string_view plain, const Pseudonyms& pseudonyms);

}  // namespace fvm::disclosure
