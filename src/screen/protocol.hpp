// Numbers of the protocol that both halves look at.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace fvm::screen {

inline constexpr std::string_view version_text = "RFB 003.008\n";
inline constexpr uint32_t no_security = 1;
inline constexpr uint32_t pixel_bytes = 4;

// Encodings of pictures and of what belongs to them; nothing that carries text.
enum Encoding : int32_t {
  raw = 0,
  copy_rectangle = 1,
  tight = 7,
  zrle = 16,
  cursor = -239,
  desktop_size = -223,
  last_rectangle = -224,
  extended_key = -258,
  extended_desktop_size = -308,
  fence = -312,
  continuous_updates = -313,
};

// 32 bits a pixel, of which 24 are colours of a byte each.
inline bool is_true_colour(std::string_view format) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(format[at]); };
  const auto is_255 = [&](size_t at) { return byte(at) == 0 && byte(at + 1) == 255; };
  return byte(0) == 32 && byte(1) == 24 && byte(3) != 0 && is_255(4) && is_255(6) && is_255(8);
}

inline Error unknown_message(uint32_t number) {
  return refused("screen.message", {{"number", std::to_string(number)}});
}

}  // namespace fvm::screen
