// What the labels of a row say of its numbers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "disclosure/grid.hpp"
#include "disclosure/layout.hpp"

namespace fvm::disclosure {

// What stands below counts, by its heading or perhaps.
bool counts_units(const Column& column);
std::vector<size_t> counted_columns(const Layout& layout);
bool is_total_column(const Column& column);
// No number of it is above one: shares of one, correlations.
bool is_at_most_one(const Grid& table, const Layout& layout, size_t column);
// "n=250", "N: 98" in a heading or title.
std::optional<uint64_t> whole_told_in(std::string_view text);
// A column is of means or medians: those beside it, called "q1" or "q3", are no quarters of a year.
bool has_middle(const Layout& layout);
// "n=250" or "250 patienter" in a title or heading; the last one counts.
std::optional<double> titled_whole(const Grid& table, const Layout& layout);
// The same, in a note below the table or the sheet's name too.
std::optional<double> noted_whole(const Grid& table, const Layout& layout);
// A heading or label names a statistic, in Danish, English, or as R, SAS, Stata and pandas call it.
bool says_statistic(std::string_view text);

class Labels {
 public:
  Labels(const Grid& table, const Layout& layout);

  // They are statistics, not counts: "Alder, median (IQR)".
  bool statistic(size_t row) { return any(row, statistic_word); }
  bool total(size_t row) { return any(row, total_word); }
  // "Øst i alt": the total of what stands above it.
  bool subtotal(size_t row) { return any(row, subtotal_end); }
  // "Antal patienter", "N": what stands behind it counts.
  bool counts(size_t row) { return any(row, count_word); }
  std::vector<size_t> totals();

 private:
  enum Said : uint8_t { asked = 1, statistic_word = 2, total_word = 4, subtotal_end = 8, count_word = 16 };
  static uint8_t said_by(std::string_view label);
  uint8_t said(Grid::Id id);
  bool any(size_t row, Said what);

  const Grid& table_;
  const Layout& layout_;
  std::vector<uint8_t> said_;    // of each text; 0: not asked yet
  std::vector<size_t> columns_;  // of labels, in which anything of this stands
};

}  // namespace fvm::disclosure
