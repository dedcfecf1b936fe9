// Questions to fvm-keeper that several programs ask.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::wire {

struct CheckpointSignature {
  std::string bytes;       // 64, Ed25519 over "fvm-audit-checkpoint\n" + text
  std::string public_key;  // 32
};

// "wire.not_running" while the keeper is down.
Result<CheckpointSignature> sign_checkpoint(const Path& keeper_socket, const std::string& text);

}  // namespace fvm::wire
