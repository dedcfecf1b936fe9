#include "release/lot.hpp"

#include <algorithm>
#include <map>

#include "crypto/sha256.hpp"

namespace fvm::release {

std::string commitment_of(int64_t period, std::string_view seed) {
  return crypto::sha256_hex("fvm-lot-1\n" + std::to_string(period) + "\n" + std::string(seed));
}

uint64_t lot_of(std::string_view seed, std::string_view number) {
  const std::string digest = crypto::hmac_sha256(seed, "fvm-draw-1\n" + std::string(number));
  uint64_t lot = 0;
  for (size_t i = 0; i < sizeof lot; ++i) lot = lot << 8 | static_cast<unsigned char>(digest[i]);
  return lot;
}

bool is_drawn(uint64_t lot, uint32_t permille) {
  constexpr uint32_t whole = 1000;
  if (permille >= whole) return true;
  return static_cast<unsigned __int128>(lot) * whole < static_cast<unsigned __int128>(permille) << 64;
}

std::vector<size_t> quota_of(const std::vector<Draw>& draws, size_t quota) {
  std::map<std::string_view, std::vector<size_t>> left;
  std::map<std::string_view, size_t> drawn;
  for (size_t i = 0; i < draws.size(); ++i) {
    if (draws[i].drawn) ++drawn[draws[i].institution];
    if (!draws[i].drawn) left[draws[i].institution].push_back(i);
  }
  std::vector<size_t> out;
  for (auto& [institution, places] : left) {
    std::sort(places.begin(), places.end(), [&](size_t a, size_t b) { return draws[a].lot < draws[b].lot; });
    const size_t missing = quota - std::min(quota, drawn[institution]);
    out.insert(out.end(), places.begin(),
               places.begin() + static_cast<std::ptrdiff_t>(std::min(missing, places.size())));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace fvm::release
