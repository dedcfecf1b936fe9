// Which numbers may be wanted: a Bloom filter as a SQL function, so that a large table that is joined with a
// few rows is not looked up for every one of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "duck/database.hpp"

namespace fvm::runner {

// Set and cleared between statements only; asked by all threads of one.
class NumberFilter {
 public:
  // From now on only these, and one in a hundred others.
  void set(size_t numbers);
  void add(std::span<const int64_t> numbers);
  // Everything is wanted, as in the beginning.
  void clear() { words_.clear(); }
  bool wants(int64_t number) const;

 private:
  std::vector<uint64_t> words_;  // a power of two of them
  unsigned shift_ = 0;
};

// Makes wanted_number(BIGINT) -> BOOLEAN. `filter` outlives the database.
Result<void> add_wanted_number(duck::Connection& connection, const NumberFilter& filter);

}  // namespace fvm::runner
