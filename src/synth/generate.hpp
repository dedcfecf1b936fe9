// Made-up Denmark as deliveries: files as the registers send them, one per table, and `deliveries.tsv` that
// says which file belongs to which table.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::synth {

struct Order {
  uint32_t persons = 50'000;
  int year_from = 2015, year_to = 2025;  // both included
  uint64_t seed = 1;
  unsigned threads = 2;  // the files are the same whatever the number
  Path folder;           // must not hold deliveries already
};

inline constexpr uint32_t persons_max = 12'000'000;
inline constexpr int year_min = 1977, year_max = 2035;

struct Written {
  std::string table;  // "LPR.t_adm"
  std::string file;   // name in the folder
  uint64_t rows = 0, bytes = 0;
};
struct Outcome {
  std::vector<Written> files;  // tables without rows have none
  uint64_t rows = 0, bytes = 0;
  double seconds = 0;
};

// "synth.bad_order" (usage) with `reason`, "synth.exists" when the folder has deliveries, "synth.too_many"
// when a birthday runs out of numbers. `progress` gets persons done and rows written, from one thread at a
// time.
Result<Outcome> generate(World& world, const Order& order,
                         const std::function<void(uint32_t persons, uint64_t rows)>& progress);

}  // namespace fvm::synth
