// For verifier.cpp alone: signed notes and the Merkle tree, as the standards write them down.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::audit::verifier {

struct SignedRoot {
  uint64_t size = 0;
  std::string root;  // 32 bytes
};

// The size and root in a note, if it is well formed (C2SP tlog-checkpoint) and `public_key` signed it (C2SP
// signed-note, Ed25519).
std::optional<SignedRoot> open_note(std::string_view note, std::string_view public_key);

// All whole subtrees, level by level, so that the root of every earlier size is a few hashes away.
class Tree {
 public:
  void add(std::string_view record);
  uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  // RFC 6962, section 2.1: MTH of the first `size` records; `size` at most size().
  std::string root(uint64_t size) const;

 private:
  using Hash = std::array<char, 32>;
  std::string part(uint64_t begin, uint64_t count) const;
  std::vector<std::vector<Hash>> levels_;  // levels_[k][i]: records i * 2^k to (i + 1) * 2^k
};

}  // namespace fvm::audit::verifier
