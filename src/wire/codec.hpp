// Bytes of a message: little-endian numbers, texts and lists with a 32-bit length in front. Reading checks
// every length against the limits in messages.hpp and against what is there; trailing bytes are an error.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.hpp"
#include "wire/messages.hpp"

namespace fvm::wire {

class Encoder {
 public:
  void operator()(const auto& field) {
    using T = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_integral_v<T>) {
      raw(&field, sizeof field);
    } else if constexpr (std::is_same_v<T, std::string>) {
      size(field.size());
      raw(field.data(), field.size());
    } else if constexpr (std::is_same_v<T, std::vector<uint64_t>>) {
      size(field.size());
      raw(field.data(), field.size() * sizeof(uint64_t));
    } else if constexpr (requires { field.begin(); }) {
      size(field.size());
      for (const auto& item : field) (*this)(item);
    } else {
      const_cast<T&>(field).fields(*this);  // fields() is one function for reading and writing
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  void size(size_t count) {
    const auto n = static_cast<uint32_t>(count);
    raw(&n, sizeof n);
  }
  void raw(const void* from, size_t count) {
    if (count > 0) bytes_.append(static_cast<const char*>(from), count);
  }
  std::string bytes_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}
  void operator()(auto& field) {
    using T = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_integral_v<T>) {
      raw(&field, sizeof field);
    } else if constexpr (std::is_same_v<T, std::string>) {
      const size_t count = size(text_bytes_max, 1);
      field.assign(rest_.substr(0, count));
      rest_.remove_prefix(count);
    } else if constexpr (std::is_same_v<T, std::vector<uint64_t>>) {
      field.resize(size(list_items_max, sizeof(uint64_t)));
      raw(field.data(), field.size() * sizeof(uint64_t));
    } else if constexpr (requires { field.begin(); }) {
      const size_t count = size(list_items_max, 1);
      field.clear();
      for (size_t i = 0; i < count && !broken_; ++i) (*this)(field.emplace_back());
    } else {
      field.fields(*this);
    }
  }
  bool whole() const { return !broken_ && rest_.empty(); }

 private:
  size_t size(uint32_t most, size_t item_bytes_min) {
    uint32_t n = 0;
    raw(&n, sizeof n);
    if (n > most || n * item_bytes_min > rest_.size()) broken_ = true;
    return broken_ ? 0 : n;
  }
  void raw(void* to, size_t count) {
    if (count > rest_.size()) broken_ = true;
    if (broken_ || count == 0) return;
    std::memcpy(to, rest_.data(), count);
    rest_.remove_prefix(count);
  }
  std::string_view rest_;
  bool broken_ = false;
};

template <class Message>
std::string encode(const Message& message) {
  Encoder encoder;
  encoder(message);
  return encoder.take();
}

template <class Message>
Result<Message> decode(std::string_view bytes) {
  Message message;
  Decoder decoder(bytes);
  decoder(message);
  if (!decoder.whole()) return surroundings("wire.broken_message");
  return message;
}

Failure to_failure(const Error& error);
Error to_error(Failure failure);

}  // namespace fvm::wire
