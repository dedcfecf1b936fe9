// The keys of one instance: the mirror's, one per project, the audit signing key and the key that opens rows
// put aside. Safe from several threads.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/ff1.hpp"
#include "crypto/secret.hpp"
#include "keeper/key_file.hpp"

namespace fvm::keeper {

inline constexpr std::string_view mirror_scope = "mirror";
inline constexpr std::string_view kept_key_name = "kept";

class KeyStore {
 public:
  // Makes what is missing of a new instance's keys, and audit/public.key. Sealed with the passphrase in
  // `passphrase_file`, or without one with a generated keys/seal.key. Run again after a crash it completes.
  static Result<SealedBy> make(World& world, const config::Instance& instance,
                               const std::optional<Path>& passphrase_file);
  // Opens them. Without `passphrase_file` the key file is keys/seal.key. Errors: "keeper.no_keys",
  // "keeper.passphrase_needed", "keeper.wrong_passphrase", "keeper.wrong_key_file", "keeper.key_damaged",
  // "keeper.key_open_to_others" (a key file whose mode lets others in).
  static Result<std::unique_ptr<KeyStore>> open(World& world, const config::Instance& instance,
                                                const std::optional<Path>& passphrase_file);

  // A cipher under the key of `scope` ("mirror" or a project number) for the kind `tweak`.
  // "keeper.unknown_scope" when that project has no key.
  Result<crypto::IdentifierCipher> cipher_of(const std::string& scope, uint8_t tweak);
  Result<void> make_project_key(const std::string& project);  // done already: fine
  Result<void> drop_project_key(const std::string& project);  // gone already: fine
  // The key that encrypts a project's folder: from two halves, one in keys/, one in erasable/, each sealed.
  // Makes what is missing of them; its fingerprint. "keeper.keys_destroyed" when they were destroyed.
  Result<std::string> make_storage_key(const std::string& project);
  // 32 bytes; "keeper.no_storage_key" with `project` when either half is missing.
  Result<crypto::Secret> storage_key(const std::string& project);
  // Overwrites and removes every key of the project and signs a certificate over `statement` (lines
  // "name: value") and what was destroyed when. Once more certifies the same again.
  struct Certified {
    std::string text, signature;
  };
  Result<Certified> destroy_project_keys(const std::string& project, std::string_view statement);

  // Kept copies (wire::NameKept …). `sha256` and `name`: 64 hexadecimal digits, else "keeper.bad_digest". The
  // key that opens a copy comes from two halves, keys/kept.key and one in erasable/ that is made for it.
  struct KeptName {
    std::string name;
    bool has_key = false;
  };
  Result<KeptName> name_kept(std::string_view sha256);
  // `key` (32 bytes) sealed, with what the copy is called. Makes its half if there is none.
  Result<std::pair<std::string, std::string>> seal_kept(std::string_view sha256, std::string_view key);
  // "keeper.no_kept_key" (refused) when its half is gone, "keeper.kept_key_damaged" when `sealed` is not what
  // was made under it.
  Result<std::string> open_kept(std::string_view sha256, std::string_view sealed);
  Result<void> destroy_kept(std::string_view name);  // its half, for good; gone already: fine
  // 32 bytes: that a text about a one-time link is of whoever may ask us (wire::VouchLink).
  std::string vouch_link(std::string_view text) const;

  // Grows when a key is dropped: ciphers made before may hold it and must be made anew.
  uint64_t generation() const { return generation_; }

  const crypto::SigningKey& audit_key() const { return *audit_key_; }
  std::string_view set_aside_key() const { return set_aside_key_.view(); }
  const std::string& set_aside_public_key() const { return set_aside_public_key_; }

 private:
  KeyStore(World& world, const config::Instance& instance, crypto::Secret sealing_key)
      : world_(world), instance_(instance), sealing_key_(std::move(sealing_key)) {}
  static Result<std::unique_ptr<KeyStore>> unlocked(World& world, const config::Instance& instance,
                                                    const std::optional<Path>& passphrase_file);
  Result<void> make_key(std::string_view name, const Path& file);
  Result<crypto::Secret> read_key(std::string_view name, const Path& file);
  Result<void> read_keys();
  Result<void> make_kept_key();
  Result<crypto::Secret> kept_copy_key(const std::string& name);
  std::string kept_name_of(std::string_view digest) const;

  World& world_;
  config::Instance instance_;
  crypto::Secret sealing_key_;
  crypto::Secret mirror_key_, set_aside_key_, kept_key_;
  std::string set_aside_public_key_;
  std::optional<crypto::SigningKey> audit_key_;
  std::mutex mutex_;                                    // guards project_keys_ and the files behind it
  std::map<std::string, crypto::Secret> project_keys_;  // those used since start
  std::atomic<uint64_t> generation_ = 0;
};

}  // namespace fvm::keeper
