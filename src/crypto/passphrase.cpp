#include "crypto/passphrase.hpp"

#include <openssl/evp.h>

namespace fvm::crypto {
namespace {

constexpr size_t key_bytes = 32;

}  // namespace

Result<Secret> key_from_passphrase(std::string_view passphrase, std::string_view salt,
                                   const ScryptCost& cost) {
  std::string key(key_bytes, 0);
  if (EVP_PBE_scrypt(passphrase.data(), passphrase.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), cost.cost, cost.block,
                     cost.parallel, scrypt_memory_mib_max << 20, reinterpret_cast<unsigned char*>(key.data()),
                     key.size()) != 1) {
    return surroundings("crypto.failed", {{"what", "derive a key from the passphrase (scrypt)"}});
  }
  return Secret::take(key);
}

}  // namespace fvm::crypto
