#include "crypto/aead.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

namespace fvm::crypto {
namespace {

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// A cipher that OpenSSL cannot start or a key of the wrong length is a defect that no caller could mend, and
// going on would mean plaintext: stop.
void must(bool done) {
  if (!done) std::abort();
}

Context start(Aead cipher, std::string_view key, std::string_view nonce, std::string_view aside,
              int encrypt) {
  must(key.size() == aead_key_bytes && nonce.size() == aead_nonce_bytes);
  Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const EVP_CIPHER* which = cipher == Aead::aes_256_gcm ? EVP_aes_256_gcm() : EVP_chacha20_poly1305();
  int length = 0;
  must(context &&
       EVP_CipherInit_ex(context.get(), which, nullptr, bytes_of(key), bytes_of(nonce), encrypt) == 1);
  must(EVP_CipherUpdate(context.get(), nullptr, &length, bytes_of(aside), static_cast<int>(aside.size())) ==
       1);
  return context;
}

}  // namespace

std::string aead_seal(Aead cipher, std::string_view key, std::string_view nonce, std::string_view aside,
                      std::string_view plaintext) {
  const Context context = start(cipher, key, nonce, aside, 1);
  std::string out(plaintext.size() + aead_tag_bytes, 0);
  int length = 0;
  must(EVP_EncryptUpdate(context.get(), bytes_of(out), &length, bytes_of(plaintext),
                         static_cast<int>(plaintext.size())) == 1);
  unsigned char nothing[16];
  must(EVP_EncryptFinal_ex(context.get(), nothing, &length) == 1);
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, aead_tag_bytes,
                           bytes_of(out) + plaintext.size()) == 1);
  return out;
}

std::optional<std::string> aead_open(Aead cipher, std::string_view key, std::string_view nonce,
                                     std::string_view aside, std::string_view sealed) {
  if (sealed.size() < aead_tag_bytes) return std::nullopt;
  const Context context = start(cipher, key, nonce, aside, 0);
  const size_t count = sealed.size() - aead_tag_bytes;
  std::string tag(sealed.substr(count));
  std::string out(count, 0);
  int length = 0;
  unsigned char nothing[16];
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, aead_tag_bytes, tag.data()) == 1);
  if (EVP_DecryptUpdate(context.get(), bytes_of(out), &length, bytes_of(sealed), static_cast<int>(count)) !=
          1 ||
      EVP_DecryptFinal_ex(context.get(), nothing, &length) != 1) {
    OPENSSL_cleanse(out.data(), out.size());
    return std::nullopt;
  }
  return out;
}

}  // namespace fvm::crypto
