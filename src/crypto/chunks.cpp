#include "crypto/chunks.hpp"

namespace fvm::crypto {
namespace {

std::string nonce_of(Place place) {
  std::string nonce(aead_nonce_bytes, 0);
  for (size_t i = 0; i < sizeof place.position; ++i)
    nonce[i] = static_cast<char>(place.position >> (8 * i) & 0xFF);
  nonce[sizeof place.position] = place.last ? 1 : 0;
  return nonce;
}

}  // namespace

std::string seal_chunk(std::string_view key, std::string_view about, Place place,
                       std::string_view plaintext) {
  return aead_seal(Aead::aes_256_gcm, key, nonce_of(place), about, plaintext);
}

std::optional<std::string> open_chunk(std::string_view key, std::string_view about, Place place,
                                      std::string_view sealed) {
  return aead_open(Aead::aes_256_gcm, key, nonce_of(place), about, sealed);
}

}  // namespace fvm::crypto
