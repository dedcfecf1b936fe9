// Key files: 32 secret bytes each, sealed with AES-256-GCM under a key of the file's own, which HKDF derives
// from the sealing key, the file's salt and the key's name; so a file that is changed, or put in another's
// place, does not open.
//
// The sealing key comes from a key file (HKDF) or a passphrase (scrypt); keys/sealing says which, and holds a
// check value, so that a wrong passphrase and a damaged key file are told apart.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/world.hpp"
#include "crypto/secret.hpp"

namespace fvm::keeper {

inline constexpr size_t key_bytes = 32;
inline constexpr size_t passphrase_characters_min = 12;
inline constexpr uint64_t key_file_bytes_max = 4096;

enum class SealedBy { key_file, passphrase };

// What keys/sealing says.
struct Sealing {
  SealedBy by = SealedBy::key_file;
  std::string salt;
  uint64_t scrypt_cost = 0, scrypt_block = 0, scrypt_parallel = 0;
  std::string check;  // seals nothing at all: opens only under the right key
};

// A new sealing for `secret` (a passphrase of at least 12 characters, or the content of a key file), and the
// text of keys/sealing. "keeper.passphrase_short".
Result<std::string> new_sealing_text(World& world, SealedBy by, std::string_view secret);
// "keeper.key_damaged" with `file` when the text is not whole.
Result<Sealing> parse_sealing(std::string_view text, const Path& file);
// The sealing key; "keeper.wrong_passphrase" or "keeper.wrong_key_file" when the check does not open.
Result<crypto::Secret> unlock(const Sealing& sealing, std::string_view secret);

// Writes random bytes over a file's own, makes that durable, then removes it. Missing is fine. On disks that
// write elsewhere instead of over (flash, copy-on-write file systems) the old bytes may live on below: see
// SECURITY.md.
Result<void> destroy_file(World& world, const Path& file);

// The text of a key file that holds `key` under the name `name` ("mirror", "project FVM-2026-0017").
std::string seal_key(World& world, const crypto::Secret& sealing_key, std::string_view name,
                     std::string_view key);
// The key in it; "keeper.key_damaged" with `file`.
Result<crypto::Secret> open_key(const crypto::Secret& sealing_key, std::string_view name,
                                std::string_view text, const Path& file);

}  // namespace fvm::keeper
