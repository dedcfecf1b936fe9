#include <algorithm>

#include "screen/gate.hpp"
#include "screen/protocol.hpp"

namespace fvm::screen {
namespace {

enum Message : uint8_t { update = 0, bell = 2, cut_text = 3, end_of_continuous = 150, fence_message = 248 };

// Tight's control byte: kinds in its upper half, and filters.
constexpr uint32_t tight_fill = 8, tight_jpeg = 9, tight_explicit_filter = 4;
constexpr uint32_t filter_copy = 0, filter_palette = 1, filter_gradient = 2;
constexpr uint64_t tight_packed_bytes_min = 12;
constexpr uint32_t colour_bytes = 3;
constexpr uint32_t rectangles_until_last = 0xffff;

}  // namespace

Result<void> FromScreen::look(std::string_view bytes) {
  while (!bytes.empty()) {
    if (skipped_ > 0) {
      const size_t passed = static_cast<size_t>(std::min<uint64_t>(skipped_, bytes.size()));
      skipped_ -= passed;
      bytes.remove_prefix(passed);
      continue;
    }
    const size_t taken = std::min<size_t>(wanted_ - head_.size(), bytes.size());
    head_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (head_.size() < wanted_) return {};
    const uint32_t before = wanted_;
    const Step step = step_;
    TRY(take());
    const bool goes_on = step == Step::tight_length && step_ == step && wanted_ > before;
    if (!goes_on) head_.clear();
  }
  return {};
}

Result<void> FromScreen::take() {
  switch (step_) {
    case Step::version:
    case Step::security_count:
    case Step::security_types:
    case Step::security_result:
    case Step::init:
      return take_handshake();
    case Step::message:
    case Step::update:
    case Step::fence:
      return take_message();
    case Step::rectangle:
    case Step::zrle_length:
    case Step::screens:
      return take_rectangle();
    default:
      return take_tight();
  }
}

Result<void> FromScreen::take_handshake() {
  const Error wrong = refused("screen.handshake");
  switch (step_) {
    case Step::version:
      if (head_ != version_text) return wrong;
      return want(Step::security_count, 1), Result<void>();
    case Step::security_count:
      if (byte(0) == 0) return wrong;
      return want(Step::security_types, byte(0)), Result<void>();
    case Step::security_types:
      if (head_.find(static_cast<char>(no_security)) == std::string::npos) return wrong;
      return want(Step::security_result, 4), Result<void>();
    case Step::security_result:
      if (four(0) != 0) return wrong;
      return want(Step::init, 24), Result<void>();
    case Step::init:
      if (!is_true_colour(std::string_view(head_).substr(4))) return refused("screen.format");
      if (four(20) > name_bytes_max)
        return refused("screen.too_long", {{"most", std::to_string(name_bytes_max)}});
      skipped_ = four(20);
      [[fallthrough]];
    default:
      return want(Step::message, 1), Result<void>();
  }
}

Result<void> FromScreen::take_message() {
  if (step_ == Step::update) {
    rectangles_ = two(1);
    until_last_ = rectangles_ == rectangles_until_last;
    next_rectangle();
    return {};
  }
  if (step_ == Step::fence) {
    if (byte(7) > fence_bytes_max)
      return refused("screen.too_long", {{"most", std::to_string(fence_bytes_max)}});
    skipped_ = byte(7);
    return want(Step::message, 1), Result<void>();
  }
  switch (byte(0)) {
    case update:
      return want(Step::update, 3), Result<void>();
    case bell:
    case end_of_continuous:
      return {};
    case fence_message:
      return want(Step::fence, 8), Result<void>();
    case cut_text:
      return refused("screen.text_out");
    default:
      return unknown_message(byte(0));
  }
}

void FromScreen::next_rectangle() {
  if (!until_last_ && rectangles_ == 0) return want(Step::message, 1);
  if (!until_last_) --rectangles_;
  want(Step::rectangle, 12);
}

Result<void> FromScreen::take_rectangle() {
  if (step_ == Step::zrle_length) {
    skipped_ = four(0);
    return next_rectangle(), Result<void>();
  }
  if (step_ == Step::screens) {
    skipped_ = uint64_t{16} * byte(0);
    return next_rectangle(), Result<void>();
  }
  width_ = two(4), height_ = two(6);
  const uint64_t points = uint64_t{width_} * height_;
  const auto encoding = static_cast<int32_t>(four(8));
  switch (encoding) {
    case raw:
      skipped_ = points * pixel_bytes;
      break;
    case copy_rectangle:
      skipped_ = 4;
      break;
    case cursor:
      skipped_ = points * pixel_bytes + uint64_t{(width_ + 7) / 8} * height_;
      break;
    case zrle:
      return want(Step::zrle_length, 4), Result<void>();
    case extended_desktop_size:
      return want(Step::screens, 4), Result<void>();
    case tight:
      return want(Step::tight_control, 1), Result<void>();
    case desktop_size:
    case extended_key:
      break;
    case last_rectangle:
      until_last_ = false, rectangles_ = 0;
      break;
    default:
      return refused("screen.encoding", {{"number", std::to_string(encoding)}});
  }
  return next_rectangle(), Result<void>();
}

// So many bytes of points: as they are when few, otherwise packed behind their length.
void FromScreen::tight_data(uint64_t bytes) {
  if (bytes >= tight_packed_bytes_min) return want(Step::tight_length, 1);
  skipped_ += bytes;
  next_rectangle();
}

Result<void> FromScreen::take_tight() {
  const uint64_t points = uint64_t{width_} * height_;
  switch (step_) {
    case Step::tight_control: {
      const uint32_t kind = byte(0) >> 4;
      if (kind == tight_fill) {
        skipped_ = colour_bytes;
        return next_rectangle(), Result<void>();
      }
      if (kind == tight_jpeg) return want(Step::tight_length, 1), Result<void>();
      if (kind > tight_jpeg) return refused("screen.encoding", {{"number", "tight " + std::to_string(kind)}});
      if ((kind & tight_explicit_filter) != 0) return want(Step::tight_filter, 1), Result<void>();
      return tight_data(points * colour_bytes), Result<void>();
    }
    case Step::tight_filter:
      if (byte(0) == filter_palette) return want(Step::tight_palette, 1), Result<void>();
      if (byte(0) != filter_copy && byte(0) != filter_gradient)
        return refused("screen.encoding", {{"number", "tight filter " + std::to_string(byte(0))}});
      return tight_data(points * colour_bytes), Result<void>();
    case Step::tight_palette: {
      const uint32_t colours = byte(0) + 1;
      skipped_ = uint64_t{colours} * colour_bytes;
      return tight_data(colours == 2 ? uint64_t{(width_ + 7) / 8} * height_ : points), Result<void>();
    }
    default:
      // One to three bytes, each but the third with a bit that says whether another follows.
      if (head_.size() < 3 && (byte(head_.size() - 1) & 0x80) != 0) {
        ++wanted_;
        return {};
      }
      skipped_ = byte(0) & 0x7f;
      if (head_.size() > 1) skipped_ |= (byte(1) & 0x7f) << 7;
      if (head_.size() > 2) skipped_ |= byte(2) << 14;
      return next_rectangle(), Result<void>();
  }
}

}  // namespace fvm::screen
