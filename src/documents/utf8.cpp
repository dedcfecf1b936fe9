#include "documents/utf8.hpp"

namespace fvm::documents {
namespace {

constexpr char32_t broken = 0xFFFD;

// Bytes that follow a first byte, and the least character that may be written so; 4: not a first byte.
struct Shape {
  unsigned more;
  char32_t bits, least;
};

Shape shape_of(unsigned char first) {
  if (first < 0x80) return {0, first, 0};
  if ((first & 0xE0) == 0xC0) return {1, char32_t(first & 0x1F), 0x80};
  if ((first & 0xF0) == 0xE0) return {2, char32_t(first & 0x0F), 0x800};
  if ((first & 0xF8) == 0xF0) return {3, char32_t(first & 0x07), 0x10000};
  return {4, 0, 0};
}

}  // namespace

char32_t next_character(std::string_view text, size_t& at) {
  const Shape shape = shape_of(static_cast<unsigned char>(text[at++]));
  if (shape.more == 4) return broken;
  char32_t made = shape.bits;
  size_t ahead = at;
  for (unsigned i = 0; i < shape.more; ++i, ++ahead) {
    if (ahead >= text.size() || (static_cast<unsigned char>(text[ahead]) & 0xC0) != 0x80) return broken;
    made = (made << 6) | (static_cast<unsigned char>(text[ahead]) & 0x3F);
  }
  at = ahead;
  const bool surrogate = made >= 0xD800 && made <= 0xDFFF;
  return made < shape.least || surrogate || made > 0x10FFFF ? broken : made;
}

}  // namespace fvm::documents
