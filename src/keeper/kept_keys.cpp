// Keys of kept copies. The name of a copy is HMAC(SHA-256 of its bytes) under a key that only we have: a
// plain digest in a file name would tell whoever holds the disk whether a table that he guesses was sent.
// What opens a copy is HKDF of keys/kept.key and a half that lies in erasable/, made for this copy alone.
#include <algorithm>

#include "crypto/aead.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "keeper/key_store.hpp"

namespace fvm::keeper {
namespace {

constexpr unsigned folder_mode = 0700;

Result<std::string> digest_in(std::string_view text) {
  const bool lower = std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  auto bytes = crypto::from_hex(text);
  if (!lower || !bytes || bytes->size() != crypto::sha256_bytes) return usage("keeper.bad_digest");
  return std::move(*bytes);
}

std::string half_name(std::string_view name) {
  return "kept half " + std::string(name);
}
std::string sealed_for(std::string_view name) {
  return "fvm kept key 1 " + std::string(name);
}

}  // namespace

// Made once. Where copies have halves already, a missing one is a loss that must be seen.
Result<void> KeyStore::make_kept_key() {
  const Path file = instance_.key_file(kept_key_name);
  if (world_.exists(file) || world_.exists(instance_.kept_halves())) return {};
  return make_key(kept_key_name, file);
}

std::string KeyStore::kept_name_of(std::string_view digest) const {
  std::string key = crypto::hkdf_sha256(kept_key_.view(), "", "fvm kept names 1", key_bytes);
  std::string name = crypto::to_hex(crypto::hmac_sha256(key, digest));
  crypto::wipe(key);
  return name;
}

Result<crypto::Secret> KeyStore::kept_copy_key(const std::string& name) {
  const Path file = instance_.kept_half_file(name);
  if (!world_.exists(file)) return refused("keeper.no_kept_key", {{"name", name}});
  const crypto::Secret half = TRY(read_key(half_name(name), file));
  std::string key = crypto::hkdf_sha256(kept_key_.view(), half.view(), "fvm kept copy 1 " + name, key_bytes);
  return crypto::Secret::take(key);
}

Result<KeyStore::KeptName> KeyStore::name_kept(std::string_view sha256) {
  std::string name = kept_name_of(TRY(digest_in(sha256)));
  const bool has_key = world_.exists(instance_.kept_half_file(name));
  return KeptName{std::move(name), has_key};
}

Result<std::pair<std::string, std::string>> KeyStore::seal_kept(std::string_view sha256,
                                                                std::string_view key) {
  if (key.size() != key_bytes) return usage("keeper.bad_digest");
  const std::string name = kept_name_of(TRY(digest_in(sha256)));
  const std::lock_guard lock(mutex_);
  const Path half = instance_.kept_half_file(name);
  if (!world_.exists(half)) {
    TRY(world_.make_directories(half.parent_path(), folder_mode));
    TRY(make_key(half_name(name), half));
  }
  crash_point("keeper.kept_half_made");
  const crypto::Secret own = TRY(kept_copy_key(name));
  std::string nonce(crypto::aead_nonce_bytes, 0);
  world_.random(std::as_writable_bytes(std::span(nonce)));
  return std::pair(
      name, nonce + crypto::aead_seal(crypto::Aead::aes_256_gcm, own.view(), nonce, sealed_for(name), key));
}

Result<std::string> KeyStore::open_kept(std::string_view sha256, std::string_view sealed) {
  const std::string name = kept_name_of(TRY(digest_in(sha256)));
  const std::lock_guard lock(mutex_);
  const crypto::Secret own = TRY(kept_copy_key(name));
  const Error damaged = surroundings("keeper.kept_key_damaged", {{"name", name}});
  if (sealed.size() != crypto::aead_nonce_bytes + key_bytes + crypto::aead_tag_bytes) return damaged;
  auto key =
      crypto::aead_open(crypto::Aead::aes_256_gcm, own.view(), sealed.substr(0, crypto::aead_nonce_bytes),
                        sealed_for(name), sealed.substr(crypto::aead_nonce_bytes));
  if (!key) return damaged;
  return std::move(*key);
}

std::string KeyStore::vouch_link(std::string_view text) const {
  std::string key = crypto::hkdf_sha256(kept_key_.view(), "", "fvm one-time links 1", key_bytes);
  std::string word = crypto::hmac_sha256(key, text);
  crypto::wipe(key);
  return word;
}

Result<void> KeyStore::destroy_kept(std::string_view name) {
  TRY(digest_in(name));
  const std::lock_guard lock(mutex_);
  return destroy_file(world_, instance_.kept_half_file(name));
}

}  // namespace fvm::keeper
