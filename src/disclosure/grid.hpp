// A table ready to be checked. Cells of tables repeat: each different text is held once, under a number, with
// what it says, so that a check asks once for each text and not once for each cell. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "disclosure/finding.hpp"
#include "disclosure/table.hpp"

namespace fvm::disclosure {

class Grid {
 public:
  using Id = uint32_t;  // of a text, from 0 (the empty one) to texts() - 1
  struct Entry {
    uint32_t row;
    Id text;
  };
  // What a text says (table.hpp).
  struct Said {
    std::optional<Number> number;
    std::optional<uint64_t> count;
    bool masked = false;
  };

  Grid();
  Grid(const Table& table);  // NOLINT(google-explicit-constructor): every table can be checked
  Grid(Grid&&) noexcept;
  Grid& operator=(Grid&&) noexcept;
  ~Grid();

  // Cell by cell and row by row; a row can be read when it has ended. Blanks around a cell are left out.
  void add(std::string_view cell);
  void end_row();
  void remove_last_row();

  std::string sheet;       // as in Table
  bool letters = false;    // as in Table
  uint64_t first_row = 1;  // as in Table

  size_t rows() const { return starts_.size() - 1; }
  size_t width() const { return width_; }  // of the widest row
  size_t width(size_t row) const { return starts_[row + 1] - starts_[row]; }
  std::span<const Id> row(size_t row) const { return {cells_.data() + starts_[row], width(row)}; }
  // Of a column, those that are not empty, from the top.
  std::span<const Entry> column(size_t column) const;

  size_t texts() const;
  std::string_view text(Id id) const;
  const Said& said(Id id) const;
  bool says_number(Id id) const;
  bool says_masked(Id id) const;
  // Afterwards several threads may read it, until something is added.
  void settle() const;

  // By place; empty where a row is shorter.
  Id id(size_t row, size_t column) const { return column < width(row) ? cells_[starts_[row] + column] : 0; }
  std::string_view text(size_t row, size_t column) const { return text(id(row, column)); }
  const Said& said(size_t row, size_t column) const { return said(id(row, column)); }
  Place place(size_t row, size_t column) const { return {sheet, first_row + row, column + 1}; }

 private:
  struct Texts;
  void index() const;
  std::unique_ptr<Texts> texts_;
  std::vector<Id> cells_;
  std::vector<size_t> starts_{0};
  size_t width_ = 0;
  mutable std::vector<size_t> columns_;  // where each begins in entries_; empty until it is asked for
  mutable std::vector<Entry> entries_;
};

// A yes or no about texts, asked once for each.
template <typename Test>
class Asked {
 public:
  Asked(const Grid& grid, Test test) : grid_(grid), test_(std::move(test)), answers_(grid.texts()) {}
  bool operator()(Grid::Id id) {
    if (answers_[id] == 0) answers_[id] = test_(id) ? 2 : 1;
    return answers_[id] == 2;
  }
  bool operator()(size_t row, size_t column) { return (*this)(grid_.id(row, column)); }

 private:
  const Grid& grid_;
  Test test_;
  std::vector<uint8_t> answers_;
};

// How many different ones were seen of the texts of one column after another.
class Distinct {
 public:
  explicit Distinct(const Grid& grid) : seen_(grid.texts()) {}
  void next_column() { ++column_, count_ = 0; }
  void take(Grid::Id id) {
    count_ += seen_[id] != column_;
    seen_[id] = column_;
  }
  size_t count() const { return count_; }

 private:
  std::vector<uint32_t> seen_;
  uint32_t column_ = 0;
  size_t count_ = 0;
};

}  // namespace fvm::disclosure
