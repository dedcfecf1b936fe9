// What whoever keeps and reads copies asks fvm-keeper. Each function may be called from several threads.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "config/instance.hpp"

namespace fvm::release {

struct KeptName {
  std::string name;  // what the copy of these bytes is called in kept/
  bool has_key = false;
};
struct SealedKey {
  std::string name;
  std::string sealed;  // lies in the copy
};
struct KeptKeys {
  std::function<Result<KeptName>(const std::string& sha256)> name;
  // Makes what opens copies of these bytes if there is nothing yet, and seals `key` (32 bytes) under it.
  std::function<Result<SealedKey>(const std::string& sha256, const std::string& key)> seal;
  // "keeper.no_kept_key" (refused) when it was destroyed; "keeper.kept_key_damaged".
  std::function<Result<std::string>(const std::string& sha256, const std::string& sealed)> open;
  std::function<Result<void>(const std::string& name)> destroy;
};

inline constexpr size_t sealed_key_bytes = 60;

// Those of a running instance; "wire.not_running" while fvm-keeper is down.
KeptKeys keeper_keys(const config::Instance& instance);

}  // namespace fvm::release
