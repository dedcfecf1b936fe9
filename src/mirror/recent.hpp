// Deliveries as a list: what is in motion, and how the last ones ended.
#pragma once

#include <optional>
#include <vector>

#include "mirror/deliveries.hpp"

namespace fvm::mirror {

struct DeliveryLine {
  int64_t number = 0;
  std::string table, actor;
  Status status{};
  Time started{};
  std::optional<Time> done;
  uint64_t rows_read = 0, rows_accepted = 0, rows_rejected = 0;
  std::vector<Finding> findings;  // of one that is held: what is unusual about it
};
// Those that are held first, then those in motion, then the newest; at most so many.
Result<std::vector<DeliveryLine>> recent_deliveries(const store::Database& database, size_t count);

}  // namespace fvm::mirror
