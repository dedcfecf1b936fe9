// Bytes of a text by their kind, 64 at a time: most of a file is nothing that any check looks for, and is
// passed over at the speed of memory. SSE2, which every x86-64 has. Pure.
#pragma once

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fvm::disclosure::runs {

using Bytes = __m128i;  // sixteen; a kind answers with 0xFF for each that is of it, else 0

inline Bytes is(Bytes bytes, char c) {
  return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}
inline Bytes either(Bytes a, Bytes b) {
  return _mm_or_si128(a, b);
}
inline Bytes between(Bytes bytes, unsigned char first, unsigned char last) {
  const Bytes above = _mm_sub_epi8(bytes, _mm_set1_epi8(static_cast<char>(first)));
  const Bytes most = _mm_set1_epi8(static_cast<char>(last - first));
  return _mm_cmpeq_epi8(_mm_min_epu8(above, most), above);
}
template <char... Signs>
Bytes among(Bytes bytes) {
  Bytes all = _mm_setzero_si128();
  ((all = either(all, is(bytes, Signs))), ...);
  return all;
}

inline Bytes digit(Bytes bytes) {
  return between(bytes, '0', '9');
}
inline Bytes alphanumeric(Bytes bytes) {
  const Bytes small = either(bytes, _mm_set1_epi8(0x20));  // of no other byte a letter is made
  return either(digit(bytes), between(small, 'a', 'z'));
}

constexpr size_t block_bytes = 64;

// Bit i: byte i of the block is of the kind.
template <typename Kind>
uint64_t bits_of(const char* block, const Kind& kind) {
  uint64_t bits = 0;
  for (size_t i = 0; i < block_bytes; i += sizeof(Bytes)) {
    const Bytes bytes = _mm_loadu_si128(reinterpret_cast<const Bytes*>(block + i));
    bits |= static_cast<uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(kind(bytes)))) << i;
  }
  return bits;
}

// `take(block, at)` has each block of the text; the last is filled up with zero bytes. Until it says false.
template <typename Take>
void each_block(std::string_view text, const Take& take) {
  size_t at = 0;
  for (; at + block_bytes <= text.size(); at += block_bytes) {
    if (!take(text.data() + at, at)) return;
  }
  if (at == text.size()) return;
  std::array<char, block_bytes> last{};
  std::memcpy(last.data(), text.data() + at, text.size() - at);
  take(last.data(), at);
}

// Where `least` bits or more follow each other from.
inline uint64_t beginnings(uint64_t bits, size_t least) {
  for (size_t have = 1; have < least && bits != 0;) {
    const size_t more = std::min(have, least - have);
    bits &= bits >> more;
    have += more;
  }
  return bits;
}

// `take(at, n)` has each run of `least` bytes or more of a kind, as long as it is, in order. A kind has no
// zero byte; `least` is 64 at most.
template <typename Kind, typename Take>
void each(std::string_view text, const Kind& kind, size_t least, const Take& take) {
  constexpr size_t none = static_cast<size_t>(-1);
  size_t open = none;  // where the run began that goes on into this block
  each_block(text, [&](const char* block, size_t at) {
    const uint64_t bits = bits_of(block, kind);
    size_t from = 0;
    if (open != none) {
      from = static_cast<size_t>(std::countr_one(bits));
      if (from == block_bytes) return true;
      if (at + from - open >= least) take(open, at + from - open);
      open = none;
    }
    const uint64_t rest = from == 0 ? bits : bits >> from << from;
    for (uint64_t long_ones = beginnings(rest, least); long_ones != 0;) {
      const auto begin = static_cast<size_t>(std::countr_zero(long_ones));
      const auto n = static_cast<size_t>(std::countr_one(rest >> begin));
      if (begin + n == block_bytes) break;
      take(at + begin, n);
      long_ones &= ~uint64_t{0} << (begin + n);
    }
    if (const auto tail = static_cast<size_t>(std::countl_one(rest)); tail > 0)
      open = at + block_bytes - tail;
    return true;
  });
  if (open != none && text.size() - open >= least) take(open, text.size() - open);
}

}  // namespace fvm::disclosure::runs
