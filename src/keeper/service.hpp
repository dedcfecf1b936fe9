// What the keeper answers, and to whom. One thread per connection, a bound on connections.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "keeper/key_store.hpp"
#include "wire/power.hpp"
#include "wire/socket.hpp"

namespace fvm::keeper {

inline constexpr size_t connections_max = 128;
inline constexpr size_t batch_values_max = 1'000'000;  // 8 MB: fits a frame
inline constexpr size_t checkpoint_bytes_max = 4096;
inline constexpr size_t ciphers_per_connection_max = 16;

// The state of one connection: its ciphers, and the one scope that it may have been narrowed to. Used by one
// thread.
class Conversation {
 public:
  Conversation(KeyStore& keys, std::string version, std::atomic<uint64_t>& served)
      : keys_(keys), version_(std::move(version)), served_(served) {}
  // The answer to one message, or the error that the caller is told.
  struct Reply {
    wire::Type type{};
    std::string body;
  };
  Result<Reply> answer(const wire::Frame& frame);

 private:
  template <class Request>
  Result<Reply> decode_and_answer(const wire::Frame& frame);
  template <class Message>
  static Reply reply(const Message& message) {
    return {Message::type, wire::encode(message)};
  }
  Result<Reply> answer_to(wire::Pseudonymise request);
  Result<Reply> answer_to(const wire::MakeProjectKey& request);
  Result<Reply> answer_to(const wire::DropProjectKey& request);
  Result<Reply> answer_to(const wire::MakeStorageKey& request);
  Result<Reply> answer_to(const wire::DestroyProjectKeys& request);
  Result<Reply> pour(const wire::Frame& frame);
  Result<Reply> answer_to(const wire::Sign& request);
  Result<Reply> answer_to(const wire::GetPublicKeys& request);
  Result<Reply> answer_to(const wire::Unseal& request);
  Result<Reply> answer_to(const wire::NameKept& request);
  Result<Reply> answer_to(wire::SealKept request);
  Result<Reply> answer_to(const wire::OpenKept& request);
  Result<Reply> answer_to(const wire::DestroyKept& request);
  Result<Reply> answer_to(const wire::VouchLink& request);
  Result<Reply> answer_to(const wire::Narrow& request);
  Result<Reply> answer_to(const wire::GetStatus& request);
  Result<crypto::IdentifierCipher*> cipher(const std::string& scope, uint8_t kind);

  KeyStore& keys_;
  std::string version_;
  std::atomic<uint64_t>& served_;
  std::optional<std::string> narrowed_to_;
  uint64_t generation_ = 0;
  std::map<std::pair<std::string, uint8_t>, crypto::IdentifierCipher> ciphers_;
};

// Serves `listener` until `stop` becomes true (looked at several times a second), then hangs up on everybody
// and returns. Callers whose user is not this program's own are refused; without the key to `door` they get
// checkpoints signed and are told how it is, nothing else.
Result<void> serve(wire::Listener& listener, KeyStore& keys, std::string_view version,
                   const std::atomic<bool>& stop, wire::Door door);

}  // namespace fvm::keeper
