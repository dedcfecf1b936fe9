// The writer's side of the Merkle tree (RFC 6962, section 2.1): only the peaks, so that adding a record and
// asking for the root cost a logarithm of the size. The verifier has its own, different code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::audit {

std::string merkle_leaf(std::string_view record);                        // SHA-256(0x00 || record)
std::string merkle_node(std::string_view left, std::string_view right);  // SHA-256(0x01 || left || right)

// Roots of the whole subtrees that the leaves so far make, largest first: one per 1 bit of `size`.
class Frontier {
 public:
  Frontier() = default;
  // From what to_bytes() gave; "audit.head_damaged" unless there is one peak per 1 bit of `size`.
  static Result<Frontier> from_bytes(uint64_t size, std::string_view bytes);
  void add(std::string leaf_hash);
  uint64_t size() const { return size_; }
  std::string root() const;  // of no leaves: SHA-256 of nothing
  std::string to_bytes() const;

 private:
  uint64_t size_ = 0;
  std::vector<std::string> peaks_;
};

}  // namespace fvm::audit
