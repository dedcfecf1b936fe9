// Argon2id (RFC 9106) by libargon2: what is kept of a password.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::account {

// RFC 9106's second choice with one lane: 64 MiB and three passes, some 0.3 s on one core.
struct PasswordCost {
  uint32_t memory_kib = 64u << 10;
  uint32_t passes = 3;
};

// "$argon2id$v=19$m=65536,t=3,p=1$…": carries its own cost, so that it may be raised later.
Result<std::string> hash_password(World& world, std::string_view password, const PasswordCost& cost);
// Takes as long whether it fits or not. False for a text that is no such hash.
bool password_fits(std::string_view hash, std::string_view password);

}  // namespace fvm::account
