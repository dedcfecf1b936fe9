// Every value of every column that the catalogue does not call an identifier is looked at in the fast pass: a
// column that holds personal numbers all the same stops the delivery.
#pragma once

#include <atomic>
#include <cstdint>

#include "duck/values.hpp"

namespace fvm::runner {

// Of one column. Values of ten digits (with or without a dash), and those of them that begin with a date that
// exists: of random digits 7 in 100.
struct PersonCounts {
  std::atomic<uint64_t> shaped = 0, plausible = 0;
  void reset() { shaped = plausible = 0; }
  // At least half of what is shaped so, and enough to be no accident.
  bool is_suspicious() const;
};

// Adds a vector's values: texts, whole numbers (which have lost their leading zero) and decimals. Other kinds
// hold no ten digits. Safe from every thread.
void count_persons(const duck::ColumnView& column, PersonCounts& counts);

}  // namespace fvm::runner
