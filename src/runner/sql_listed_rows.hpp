// Rows that are already here: SHOW, and safe tables.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pgwire/engine.hpp"

namespace fvm::runner {

using ListedValue = std::variant<std::monostate, std::string, int64_t, double>;  // monostate: NULL
using ListedRow = std::vector<ListedValue>;

pgwire::Column text_column(std::string name);
pgwire::Column count_column(std::string name);   // int8
pgwire::Column number_column(std::string name);  // float8

class ListedRows final : public pgwire::Rows {
 public:
  // `tag`: "SHOW"; for "SELECT" the number of rows follows it.
  ListedRows(std::vector<pgwire::Column> columns, std::vector<ListedRow> rows, std::string tag)
      : columns_(std::move(columns)), rows_(std::move(rows)), tag_(std::move(tag)) {}
  std::span<const pgwire::Column> columns() const override { return columns_; }
  std::string tag(uint64_t rows) const override {
    return tag_ == "SELECT" ? tag_ + " " + std::to_string(rows) : tag_;
  }
  Result<pgwire::Progress> write(pgwire::Output& out, const pgwire::RowForm& form,
                                 uint64_t rows_max) override;

 private:
  std::vector<pgwire::Column> columns_;
  std::vector<ListedRow> rows_;
  std::string tag_;
  size_t at_ = 0;
};

}  // namespace fvm::runner
