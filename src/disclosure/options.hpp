// Which column of a file may be which of the project's: each reading of it that shares values with one. Pure;
// private to population.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "disclosure/population.hpp"

namespace fvm::disclosure {

// A column of the file, read in one way, as a column of the project's data.
struct Option {
  const ReadColumn* reading = nullptr;
  size_t table = 0, column = 0;
  double bits = 0;    // what a value of it tells, on average
  double weight = 0;  // the same, less the values that the data do not have
};

class Options {
 public:
  // `file` and `known` must live on.
  Options(const ReadRows& file, const std::vector<KnownTable>& known, uint64_t persons);

  const std::vector<Option>& all() const { return options_; }  // the most telling first
  const KnownColumn& column_of(const Option& option) const {
    return known_[option.table].columns[option.column];
  }
  // The share of rows (of persons, in another table than the first) that have a value.
  double share(const Option& option, uint32_t id, size_t first_table) const;

  // All columns together tell enough for fewer than t persons: else nothing needs to be counted.
  bool may_single_out(size_t table, uint64_t units_min) const;
  // Where to begin: the columns of a table that tell most, so that one that was put there to mislead is not
  // in the way.
  std::vector<const Option*> starts(size_t table) const;
  // Each column may have been taken for one of several, or for none: the best of so many ways (a logarithm)
  // is better than one that was chosen beforehand.
  double ways(size_t tried) const;

 private:
  void add(Option option);

  const ReadRows& file_;
  const std::vector<KnownTable>& known_;
  uint64_t persons_;
  std::vector<Option> options_;
};

}  // namespace fvm::disclosure
