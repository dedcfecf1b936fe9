#include <algorithm>

#include "screen/gate.hpp"
#include "screen/protocol.hpp"

namespace fvm::screen {
namespace {

enum Message : uint8_t {
  set_pixel_format = 0,
  set_encodings = 2,
  ask_update = 3,
  key = 4,
  pointer = 5,
  cut_text = 6,
  enable_continuous = 150,
  client_fence = 248,
  set_desktop_size = 251,
  qemu = 255,
};

uint32_t number(std::string_view bytes, size_t at, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Wishes for compression and quality change no shape.
bool is_followed(int32_t encoding) {
  constexpr int32_t known[] = {raw,
                               copy_rectangle,
                               tight,
                               zrle,
                               cursor,
                               desktop_size,
                               last_rectangle,
                               extended_key,
                               extended_desktop_size,
                               fence,
                               continuous_updates};
  const bool is_level = (encoding >= -32 && encoding <= -23) || (encoding >= -256 && encoding <= -247);
  return is_level || std::find(std::begin(known), std::end(known), encoding) != std::end(known);
}

std::string only_followed(std::string_view message) {
  std::string kept;
  for (size_t at = 4; at + 4 <= message.size(); at += 4)
    if (is_followed(static_cast<int32_t>(number(message, at, 4)))) kept += message.substr(at, 4);
  const size_t count = kept.size() / 4;
  std::string out(message.substr(0, 2));
  out += static_cast<char>(count >> 8);
  out += static_cast<char>(count & 0xff);
  return out + kept;
}

// Messages whose length stands in them: where, and what is before and after.
Result<size_t> with_count(std::string_view held, size_t at, size_t bytes, size_t most, size_t head,
                          size_t each) {
  if (held.size() < at + bytes) return size_t{0};
  const size_t count = number(held, at, bytes);
  if (count > most) return refused("screen.too_long", {{"most", std::to_string(most)}});
  return head + count * each;
}

}  // namespace

Result<size_t> FromBrowser::length_of_next() const {
  if (step_ == Step::version) return version_text.size();
  if (step_ != Step::messages) return size_t{1};
  const auto type = static_cast<unsigned char>(held_[0]);
  switch (type) {
    case set_pixel_format:
      return size_t{20};
    case set_encodings:
      return with_count(held_, 2, 2, encodings_max, 4, 4);
    case ask_update:
    case enable_continuous:
      return size_t{10};
    case key:
      return size_t{8};
    case pointer:
      return size_t{6};
    case cut_text:
      return with_count(held_, 4, 4, paste_bytes_max, 8, 1);
    case client_fence:
      return with_count(held_, 8, 1, fence_bytes_max, 9, 1);
    case set_desktop_size:
      return with_count(held_, 6, 1, screens_max, 8, 16);
    case qemu:
      if (held_.size() > 1 && held_[1] != 0) return unknown_message(type);
      return size_t{12};
    default:
      return unknown_message(type);
  }
}

Result<void> FromBrowser::shake_hands(std::string_view message) {
  if (step_ == Step::version && message != version_text) return refused("screen.handshake");
  if (step_ == Step::security && number(message, 0, 1) != no_security) return refused("screen.handshake");
  step_ = static_cast<Step>(static_cast<uint8_t>(step_) + 1);
  return {};
}

Result<void> FromBrowser::take(std::string_view message, std::string& out) {
  if (step_ != Step::messages) {
    TRY(shake_hands(message));
    out += message;
    return {};
  }
  const auto type = static_cast<unsigned char>(message[0]);
  if (type == set_pixel_format && !is_true_colour(message.substr(4))) return refused("screen.format");
  if (type == key || type == pointer || type == qemu || type == cut_text) ++acts_;
  out += type == set_encodings ? only_followed(message) : std::string(message);
  return {};
}

Result<std::string> FromBrowser::pass(std::string_view bytes) {
  held_ += bytes;
  std::string out;
  while (!held_.empty()) {
    const size_t length = TRY(length_of_next());
    if (length == 0 || held_.size() < length) break;
    TRY(take(std::string_view(held_).substr(0, length), out));
    held_.erase(0, length);
  }
  return out;
}

}  // namespace fvm::screen
