#include "account/password.hpp"

#include <argon2.h>

#include <array>

namespace fvm::account {
namespace {

constexpr size_t salt_bytes = 16, hash_bytes = 32, encoded_bytes_max = 256;

}  // namespace

Result<std::string> hash_password(World& world, std::string_view password, const PasswordCost& cost) {
  std::array<std::byte, salt_bytes> salt{};
  world.random(salt);
  std::array<char, encoded_bytes_max> encoded{};
  const int done =
      argon2id_hash_encoded(cost.passes, cost.memory_kib, 1, password.data(), password.size(), salt.data(),
                            salt.size(), hash_bytes, encoded.data(), encoded.size());
  if (done != ARGON2_OK) return surroundings("account.hash_failed", {{"reason", argon2_error_message(done)}});
  return std::string(encoded.data());
}

bool password_fits(std::string_view hash, std::string_view password) {
  const std::string text(hash);
  return argon2id_verify(text.c_str(), password.data(), password.size()) == ARGON2_OK;
}

}  // namespace fvm::account
