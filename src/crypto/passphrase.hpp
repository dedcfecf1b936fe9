// A key from a passphrase: scrypt (RFC 7914), which makes every guess cost memory as well as time. Argon2id
// would be the younger choice; OpenSSL has it from 3.2 only, and we run on Debian 12's 3.0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/secret.hpp"

namespace fvm::crypto {

// Memory is 128 * cost * block bytes: the defaults take 128 MiB and about half a second.
struct ScryptCost {
  uint64_t cost = 1u << 17;  // N, a power of two
  uint64_t block = 8;        // r
  uint64_t parallel = 1;     // p
};

inline constexpr uint64_t scrypt_memory_mib_max = 1024;

// 32 bytes. "crypto.failed" when the memory is not there or the cost makes no sense.
Result<Secret> key_from_passphrase(std::string_view passphrase, std::string_view salt,
                                   const ScryptCost& cost);

}  // namespace fvm::crypto
