// Framed Unix-domain sockets: a frame is length (4 bytes), type (2 bytes), body; file descriptors may travel
// along. A Connection is used by one thread at a time.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "wire/codec.hpp"

namespace fvm::wire {

struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};

struct Frame {
  Type type{};
  std::string body;
  std::vector<Descriptor> descriptors;
};

class Connection {
 public:
  explicit Connection(Descriptor socket) : socket_(std::move(socket)) {}

  // `descriptors` stay the caller's; the peer gets duplicates.
  Result<void> send(Type type, std::string_view body, const std::vector<int>& descriptors = {});
  template <class Message>
  Result<void> send(const Message& message, const std::vector<int>& descriptors = {}) {
    return send(Message::type, encode(message), descriptors);
  }
  // "wire.closed" when the peer is gone, "wire.broken_message" on a bad frame, "wire.timeout".
  Result<Frame> receive(int timeout_milliseconds = -1);

  // Sends a request and reads its reply; a Failure comes back as the Error that it carries.
  template <class Reply, class Request>
  Result<Reply> call(const Request& request, const std::vector<int>& descriptors = {}) {
    const auto sent = send(request, descriptors);
    // Whoever hung up before we had spoken has said why ("busy"): that is what counts.
    if (!sent.ok() && sent.error().code != "wire.closed") return sent.error();
    return read<Reply>(TRY(receive()));
  }
  template <class Reply>
  static Result<Reply> read(const Frame& frame) {
    if (frame.type == Type::failure) return to_error(TRY(decode<Failure>(frame.body)));
    if (frame.type != Reply::type) return surroundings("wire.broken_message");
    return decode<Reply>(frame.body);
  }

  // The kernel's word on who is at the other end (SO_PEERCRED).
  Result<Peer> peer() const;
  int descriptor() const { return socket_.get(); }
  Descriptor take() { return std::move(socket_); }

 private:
  Descriptor socket_;
};

// Connects to the program that listens at `path` and shows it the key to its powers (power.hpp) if this
// program can read it; "wire.not_running" with `program` when nobody does.
Result<Connection> connect(const Path& path, std::string_view program);
// The same without the key, as a program that may not read it would.
Result<Connection> connect_without_power(const Path& path, std::string_view program);
// A connected pair, for tests and for handing one end to a job.
Result<std::pair<Connection, Connection>> pair();

class Listener {
 public:
  // Replaces a left-over socket file; mode 0600.
  static Result<Listener> at(const Path& path);
  // The socket that a supervisor handed over as descriptor 3 (LISTEN_FDS=1), if it did.
  static Listener adopt(Descriptor socket) { return Listener(std::move(socket)); }
  // "wire.timeout" after that many milliseconds without a caller.
  Result<Connection> accept(int timeout_milliseconds = -1);
  int descriptor() const { return socket_.get(); }

 private:
  explicit Listener(Descriptor socket) : socket_(std::move(socket)) {}
  Descriptor socket_;
};

}  // namespace fvm::wire
