// For this room's tests.
#pragma once

#include "base/forwarding_world.hpp"

namespace fvm::account {

// The real world, some seconds later.
class LaterWorld final : public ForwardingWorld {
 public:
  int64_t seconds = 0;
  Time now() override { return {real_world().now().microseconds + seconds * 1'000'000}; }
};

inline constexpr const char* good = "fire ord uden sammenhaeng";  // a password that may be chosen

}  // namespace fvm::account
