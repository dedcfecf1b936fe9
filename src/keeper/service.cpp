#include "keeper/service.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <list>
#include <thread>

#include "base/log.hpp"

namespace fvm::keeper {
namespace {

constexpr int look_milliseconds = 100;

// Checkpoints of the ledger, which every program that writes has signed (only such texts are:
// conversation.cpp).
bool is_for_all(wire::Type type) {
  return type == wire::Type::get_status || type == wire::Type::sign || type == wire::Type::get_public_keys;
}

// The threads that serve callers, so that they can be hung up on and waited for.
class Callers {
 public:
  Callers(KeyStore& keys, std::string_view version, wire::Door door)
      : keys_(keys), version_(version), door_(std::move(door)) {}
  ~Callers() {
    for (Caller& caller : callers_) ::shutdown(caller.connection.descriptor(), SHUT_RDWR);
    for (Caller& caller : callers_) caller.thread.join();
  }

  // Answers `connection` on a thread of its own, or tells it why not.
  void take(wire::Connection connection) {
    forget_finished();
    if (const auto welcome = is_welcome(connection); !welcome.ok()) {
      log_error("caller_refused", welcome.error());
      (void)connection.send(wire::to_failure(welcome.error()));
      return;
    }
    Caller& caller = callers_.emplace_back(std::move(connection));
    caller.thread = std::thread([this, &caller] { converse(caller); });
  }

 private:
  struct Caller {
    explicit Caller(wire::Connection c) : connection(std::move(c)) {}
    wire::Connection connection;
    std::thread thread;
    std::atomic<bool> finished = false;
  };

  Result<void> is_welcome(const wire::Connection& connection) const {
    const wire::Peer peer = TRY(connection.peer());
    if (peer.uid != ::geteuid())
      return refused("keeper.not_for_you", {{"user_number", std::to_string(peer.uid)}});
    if (callers_.size() >= connections_max)
      return surroundings("keeper.busy", {{"connections_max", std::to_string(connections_max)}});
    return {};
  }

  void converse(Caller& caller) {
    Conversation conversation(keys_, version_, served_);
    bool may_ask = false;
    for (;;) {
      const auto frame = caller.connection.receive();
      if (!frame.ok()) {
        // After a broken frame nobody knows where the next begins: say so and hang up.
        if (frame.error().code != "wire.closed") {
          log_error("connection_broken", frame.error());
          (void)caller.connection.send(wire::to_failure(frame.error()));
        }
        break;
      }
      const auto shown = door_.unlocks(*frame);
      if (shown.ok() && *shown) {
        may_ask = true;
        continue;
      }
      const bool may = may_ask || is_for_all(frame->type);
      const auto reply = !shown.ok() ? shown.error()
                         : may       ? conversation.answer(*frame)
                                     : refused("wire.no_key", {{"program", "fvm-keeper"}});
      if (!reply.ok()) log_error("request_refused", reply.error());
      const auto sent = reply.ok() ? caller.connection.send(reply->type, reply->body)
                                   : caller.connection.send(wire::to_failure(reply.error()));
      if (!sent.ok()) break;
    }
    ::shutdown(caller.connection.descriptor(), SHUT_RDWR);
    caller.finished = true;
  }

  void forget_finished() {
    for (auto it = callers_.begin(); it != callers_.end();) {
      if (!it->finished) {
        ++it;
        continue;
      }
      it->thread.join();
      it = callers_.erase(it);
    }
  }

  KeyStore& keys_;
  std::string version_;
  const wire::Door door_;
  std::atomic<uint64_t> served_ = 0;
  std::list<Caller> callers_;
};

}  // namespace

Result<void> serve(wire::Listener& listener, KeyStore& keys, std::string_view version,
                   const std::atomic<bool>& stop, wire::Door door) {
  Callers callers(keys, version, std::move(door));
  while (!stop) {
    auto connection = listener.accept(look_milliseconds);
    if (connection.ok()) {
      callers.take(std::move(*connection));
    } else if (connection.error().code != "wire.timeout") {
      return connection.error();
    }
  }
  return {};
}

}  // namespace fvm::keeper
