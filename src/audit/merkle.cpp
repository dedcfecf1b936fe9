#include "audit/merkle.hpp"

#include <bit>

#include "crypto/sha256.hpp"

namespace fvm::audit {

std::string merkle_leaf(std::string_view record) {
  crypto::Sha256 hash;
  hash.add(std::string_view("\0", 1));
  hash.add(record);
  return hash.finish();
}

std::string merkle_node(std::string_view left, std::string_view right) {
  crypto::Sha256 hash;
  hash.add(std::string_view("\1", 1));
  hash.add(left);
  hash.add(right);
  return hash.finish();
}

Result<Frontier> Frontier::from_bytes(uint64_t size, std::string_view bytes) {
  if (bytes.size() != static_cast<size_t>(std::popcount(size)) * crypto::sha256_bytes) {
    return surroundings("audit.head_damaged");
  }
  Frontier frontier;
  frontier.size_ = size;
  for (size_t at = 0; at < bytes.size(); at += crypto::sha256_bytes) {
    frontier.peaks_.emplace_back(bytes.substr(at, crypto::sha256_bytes));
  }
  return frontier;
}

// Two subtrees of the same height become one: as carrying in a binary number.
void Frontier::add(std::string leaf_hash) {
  for (uint64_t carry = size_; (carry & 1) != 0; carry >>= 1) {
    leaf_hash = merkle_node(peaks_.back(), leaf_hash);
    peaks_.pop_back();
  }
  peaks_.push_back(std::move(leaf_hash));
  ++size_;
}

std::string Frontier::root() const {
  if (peaks_.empty()) return crypto::sha256("");
  std::string root = peaks_.back();
  for (size_t i = peaks_.size() - 1; i-- > 0;) root = merkle_node(peaks_[i], root);
  return root;
}

std::string Frontier::to_bytes() const {
  std::string bytes;
  for (const std::string& peak : peaks_) bytes += peak;
  return bytes;
}

}  // namespace fvm::audit
