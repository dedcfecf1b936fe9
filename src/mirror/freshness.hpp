// How new the mirror is: the newest accepted delivery of every table of the catalogue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "catalogue/types.hpp"

namespace fvm::store {
class Database;
}

namespace fvm::mirror {

struct TableFreshness {
  std::string register_name, table;  // as the catalogue spells them
  std::string update_frequency;      // "monthly", "yearly", "closed"
  std::optional<Time> delivered;     // when the newest accepted delivery was done; none: never
  int64_t version = -1;              // Delta version that this delivery made; -1: never
  int64_t delivery = 0;              // its number
  uint64_t rows = 0;                 // delivered since the last replace (an upsert counts its own)
  uint64_t deliveries = 0;           // accepted so far
};

// Of a table that only the public list knows there is nothing to tell before it has been delivered.
inline bool is_told(const catalogue::Table& table, const TableFreshness& fresh) {
  return table.described || fresh.deliveries > 0;
}

// One entry per table of the catalogue, in its order.
Result<std::vector<TableFreshness>> freshness(const store::Database& database,
                                              const catalogue::Catalogue& catalogue);

}  // namespace fvm::mirror
