// Text as a person would read it: digits of other scripts become 0-9, invisible characters go, every kind of
// blank and dash becomes one. Somebody who hides a number from a check by writing it in full-width digits or
// with a soft hyphen inside hides it from nobody. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::disclosure {

// Of ASCII and the letters À to ÿ, as UTF-8: neither broken nor changed by anything here.
bool is_plain(std::string_view text);

// A character is spelt in more bytes than need be: no program writes that, and readers show it or do not.
bool has_long_spelling(std::string_view bytes);

struct PlainText {
  std::string text;
  bool had_invisible = false;  // zero-width characters or direction marks were taken out
};
// `utf8` need not be valid: bad bytes become '?'.
PlainText plain_text(std::string_view utf8);
// Its text alone: `utf8` itself where it is plain as it stands, else made in `room`.
std::string_view plain_view(std::string_view utf8, std::string& room);

// A raised or lowered digit behind another ("3²") is a mark to most readers and a digit to plain_text();
// without them.
bool has_raised(std::string_view utf8);
std::string without_raised(std::string_view utf8);
// ASCII digits as raised ones: what a document sets as superscript.
std::string raised(std::string_view digits);

// To UTF-8 from what the bytes are: UTF-8 or UTF-16 by byte order mark, UTF-8 when valid, else Latin-1.
std::string to_utf8(std::string_view bytes);
// The same: `bytes` itself where it is UTF-8 of nothing unusual, else made in `room`.
std::string_view utf8_view(std::string_view bytes, std::string& room);
// One character; what is none becomes U+FFFD.
std::string utf8_of(uint32_t code_point);
// Nothing but text: no control characters other than tab, line breaks and form feed.
bool looks_like_text(std::string_view utf8);

// Lower case of ASCII and of the letters of Danish (UTF-8).
std::string lower(std::string_view utf8);
std::string_view trim(std::string_view text);
// Lower-case words: runs of letters and digits, so "Antal_kvinder (n)" is antal, kvinder, n.
std::vector<std::string> words(std::string_view utf8);

// Bytes that `text` stands for, when it is base64 of at least `bytes_min` bytes; else empty.
std::string decode_base64(std::string_view text, size_t bytes_min);

// The line that `offset` lies on, from 1; the text is walked once when offsets ascend.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}
  uint64_t line_of(size_t offset);

 private:
  std::string_view text_;
  size_t counted_ = 0;
  uint64_t line_ = 1;
};

}  // namespace fvm::disclosure
