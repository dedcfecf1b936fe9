// The lot of second looks. Pure.
//
// For every period a seed is drawn before the period begins, and its SHA-256 put on record in the ledger.
// What is sent in the period is drawn by HMAC-SHA256 of the seed over its number: nobody who does not know
// the seed can tell, and nobody can change it afterwards. When the period is over the seed is put on record
// too, and everybody can check every draw (verify_lot).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace fvm::release {

struct Period {
  int64_t id = 0;
  Time first{}, last{};          // [first, last)
  std::string commitment, seed;  // hexadecimal; the seed is told only when it has been revealed
  bool revealed = false;
};

// What is put on record before the period begins.
std::string commitment_of(int64_t period, std::string_view seed);
// A number from 0 to 2^64 - 1, as good as random for whoever does not know the seed.
uint64_t lot_of(std::string_view seed, std::string_view number);
// Whether that lot is drawn at a rate of so many in a thousand.
bool is_drawn(uint64_t lot, uint32_t permille);

// One sent release in a period.
struct Draw {
  std::string number, institution;
  uint32_t permille = 0;
  bool drawn = false, by_quota = false;
  uint64_t lot = 0;  // known once the seed is
};
// Which further releases the quota takes: of each institution with fewer than `quota` drawn, those with the
// smallest lots; places in `draws`, in order.
std::vector<size_t> quota_of(const std::vector<Draw>& draws, size_t quota);

}  // namespace fvm::release
