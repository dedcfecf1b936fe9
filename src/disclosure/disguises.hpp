// Ways to write a number or a text so that a check that reads what stands there misses it. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace fvm::disclosure {

// The text with letters that look like digits as digits ("O1O2"), signs between single digits as blanks, and
// bytes written as "%30" or "=30" as what they are; empty when it has none of these.
std::string undisguised(std::string_view plain);
// The text from its end to its beginning, when it has a run of ten digits; else empty.
std::string backwards(std::string_view plain);

// What a run of letters and signs is packed from: base64 (also of compressed data and of UTF-16), base32,
// hexadecimal. Empty text and false when it is nothing that anybody could read.
struct Unpacked {
  bool packed = false;
  std::string text;  // empty when it is compressed
};
Unpacked unpack_run(std::string_view run);
// Of a run too short for text: ten digits or more, and nothing but digits and signs of dates.
Unpacked unpack_digits(std::string_view run);
inline constexpr size_t packed_run_bytes_min = 24;  // from here on a run is read as text
// Of bytes that something stood for: whether they are text, or packed once more, or (`compressed`: ask) begin
// as compressed data does.
Unpacked judge_unpacked(std::string bytes, bool compressed);
// The runs of letters, digits and signs that may be packed data: of 14 bytes or more.
void each_packed_run(std::string_view plain, const std::function<void(size_t at, size_t n)>& take);

}  // namespace fvm::disclosure
