#include "keeper/service.hpp"

#include <unistd.h>

#include <cerrno>

#include "crypto/encoding.hpp"
#include "crypto/sealed_box.hpp"

namespace fvm::keeper {
namespace {

bool is_kind(uint8_t kind) {
  return kind == static_cast<uint8_t>(wire::Identifier::person) ||
         kind == static_cast<uint8_t>(wire::Identifier::provider) ||
         kind == static_cast<uint8_t>(wire::Identifier::record);
}

}  // namespace

template <class Request>
Result<Conversation::Reply> Conversation::decode_and_answer(const wire::Frame& frame) {
  return answer_to(TRY(wire::decode<Request>(frame.body)));
}

Result<Conversation::Reply> Conversation::answer(const wire::Frame& frame) {
  ++served_;
  if (narrowed_to_ && frame.type != wire::Type::pseudonymise && frame.type != wire::Type::get_status)
    return refused("keeper.narrowed", {{"scope", *narrowed_to_}});
  switch (frame.type) {
    case wire::Type::pseudonymise:
      return decode_and_answer<wire::Pseudonymise>(frame);
    case wire::Type::make_project_key:
      return decode_and_answer<wire::MakeProjectKey>(frame);
    case wire::Type::drop_project_key:
      return decode_and_answer<wire::DropProjectKey>(frame);
    case wire::Type::make_storage_key:
      return decode_and_answer<wire::MakeStorageKey>(frame);
    case wire::Type::pour_storage_key:
      return pour(frame);
    case wire::Type::destroy_project_keys:
      return decode_and_answer<wire::DestroyProjectKeys>(frame);
    case wire::Type::sign:
      return decode_and_answer<wire::Sign>(frame);
    case wire::Type::get_public_keys:
      return decode_and_answer<wire::GetPublicKeys>(frame);
    case wire::Type::unseal:
      return decode_and_answer<wire::Unseal>(frame);
    case wire::Type::name_kept:
      return decode_and_answer<wire::NameKept>(frame);
    case wire::Type::seal_kept:
      return decode_and_answer<wire::SealKept>(frame);
    case wire::Type::open_kept:
      return decode_and_answer<wire::OpenKept>(frame);
    case wire::Type::destroy_kept:
      return decode_and_answer<wire::DestroyKept>(frame);
    case wire::Type::vouch_link:
      return decode_and_answer<wire::VouchLink>(frame);
    case wire::Type::narrow:
      return decode_and_answer<wire::Narrow>(frame);
    case wire::Type::get_status:
      return decode_and_answer<wire::GetStatus>(frame);
    default:
      return surroundings("wire.broken_message");
  }
}

Result<crypto::IdentifierCipher*> Conversation::cipher(const std::string& scope, uint8_t kind) {
  // Read before the key is: if one is dropped in between, the next call makes its ciphers anew.
  if (const uint64_t now = keys_.generation(); now != generation_) {
    ciphers_.clear();
    generation_ = now;
  }
  const std::pair key(scope, kind);
  auto found = ciphers_.find(key);
  if (found == ciphers_.end()) {
    if (ciphers_.size() >= ciphers_per_connection_max) ciphers_.clear();
    found = ciphers_.emplace(key, TRY(keys_.cipher_of(scope, kind))).first;
  }
  return &found->second;
}

Result<Conversation::Reply> Conversation::answer_to(wire::Pseudonymise request) {
  if (narrowed_to_ && request.scope != *narrowed_to_)
    return refused("keeper.narrowed", {{"scope", *narrowed_to_}});
  if (request.values.size() > batch_values_max)
    return usage("keeper.batch_too_large", {{"values_max", std::to_string(batch_values_max)}});
  if (!is_kind(request.kind)) return usage("keeper.unknown_kind", {{"kind", std::to_string(request.kind)}});
  TRY(TRY(cipher(request.scope, request.kind))->encrypt(request.values));
  return reply(wire::Pseudonyms{std::move(request.values)});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::MakeProjectKey& request) {
  TRY(keys_.make_project_key(request.project));
  return reply(wire::Done{});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::DropProjectKey& request) {
  TRY(keys_.drop_project_key(request.project));
  return reply(wire::Done{});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::MakeStorageKey& request) {
  return reply(wire::StorageKey{TRY(keys_.make_storage_key(request.project))});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::DestroyProjectKeys& request) {
  if (request.statement.size() > checkpoint_bytes_max)
    return usage("keeper.checkpoint_too_long", {{"bytes_max", std::to_string(checkpoint_bytes_max)}});
  auto certified = TRY(keys_.destroy_project_keys(request.project, request.statement));
  return reply(wire::Certificate{std::move(certified.text), std::move(certified.signature)});
}

// As text in one line: what the program that encrypts takes for a password. A pipe has room for it.
Result<Conversation::Reply> Conversation::pour(const wire::Frame& frame) {
  const auto request = TRY(wire::decode<wire::PourStorageKey>(frame.body));
  if (frame.descriptors.size() != 1) return surroundings("wire.broken_message");
  const crypto::Secret key = TRY(keys_.storage_key(request.project));
  std::string line = crypto::to_hex(key.view()) + "\n";
  const ssize_t wrote = ::write(frame.descriptors[0].get(), line.data(), line.size());
  const bool whole = wrote == static_cast<ssize_t>(line.size());
  crypto::wipe(line);
  if (!whole) return system_error("hand over a storage key", errno);
  return reply(wire::Done{});
}

// The prefix is ours and not the caller's, so that no signature of this key can be taken for anything else.
Result<Conversation::Reply> Conversation::answer_to(const wire::Sign& request) {
  if (request.text.size() > checkpoint_bytes_max)
    return usage("keeper.checkpoint_too_long", {{"bytes_max", std::to_string(checkpoint_bytes_max)}});
  return reply(
      wire::Signature{TRY(keys_.audit_key().sign(std::string(crypto::checkpoint_prefix) + request.text))});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::GetPublicKeys&) {
  return reply(wire::PublicKeys{keys_.audit_key().public_key(), keys_.set_aside_public_key()});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::Unseal& request) {
  return reply(wire::Secret{TRY(crypto::shared_secret(keys_.set_aside_key(), request.ephemeral_public_key))});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::NameKept& request) {
  auto found = TRY(keys_.name_kept(request.sha256));
  return reply(wire::KeptName{std::move(found.name), static_cast<uint8_t>(found.has_key ? 1 : 0)});
}

Result<Conversation::Reply> Conversation::answer_to(wire::SealKept request) {
  auto sealed = keys_.seal_kept(request.sha256, request.key);
  crypto::wipe(request.key);
  auto [name, text] = TRY(std::move(sealed));
  return reply(wire::KeptSealed{std::move(name), std::move(text)});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::OpenKept& request) {
  return reply(wire::Secret{TRY(keys_.open_kept(request.sha256, request.sealed))});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::DestroyKept& request) {
  TRY(keys_.destroy_kept(request.name));
  return reply(wire::Done{});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::VouchLink& request) {
  return reply(wire::Secret{keys_.vouch_link(request.text)});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::Narrow& request) {
  narrowed_to_ = request.scope;
  return reply(wire::Done{});
}

Result<Conversation::Reply> Conversation::answer_to(const wire::GetStatus&) {
  return reply(wire::Status{"fvm-keeper", version_, ::getpid(), served_});
}

}  // namespace fvm::keeper
