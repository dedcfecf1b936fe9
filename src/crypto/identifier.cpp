#include "crypto/identifier.hpp"

#include <array>
#include <cstring>

#include "crypto/sha256.hpp"

namespace fvm::crypto {
namespace {

constexpr uint8_t no_digit = 0xff;

// Base-36 value of each byte, or no_digit.
constexpr std::array<uint8_t, 256> digit_values = [] {
  std::array<uint8_t, 256> table{};
  table.fill(no_digit);
  for (uint8_t i = 0; i < 10; ++i) table['0' + i] = i;
  for (uint8_t i = 0; i < 26; ++i) {
    const auto value = static_cast<uint8_t>(10 + i);
    table['A' + i] = value;
    table['a' + i] = value;
  }
  return table;
}();

// 36^9 … 36^0.
constexpr std::array<uint64_t, identifier_characters_max> place_values = [] {
  std::array<uint64_t, identifier_characters_max> values{};
  uint64_t value = 1;
  for (size_t i = values.size(); i-- > 0; value *= 36) values[i] = value;
  return values;
}();

constexpr size_t date_characters = 6;
constexpr std::array<uint8_t, 13> days_of_month = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
constexpr unsigned replacement_day_offset = 60;

uint8_t digit(char c) {
  return digit_values[static_cast<unsigned char>(c)];
}

// Day, month and two-digit year. 29 February needs a year divisible by four: of the years that two digits can
// mean (1858-2057) only 1900 breaks that rule, and the seventh digit is not worth a table for one day.
bool is_plausible_date(unsigned day, unsigned month, unsigned year) {
  if (day > replacement_day_offset) day -= replacement_day_offset;
  if (month < 1 || month > 12 || day < 1 || day > days_of_month[month]) return false;
  return month != 2 || day != 29 || year % 4 == 0;
}

}  // namespace

std::optional<uint64_t> pack_person(std::string_view text) {
  const bool dashed = text.size() == identifier_characters_max + 1 && text[6] == '-';
  if (text.size() != identifier_characters_max && !dashed) return std::nullopt;
  std::array<char, identifier_characters_max> characters;
  std::memcpy(characters.data(), text.data(), date_characters);
  std::memcpy(characters.data() + date_characters, text.data() + date_characters + (dashed ? 1 : 0),
              characters.size() - date_characters);
  // Hundreds of millions of these: no branch and no chain of multiplications in the loop.
  std::array<uint8_t, identifier_characters_max> digits;
  uint64_t value = 0;
  unsigned wrong = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const bool may_be_letter = i == 7 || i == 8;
    digits[i] = digit(characters[i]);
    wrong |= digits[i] >= (may_be_letter ? 36u : 10u) ? 1u : 0u;
    value += digits[i] * place_values[i];
  }
  if (wrong != 0) return std::nullopt;
  const auto pair = [&](size_t at) { return digits[at] * 10u + digits[at + 1]; };
  if (!is_plausible_date(pair(0), pair(2), pair(4))) return std::nullopt;
  return value;
}

uint64_t pack_record(std::string_view text, unsigned spread) {
  constexpr size_t digits_max = 15;
  const bool canonical = !text.empty() && text.size() <= digits_max && (text.size() == 1 || text[0] != '0');
  uint64_t number = 0;
  size_t digits = 0;
  for (; canonical && digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    number = number * 10 + static_cast<uint64_t>(text[digits] - '0');
  if (canonical && digits == text.size()) return number;
  const std::string hash =
      spread == 0 ? sha256(text) : sha256(std::string(text) + '\x1f' + std::to_string(spread));
  uint64_t head = 0;
  for (size_t i = 0; i < 8; ++i) head = head << 8 | static_cast<uint8_t>(hash[i]);
  return record_numbers_end + head % (identifier_values - record_numbers_end);
}

std::optional<uint64_t> pack_provider(std::string_view text) {
  if (text.empty() || text.size() > identifier_characters_max) return std::nullopt;
  uint64_t value = 0;
  for (const char c : text) {
    const uint8_t d = digit(c);
    if (d == no_digit) return std::nullopt;
    value = value * 36 + d;
  }
  return value;
}

std::string unpack(uint64_t value, size_t width) {
  std::string text(width, '0');
  for (size_t i = width; i-- > 0; value /= 36) text[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value % 36];
  return text;
}

}  // namespace fvm::crypto
