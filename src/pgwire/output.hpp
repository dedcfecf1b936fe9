// What the server writes: a large buffer in front of a channel, and every backend message of protocol 3.0.
// One thread uses an Output at a time. When the peer is gone, writing goes on to nowhere and broken() says
// so.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::pgwire {

// The two directions of a connection. Real ones are sockets; tests and fuzzers use memory.
class Channel {
 public:
  virtual ~Channel() = default;
  // At least one byte, at most `into.size()`; 0 when the peer has closed or is gone.
  virtual size_t read(std::span<char> into) = 0;
  // All of it, or false when the peer is gone.
  virtual bool write(std::string_view bytes) = 0;
};

enum class Transaction : char { idle = 'I', active = 'T', failed = 'E' };

// One column of a result. `bytes`: size of the type, -1 if it varies. `modifier`: as pg_attribute.atttypmod,
// -1 none.
struct Column {
  std::string name;
  uint32_t type = 0;  // pgwire::oid
  int16_t bytes = -1;
  int32_t modifier = -1;
};

class Output {
 public:
  static constexpr size_t buffer_bytes = 256 << 10;

  explicit Output(Channel& channel) : channel_(channel), buffer_(buffer_bytes) {}

  // Room for `bytes` more at the returned place; everything before it may be written to the channel now, so
  // call it only between messages, or after as much as the whole message needs. advance() says how far it was
  // used.
  char* reserve(size_t bytes) {
    if (buffer_.size() - used_ < bytes) make_room(bytes);
    return buffer_.data() + used_;
  }
  void advance(const char* end) { used_ = static_cast<size_t>(end - buffer_.data()); }
  void flush();
  bool broken() const { return broken_; }

  void authentication_ok();
  void parameter_status(std::string_view name, std::string_view value);
  void backend_key(int32_t process, int32_t secret);
  void ready(Transaction state);
  // `binary`: none, one for all, or one per column, as in Bind.
  void row_description(std::span<const Column> columns, const std::vector<bool>& binary);
  void parameter_description(std::span<const uint32_t> types);
  void command_complete(std::string_view tag);
  void error(const Error& error);  // ErrorResponse, severity ERROR
  void fatal(const Error& error);  // ErrorResponse, severity FATAL
  void notice(std::string_view severity, std::string_view sqlstate, std::string_view message);
  void copy_out(size_t columns);  // text formats
  void copy_in(size_t columns);
  void copy_data(std::string_view bytes);
  void simple(char type);  // messages without content: '1' '2' '3' 'n' 's' 'I' 'c'
  void encryption_refused();

 private:
  void make_room(size_t bytes);
  void message(char type, std::string_view content);
  void report(std::string_view severity, const Error& error);
  Channel& channel_;
  std::vector<char> buffer_;
  size_t used_ = 0;
  bool broken_ = false;
};

// Big-endian numbers as the protocol has them; each returns the place after.
inline char* put_two(char* at, uint16_t value) {
  value = __builtin_bswap16(value);
  std::memcpy(at, &value, 2);
  return at + 2;
}
inline char* put_four(char* at, uint32_t value) {
  value = __builtin_bswap32(value);
  std::memcpy(at, &value, 4);
  return at + 4;
}
inline char* put_eight(char* at, uint64_t value) {
  value = __builtin_bswap64(value);
  std::memcpy(at, &value, 8);
  return at + 8;
}

}  // namespace fvm::pgwire
