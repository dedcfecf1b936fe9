#include "keeper/key_file.hpp"

#include <charconv>
#include <map>

#include "crypto/aead.hpp"
#include "crypto/encoding.hpp"
#include "crypto/passphrase.hpp"
#include "crypto/sha256.hpp"

namespace fvm::keeper {
namespace {

constexpr std::string_view sealing_title = "fvm-sealing 1";
constexpr std::string_view key_title = "fvm-key 1";
constexpr size_t salt_bytes = 32;
// A key derived with a salt of its own seals once only, so the nonce may be constant.
const std::string once_nonce(crypto::aead_nonce_bytes, 0);

std::string random_bytes(World& world, size_t count) {
  std::string bytes(count, 0);
  world.random(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

// "name value" lines after a title line; empty when the text is no such list.
std::map<std::string, std::string, std::less<>> fields_of(std::string_view text, std::string_view title) {
  std::map<std::string, std::string, std::less<>> fields;
  bool first = true;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const size_t space = line.find(' ');
    if (first ? line != title : space == std::string_view::npos) return {};
    if (!first) fields.emplace(line.substr(0, space), line.substr(space + 1));
    first = false;
  }
  return fields;
}

using Fields = std::map<std::string, std::string, std::less<>>;

std::string bytes_in(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : crypto::from_hex(found->second).value_or("");
}

uint64_t number_in(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  uint64_t value = 0;
  if (found != fields.end())
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
}

Error damaged(const Path& file) {
  return surroundings("keeper.key_damaged", {{"file", file.string()}});
}

// What the check value vouches for besides the key: the method and its parameters.
std::string described(const Sealing& sealing) {
  std::string text(sealing_title);
  text += "\nmethod ";
  text += sealing.by == SealedBy::passphrase ? "passphrase" : "key-file";
  text += "\nsalt " + crypto::to_hex(sealing.salt) + "\n";
  if (sealing.by == SealedBy::passphrase) {
    text += "scrypt_cost " + std::to_string(sealing.scrypt_cost) + "\nscrypt_block " +
            std::to_string(sealing.scrypt_block) + "\nscrypt_parallel " +
            std::to_string(sealing.scrypt_parallel) + "\n";
  }
  return text;
}

Result<crypto::Secret> derive(const Sealing& sealing, std::string_view secret) {
  if (sealing.by == SealedBy::passphrase) {
    return crypto::key_from_passphrase(secret, sealing.salt,
                                       {sealing.scrypt_cost, sealing.scrypt_block, sealing.scrypt_parallel});
  }
  std::string key = crypto::hkdf_sha256(secret, sealing.salt, "fvm sealing key 1", key_bytes);
  return crypto::Secret::take(key);
}

std::string key_of_file(const crypto::Secret& sealing_key, std::string_view salt, std::string_view name) {
  return crypto::hkdf_sha256(sealing_key.view(), salt, "fvm key file 1 " + std::string(name),
                             crypto::aead_key_bytes);
}

}  // namespace

Result<std::string> new_sealing_text(World& world, SealedBy by, std::string_view secret) {
  Sealing sealing{.by = by, .salt = random_bytes(world, salt_bytes)};
  if (by == SealedBy::passphrase) {
    if (secret.size() < passphrase_characters_min) {
      return usage("keeper.passphrase_short",
                   {{"characters_min", std::to_string(passphrase_characters_min)}});
    }
    const crypto::ScryptCost cost;
    sealing.scrypt_cost = cost.cost;
    sealing.scrypt_block = cost.block;
    sealing.scrypt_parallel = cost.parallel;
  }
  const crypto::Secret key = TRY(derive(sealing, secret));
  const std::string text = described(sealing);
  return text + "check " +
         crypto::to_hex(crypto::aead_seal(crypto::Aead::aes_256_gcm, key.view(), once_nonce, text, "")) +
         "\n";
}

Result<Sealing> parse_sealing(std::string_view text, const Path& file) {
  const Fields fields = fields_of(text, sealing_title);
  const auto method = fields.find("method");
  if (method == fields.end()) return damaged(file);
  Sealing sealing{.by = method->second == "passphrase" ? SealedBy::passphrase : SealedBy::key_file,
                  .salt = bytes_in(fields, "salt"),
                  .scrypt_cost = number_in(fields, "scrypt_cost"),
                  .scrypt_block = number_in(fields, "scrypt_block"),
                  .scrypt_parallel = number_in(fields, "scrypt_parallel"),
                  .check = bytes_in(fields, "check")};
  // Written again it must be the same text: no other spelling, nothing left out, nothing more.
  if (described(sealing) + "check " + crypto::to_hex(sealing.check) + "\n" != text ||
      sealing.salt.size() != salt_bytes || sealing.check.size() != crypto::aead_tag_bytes) {
    return damaged(file);
  }
  return sealing;
}

Result<crypto::Secret> unlock(const Sealing& sealing, std::string_view secret) {
  crypto::Secret key = TRY(derive(sealing, secret));
  if (!crypto::aead_open(crypto::Aead::aes_256_gcm, key.view(), once_nonce, described(sealing),
                         sealing.check)) {
    return usage(sealing.by == SealedBy::passphrase ? "keeper.wrong_passphrase" : "keeper.wrong_key_file");
  }
  return key;
}

std::string seal_key(World& world, const crypto::Secret& sealing_key, std::string_view name,
                     std::string_view key) {
  const std::string salt = random_bytes(world, salt_bytes);
  std::string own = key_of_file(sealing_key, salt, name);
  const std::string sealed = crypto::aead_seal(crypto::Aead::aes_256_gcm, own, once_nonce, name, key);
  crypto::wipe(own);
  return std::string(key_title) + "\nname " + std::string(name) + "\nsalt " + crypto::to_hex(salt) +
         "\nsealed " + crypto::to_hex(sealed) + "\n";
}

Result<crypto::Secret> open_key(const crypto::Secret& sealing_key, std::string_view name,
                                std::string_view text, const Path& file) {
  const Fields fields = fields_of(text, key_title);
  std::string own = key_of_file(sealing_key, bytes_in(fields, "salt"), name);
  auto key = crypto::aead_open(crypto::Aead::aes_256_gcm, own, once_nonce, name, bytes_in(fields, "sealed"));
  crypto::wipe(own);
  if (!key || key->size() != key_bytes) return damaged(file);
  return crypto::Secret::take(*key);
}

}  // namespace fvm::keeper
