// How good the data of a table are, as the mirror's own records say: which years, how many rows were refused,
// how the newest delivery ended. Counts and years only, nothing that a row could be found by.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "catalogue/types.hpp"
#include "mirror/deliveries.hpp"
#include "store/database.hpp"

namespace fvm::mirror {

struct Years {
  int first = 0, last = 0;
};

struct TableQuality {
  // Of the table's period variable, from the statistics of the files that stand. A file with a
  // date after the year in which it was delivered says nothing of years.
  std::optional<Years> years;
  uint64_t rows_read = 0, rows_rejected = 0;  // of the accepted deliveries that make up the table
  std::optional<Status> newest;   // how the newest delivery that is over ended, or that it is held
  std::optional<Time> newest_at;  // when that began
  bool held = false;              // one waits for an operator's word
};

// One entry per table of the catalogue, in its order.
Result<std::vector<TableQuality>> told_quality(const store::Database& database,
                                               const catalogue::Catalogue& catalogue);
// Changes whenever the answer of told_quality may: to keep the answer until then.
Result<std::string> told_quality_stamp(const store::Database& database);

}  // namespace fvm::mirror
