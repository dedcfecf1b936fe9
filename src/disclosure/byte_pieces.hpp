// Bytes that are told piece by piece. Private to fingerprint.cpp.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "disclosure/fingerprint.hpp"

namespace fvm::disclosure {

// Numbers as bytes, the low one first, in pieces to `take`.
class Bytes {
 public:
  explicit Bytes(const Take& take) : take_(take), piece_(piece_bytes) {}
  void number(uint32_t value) {
    if (filled_ + sizeof value > piece_.size()) flush();
    std::memcpy(piece_.data() + filled_, &value, sizeof value);
    filled_ += sizeof value;
  }
  // Room for so many numbers, of which some are written: wrote().
  char* room(size_t numbers) {
    const size_t bytes = numbers * sizeof(uint32_t);
    if (filled_ + bytes > piece_.size()) flush();
    if (bytes > piece_.size()) piece_.resize(bytes);
    return piece_.data() + filled_;
  }
  void wrote(size_t numbers) { filled_ += numbers * sizeof(uint32_t); }
  void text(std::string_view text) {
    number(static_cast<uint32_t>(text.size()));
    if (filled_ + text.size() > piece_.size()) flush();
    if (text.size() > piece_.size()) return take_(text);
    filled_ += text.copy(piece_.data() + filled_, text.size());
  }
  void flush() {
    if (filled_ > 0) take_({piece_.data(), filled_});
    filled_ = 0;
  }

 private:
  const Take& take_;
  static constexpr size_t piece_bytes = 1 << 16;
  std::vector<char> piece_;
  size_t filled_ = 0;
};

}  // namespace fvm::disclosure
