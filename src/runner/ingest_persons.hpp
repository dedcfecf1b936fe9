// Every value of every column that the catalogue does not call an identifier is looked at in the fast pass: a
// column that holds personal numbers all the same stops the delivery.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "duck/values.hpp"

namespace fvm::runner {

// Days of the year (day and month) as one bit each.
using YearDays = std::array<uint64_t, 6>;
// Adds the day with which a personal number begins; its day may carry +60.
void add_day(std::string_view person, YearDays& days);

// Numbers of so many persons begin with many different days. Record keys that count upwards may look like
// dates by the million (1001000000 …), but all of one column's begin with the same few: of any hundred days
// in a row that they run through, twelve exist.
bool are_persons(uint64_t plausible, const YearDays& days);

// Of one column. Values of ten digits (with or without a dash), and those of them that begin with a date that
// exists: of random digits 7 in 100.
struct PersonCounts {
  std::atomic<uint64_t> shaped = 0, plausible = 0;
  std::array<std::atomic<uint64_t>, std::tuple_size_v<YearDays>> days{};
  void reset() {
    shaped = plausible = 0;
    for (auto& word : days) word = 0;
  }
  // At least half of what is shaped so, enough to be no accident, and of many days.
  bool is_suspicious() const;
};

// Adds a vector's values: texts, whole numbers (which have lost their leading zero) and decimals. Other kinds
// hold no ten digits. Safe from every thread.
void count_persons(const duck::ColumnView& column, PersonCounts& counts);

}  // namespace fvm::runner
