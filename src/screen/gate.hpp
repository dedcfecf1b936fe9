// What may pass between a screen inside a sandbox and the browser that shows it: the remote framebuffer
// protocol (RFC 6143 and the extensions of the community's rfbproto), looked at byte by byte in both
// directions. Whatever speaks at the sandbox's end, nothing but pictures gets out: no copied text, no name,
// no file. Pure: no sockets, no clock. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fvm::screen {

// Limits.
inline constexpr uint32_t paste_bytes_max = 64u << 10;  // text that a user puts in
inline constexpr uint32_t encodings_max = 256;          // that a browser may offer
inline constexpr uint32_t screens_max = 16;             // in a wish for another size
inline constexpr uint32_t name_bytes_max = 64;          // of the desktop, told once
inline constexpr uint32_t fence_bytes_max = 64;

// From the browser. Whole messages go on; offers of encodings are cut down to those that the other half can
// follow.
class FromBrowser {
 public:
  // What goes on to the screen. "screen.message" with `number`, "screen.too_long", "screen.format",
  // "screen.handshake" (all refused): the connection is to be closed.
  Result<std::string> pass(std::string_view bytes);
  uint64_t acts() const { return acts_; }  // keys and movements so far: somebody is there

 private:
  enum class Step : uint8_t { version, security, init, messages };
  Result<size_t> length_of_next() const;  // 0: not known yet
  Result<void> take(std::string_view message, std::string& out);
  Result<void> shake_hands(std::string_view message);
  Step step_ = Step::version;
  std::string held_;
  uint64_t acts_ = 0;
};

// From the screen.
class FromScreen {
 public:
  // Nothing when all of these bytes may go on as they are; "screen.text_out" (somebody tried to send copied
  // text), "screen.message", "screen.encoding" with `number`, "screen.handshake", "screen.format",
  // "screen.too_long": none of them may.
  Result<void> look(std::string_view bytes);

 private:
  enum class Step : uint8_t {
    version,
    security_count,
    security_types,
    security_result,
    init,
    message,
    update,
    fence,
    rectangle,
    zrle_length,
    screens,
    tight_control,
    tight_filter,
    tight_palette,
    tight_length
  };
  void want(Step step, uint32_t bytes) { step_ = step, wanted_ = bytes; }
  Result<void> take();
  Result<void> take_handshake();
  Result<void> take_message();
  Result<void> take_rectangle();
  Result<void> take_tight();
  void tight_data(uint64_t bytes);
  void next_rectangle();
  uint32_t byte(size_t at) const { return static_cast<unsigned char>(head_[at]); }
  uint32_t two(size_t at) const { return byte(at) << 8 | byte(at + 1); }
  uint32_t four(size_t at) const { return two(at) << 16 | two(at + 2); }

  Step step_ = Step::version;
  uint32_t wanted_ = 12;
  std::string head_;
  uint64_t skipped_ = 0;  // bytes of pictures still to come
  uint32_t rectangles_ = 0, width_ = 0, height_ = 0;
  bool until_last_ = false;
};

}  // namespace fvm::screen
