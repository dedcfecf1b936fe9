// Texts in UTF-8 as characters. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace fvm {

// As much of the beginning as at most `bytes_max` bytes hold, no character cut in two.
inline std::string_view whole_characters(std::string_view utf8, size_t bytes_max) {
  if (utf8.size() <= bytes_max) return utf8;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) --end;
  return utf8.substr(0, end);
}

}  // namespace fvm
