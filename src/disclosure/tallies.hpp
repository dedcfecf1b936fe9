// Of each column its different texts, and how often each stands there: made once for all checks, which then
// look at some thousand texts and not at millions of cells. At most as large as the table's cells. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "disclosure/grid.hpp"

namespace fvm::disclosure {

struct Tally {
  Grid::Id text;  // never the empty one
  uint32_t cells;
  bool operator==(const Tally&) const = default;
};

class Tallies {
 public:
  Tallies() = default;
  // Of the rows from `first_row` on; those above are headings.
  Tallies(const Grid& table, size_t first_row);

  size_t columns() const { return places_.size(); }
  size_t first_row() const { return first_row_; }
  // In the order in which the texts first stand in the column.
  std::span<const Tally> column(size_t column) const {
    const Place& place = places_[column];
    return {parts_[place.part].data() + place.begin, place.size};
  }
  size_t filled(size_t column) const;

  template <typename Test>
  bool any(size_t column, Test&& test) const {
    const auto texts = this->column(column);
    return std::any_of(texts.begin(), texts.end(), [&](const Tally& tally) { return test(tally.text); });
  }
  // The columns that hold a text of which test(column, text) is true: no other need be walked for it.
  template <typename Test>
  std::vector<size_t> columns_with(Test&& test) const {
    std::vector<size_t> with;
    for (size_t c = 0; c < columns(); ++c) {
      if (any(c, [&](Grid::Id text) { return test(c, text); })) with.push_back(c);
    }
    return with;
  }

 private:
  void count(const Grid& table, uint32_t part, size_t from, size_t to);
  struct Place {
    uint32_t part = 0, size = 0;
    size_t begin = 0;
  };
  size_t first_row_ = 0;
  std::vector<Place> places_;              // of each column
  std::vector<std::vector<Tally>> parts_;  // some columns' each
};

}  // namespace fvm::disclosure
