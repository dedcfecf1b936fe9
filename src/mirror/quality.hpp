// What is unusual about a delivery beside what its table has and what came before: a file that was cut off, a
// column that came empty, dates that have not been yet. Nothing that a row could be found by: numbers and
// shares from the statistics that the mirror keeps of every file anyway. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/instance.hpp"
#include "lake/types.hpp"
#include "mirror/deliveries.hpp"

namespace fvm::mirror {

// Rows, and of each column how many are empty and which is the greatest value.
struct Picture {
  uint64_t rows = 0;
  struct Column {
    std::string name;
    uint64_t empty = 0;
    std::string greatest;  // a JSON literal, as in lake::ColumnStatistics; empty: none
  };
  std::vector<Column> columns;

  void add(uint64_t more_rows, const std::vector<lake::ColumnStatistics>& statistics);
  const Column* find(std::string_view name) const;
};

struct Before {
  Picture table;                       // as it is in the mirror
  std::vector<uint64_t> appended;      // rows of its newest appends, the newest first
  std::vector<std::string> dates;      // columns that are dates or times
  std::string_view latest_reasonable;  // "2027-11-29": no date of anything that has happened is later
};

// Why somebody should look before these rows stand in the mirror, in the words of messages/*.txt: `shape` is
// what it is now, `advice` what was expected. Nothing when the rows are too few to tell.
std::vector<Finding> oddities(const config::Config::Deliver& settings, Mode mode, const Before& before,
                              const Picture& now);

}  // namespace fvm::mirror
