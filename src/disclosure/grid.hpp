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

  // The cells of a column that are not empty, from the top.
  class Column {
   public:
    class Iterator {
     public:
      Entry operator*() const { return entry_ != nullptr ? *entry_ : Entry{row_, *cell_}; }
      Iterator& operator++() {
        if (entry_ != nullptr) {
          ++entry_;
        } else {
          ++row_, cell_ += stride_;
          skip_empty();
        }
        return *this;
      }
      bool operator==(const Iterator& other) const { return row_ == other.row_ && entry_ == other.entry_; }

     private:
      friend class Column;
      void skip_empty() {
        while (row_ < rows_ && *cell_ == 0) ++row_, cell_ += stride_;
      }
      const Entry* entry_ = nullptr;  // of the index; without one, each row has a cell at its place
      const Id* cell_ = nullptr;
      size_t stride_ = 0;
      uint32_t row_ = 0, rows_ = 0;
    };
    Iterator begin() const { return begin_; }
    Iterator end() const { return end_; }
    bool empty() const { return begin_ == end_; }

   private:
    friend class Grid;
    explicit Column(std::span<const Entry> entries) {
      begin_.entry_ = entries.data(), end_.entry_ = entries.data() + entries.size();
    }
    Column(const Id* cell, size_t stride, size_t rows) {
      begin_.cell_ = cell, begin_.stride_ = stride;
      begin_.rows_ = end_.row_ = end_.rows_ = static_cast<uint32_t>(rows);
      begin_.skip_empty();
    }
    Iterator begin_, end_;
  };

  Grid();
  Grid(const Table& table);  // NOLINT(google-explicit-constructor): every table can be checked
  Grid(Grid&&) noexcept;
  Grid& operator=(Grid&&) noexcept;
  ~Grid();

  // Cell by cell and row by row; it can be read after end(). Blanks around a cell are left out. `behind`: how
  // many bytes behind the cell may be read; with some a cell of any length takes as long.
  void add(std::string_view cell, size_t behind = 0);
  // Room for so many cells. What is not used is never touched.
  void reserve(size_t cells) { cells_.reserve(cells); }
  void end_row();
  void end();
  void remove_last_row();
  // The rows of another one that has ended below these.
  void append(const Grid& below);

  std::string sheet;       // as in Table
  bool letters = false;    // as in Table
  uint64_t first_row = 1;  // as in Table

  size_t rows() const { return starts_.size() - 1; }
  size_t cells() const { return cells_.size(); }
  size_t width() const { return width_; }  // of the widest row
  size_t width(size_t row) const { return starts_[row + 1] - starts_[row]; }
  std::span<const Id> row(size_t row) const { return {cells_.data() + starts_[row], width(row)}; }
  Column column(size_t column) const;

  size_t texts() const { return all_.size(); }
  std::string_view text(Id id) const { return all_[id]; }
  const Said& said(Id id) const { return flags_of(id), said_[id]; }
  bool says_number(Id id) const { return (flags_of(id) & number) != 0; }
  bool says_masked(Id id) const { return (flags_of(id) & masked) != 0; }
  // Afterwards several threads may read it, until something is added.
  void settle() const;

  // By place; empty where a row is shorter.
  Id id(size_t row, size_t column) const { return column < width(row) ? cells_[starts_[row] + column] : 0; }
  std::string_view text(size_t row, size_t column) const { return text(id(row, column)); }
  const Said& said(size_t row, size_t column) const { return said(id(row, column)); }
  Place place(size_t row, size_t column) const { return {sheet, first_row + row, column + 1}; }

 private:
  enum Flag : uint8_t { asked = 1, number = 2, masked = 4 };
  struct Texts;
  // Each row has as many cells: a column needs no index.
  bool is_regular() const { return cells_.size() == rows() * width_; }
  void index() const;
  void ask(Id id) const;
  uint8_t flags_of(Id id) const {
    if (id >= flags_.size() || flags_[id] == 0) ask(id);
    return flags_[id];
  }
  std::unique_ptr<Texts> texts_;
  std::vector<std::string_view> all_{1};
  mutable std::vector<Said> said_;      // of those that were asked
  mutable std::vector<uint8_t> flags_;  // the same in short
  std::vector<Id> cells_;
  std::vector<uint32_t> starts_{0};  // of each row in cells_, and the end
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

}  // namespace fvm::disclosure
