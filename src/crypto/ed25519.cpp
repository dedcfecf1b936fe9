#include "crypto/ed25519.hpp"

#include <openssl/evp.h>

#include "crypto/encoding.hpp"

namespace fvm::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

EVP_PKEY* key_of(void* key) {
  return static_cast<EVP_PKEY*>(key);
}

using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

}  // namespace

void SigningKey::Free::operator()(void* key) const {
  EVP_PKEY_free(key_of(key));
}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Result<SigningKey> SigningKey::from_seed(std::string_view seed) {
  if (seed.size() != ed25519_key_bytes) return defect("crypto.key_length");
  void* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size());
  if (key == nullptr) return defect("crypto.failed", {{"what", "load an Ed25519 key"}});
  return SigningKey(key);
}

std::string SigningKey::public_key() const {
  std::string out(ed25519_key_bytes, 0);
  size_t length = out.size();
  EVP_PKEY_get_raw_public_key(key_of(key_.get()), reinterpret_cast<unsigned char*>(out.data()), &length);
  return out;
}

Result<std::string> SigningKey::sign(std::string_view text) const {
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(ed25519_signature_bytes, 0);
  size_t length = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_of(key_.get())) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     bytes_of(text), text.size()) != 1) {
    return defect("crypto.failed", {{"what", "sign"}});
  }
  return signature;
}

bool verify(std::string_view public_key, std::string_view text, std::string_view signature) {
  if (public_key.size() != ed25519_key_bytes || signature.size() != ed25519_signature_bytes) return false;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(public_key), public_key.size()),
      EVP_PKEY_free);
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return key && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

std::string public_key_text(std::string_view comment, std::string_view public_key) {
  return "# " + std::string(comment) + "\n" + to_base64(public_key) + "\n";
}

Result<std::string> parse_public_key(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    const auto key = from_base64(line);
    if (key && key->size() == ed25519_key_bytes) return *key;
    break;
  }
  return usage("crypto.public_key_unreadable");
}

}  // namespace fvm::crypto
