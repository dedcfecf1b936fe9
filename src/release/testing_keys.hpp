// The keeper's part in tests of this room: the same answers from memory.
#pragma once

#include <map>
#include <string>

#include "base/world.hpp"
#include "crypto/aead.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "release/kept_keys.hpp"

namespace fvm::release {

// Must outlive what it hands out.
class TestKeys {
 public:
  KeptKeys asked() {
    return {[this](const std::string& sha256) { return name(sha256); },
            [this](const std::string& sha256, const std::string& key) { return seal(sha256, key); },
            [this](const std::string& sha256, const std::string& sealed) { return open(sha256, sealed); },
            [this](const std::string& name) -> Result<void> {
              if (down_) return surroundings("wire.not_running", {{"program", "fvm-keeper"}});
              halves_.erase(name);
              return {};
            }};
  }
  bool down_ = false;
  std::map<std::string, std::string> halves_;  // by the name of the copy

 private:
  Result<KeptName> name(const std::string& sha256) {
    if (down_) return surroundings("wire.not_running", {{"program", "fvm-keeper"}});
    std::string name = crypto::to_hex(crypto::hmac_sha256("names", sha256));
    const bool has_key = halves_.contains(name);
    return KeptName{std::move(name), has_key};
  }
  Result<SealedKey> seal(const std::string& sha256, const std::string& key) {
    const std::string name = TRY(this->name(sha256)).name;
    const std::string& half = halves_.try_emplace(name, random_hex(real_world(), 16)).first->second;
    const std::string nonce = random_hex(real_world(), 6);
    return SealedKey{name, nonce + crypto::aead_seal(crypto::Aead::aes_256_gcm, half, nonce, name, key)};
  }
  Result<std::string> open(const std::string& sha256, const std::string& sealed) {
    const std::string name = TRY(this->name(sha256)).name;
    const auto half = halves_.find(name);
    if (half == halves_.end()) return refused("keeper.no_kept_key", {{"name", name}});
    auto key = crypto::aead_open(crypto::Aead::aes_256_gcm, half->second, sealed.substr(0, 12), name,
                                 sealed.substr(12));
    if (!key) return surroundings("keeper.kept_key_damaged", {{"name", name}});
    return std::move(*key);
  }
};

}  // namespace fvm::release
