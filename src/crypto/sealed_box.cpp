#include "crypto/sealed_box.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "crypto/aead.hpp"
#include "crypto/sha256.hpp"

namespace fvm::crypto {
namespace {

constexpr std::string_view magic = "FVMBOX1\n";
constexpr size_t header_bytes = magic.size() + x25519_key_bytes;
constexpr uint32_t last_flag = 1u << 31;
constexpr size_t length_bytes = 4;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error failed(std::string_view what) {
  return defect("crypto.failed", {{"what", std::string(what)}});
}

// X25519 refuses points that would give a secret anyone could guess (all zeros).
Result<std::string> agree(std::string_view private_key, std::string_view public_key) {
  if (private_key.size() != x25519_key_bytes || public_key.size() != x25519_key_bytes)
    return usage("crypto.key_length");
  const Key own(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes_of(private_key), x25519_key_bytes),
      EVP_PKEY_free);
  const Key peer(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, bytes_of(public_key), x25519_key_bytes),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      own ? EVP_PKEY_CTX_new(own.get(), nullptr) : nullptr, EVP_PKEY_CTX_free);
  std::string secret(x25519_key_bytes, 0);
  size_t length = secret.size();
  if (!context || !peer || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
      EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(secret.data()), &length) != 1) {
    return usage("crypto.key_refused");
  }
  return secret;
}

std::string box_key(std::string& secret, std::string_view ephemeral, std::string_view recipient) {
  std::string key = hkdf_sha256(secret, std::string(ephemeral) + std::string(recipient), "fvm sealed box 1",
                                aead_key_bytes);
  OPENSSL_cleanse(secret.data(), secret.size());
  return key;
}

std::string nonce_of(uint64_t chunk) {
  std::string nonce(aead_nonce_bytes, 0);
  std::memcpy(nonce.data(), &chunk, sizeof chunk);
  return nonce;
}

std::string word(uint32_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string seal_chunk(std::string_view key, uint64_t chunk, std::string_view plaintext, bool last) {
  const std::string length = word(static_cast<uint32_t>(plaintext.size()) | (last ? last_flag : 0));
  return length + aead_seal(Aead::chacha20_poly1305, key, nonce_of(chunk), length, plaintext);
}

}  // namespace

BoxWriter::BoxWriter(BoxWriter&&) noexcept = default;
BoxWriter& BoxWriter::operator=(BoxWriter&&) noexcept = default;
BoxWriter::~BoxWriter() {
  OPENSSL_cleanse(key_.data(), key_.size());
}

Result<BoxWriter> BoxWriter::start(std::string_view public_key) {
  std::string ephemeral(x25519_key_bytes, 0);
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(ephemeral.data()), x25519_key_bytes) != 1)
    return failed("make an ephemeral key");
  const std::string ephemeral_public = TRY(x25519_public_key(ephemeral));
  std::string secret = TRY(agree(ephemeral, public_key));
  OPENSSL_cleanse(ephemeral.data(), ephemeral.size());
  return BoxWriter(box_key(secret, ephemeral_public, public_key), std::string(magic) + ephemeral_public);
}

std::string BoxWriter::add(std::string_view plaintext) {
  std::string out;
  while (!plaintext.empty()) {
    const size_t count = std::min<size_t>(plaintext.size(), box_chunk_bytes_max);
    out += seal_chunk(key_, chunk_++, plaintext.substr(0, count), false);
    plaintext.remove_prefix(count);
  }
  return out;
}

std::string BoxWriter::finish(std::string_view plaintext) {
  const size_t whole = plaintext.size() > box_chunk_bytes_max ? plaintext.size() - box_chunk_bytes_max : 0;
  const std::string before = add(plaintext.substr(0, whole));
  return before + seal_chunk(key_, chunk_++, plaintext.substr(whole), true);
}

Result<std::string> seal(std::string_view public_key, std::string_view plaintext) {
  BoxWriter writer = TRY(BoxWriter::start(public_key));
  return writer.header() + writer.finish(plaintext);
}

Result<std::string> ephemeral_key_of(std::string_view box) {
  if (box.size() < header_bytes || !box.starts_with(magic)) return usage("crypto.not_a_box");
  return std::string(box.substr(magic.size(), x25519_key_bytes));
}

Result<std::string> open(std::string_view shared_secret, std::string_view box) {
  TRY(ephemeral_key_of(box));
  if (shared_secret.size() != aead_key_bytes) return usage("crypto.key_length");
  box.remove_prefix(header_bytes);
  std::string out;
  for (uint64_t chunk = 0;; ++chunk) {
    uint32_t length = 0;
    if (box.size() < length_bytes + aead_tag_bytes) return usage("crypto.box_damaged");
    std::memcpy(&length, box.data(), sizeof length);
    const size_t sealed_bytes = (length & ~last_flag) + aead_tag_bytes;
    if (sealed_bytes > box.size() - length_bytes) return usage("crypto.box_damaged");
    const auto plaintext = aead_open(Aead::chacha20_poly1305, shared_secret, nonce_of(chunk),
                                     box.substr(0, length_bytes), box.substr(length_bytes, sealed_bytes));
    if (!plaintext) return usage("crypto.box_damaged");
    out += *plaintext;
    box.remove_prefix(length_bytes + sealed_bytes);
    if ((length & last_flag) != 0) break;
  }
  if (!box.empty()) return usage("crypto.box_damaged");
  return out;
}

Result<std::string> shared_secret(std::string_view private_key, std::string_view ephemeral_public_key) {
  std::string secret = TRY(agree(private_key, ephemeral_public_key));
  return box_key(secret, ephemeral_public_key, TRY(x25519_public_key(private_key)));
}

Result<std::string> x25519_public_key(std::string_view private_key) {
  if (private_key.size() != x25519_key_bytes) return defect("crypto.key_length");
  const Key key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes_of(private_key), x25519_key_bytes),
      EVP_PKEY_free);
  std::string out(x25519_key_bytes, 0);
  size_t length = out.size();
  if (!key ||
      EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(out.data()), &length) != 1)
    return failed("load an X25519 key");
  return out;
}

}  // namespace fvm::crypto
