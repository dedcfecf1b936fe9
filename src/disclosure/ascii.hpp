// Bytes by their kind, by table: what the checks ask of every byte of a file. Bytes from 0x80 on are none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fvm::disclosure::ascii {

inline constexpr uint8_t digit_bit = 1, letter_bit = 2;

inline constexpr std::array<uint8_t, 256> kinds = [] {
  std::array<uint8_t, 256> all{};
  for (size_t c = '0'; c <= '9'; ++c) all[c] = digit_bit;
  for (size_t c = 'A'; c <= 'Z'; ++c) all[c] = all[c + 'a' - 'A'] = letter_bit;
  return all;
}();

constexpr bool digit(char c) {
  return c >= '0' && c <= '9';
}
// One digit at least, and nothing else.
constexpr bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!digit(c)) return false;
  }
  return !text.empty();
}
constexpr bool alphanumeric(char c) {
  return kinds[static_cast<unsigned char>(c)] != 0;
}
constexpr bool letter(char c) {
  return kinds[static_cast<unsigned char>(c)] == letter_bit;
}
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Bytes to look for: text.find_first_of() calls a function for each byte of the text, which takes long for
// cells.
class Among {
 public:
  explicit constexpr Among(std::string_view bytes) {
    for (const char c : bytes) all_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool any_of(std::string_view text) const {
    for (const char c : text) {
      if (all_[static_cast<unsigned char>(c)]) return true;
    }
    return false;
  }

 private:
  std::array<bool, 256> all_{};
};

// How many ASCII bytes follow each other from `at`.
inline size_t run(std::string_view text, size_t at) {
  constexpr uint64_t high_bits = 0x8080808080808080;
  size_t end = at;
  for (uint64_t word = 0; end + sizeof word <= text.size(); end += sizeof word) {
    std::memcpy(&word, text.data() + end, sizeof word);
    if ((word & high_bits) != 0) break;
  }
  while (end < text.size() && static_cast<unsigned char>(text[end]) < 0x80) ++end;
  return end - at;
}

}  // namespace fvm::disclosure::ascii
