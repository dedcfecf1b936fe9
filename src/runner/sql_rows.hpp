// DuckDB's columns written as rows: straight from its vectors into the connection's buffer, no value on the
// heap.
#pragma once

#include <vector>

#include "duck/values.hpp"
#include "pgwire/engine.hpp"

namespace fvm::runner {

class RowWriter {
 public:
  // Every column's type must be writable (sql_types.hpp). `form.copy` must outlive the writer.
  RowWriter(const std::vector<duck::Column>& columns, const pgwire::RowForm& form);
  // Rows [from, to) of the chunk.
  void write(const duck::Chunk& chunk, size_t from, size_t to, pgwire::Output& out);

 private:
  using Put = char* (*)(const duck::ColumnView& column, size_t row, char* at);
  struct Cell {
    Put put = nullptr;     // fixed size: writes at most value_bytes_max
    bool varying = false;  // a text or byte string
    bool bytea = false;    // of which the text form is hexadecimal
  };
  size_t varying_bytes(const std::vector<duck::ColumnView>& views, size_t row) const;
  char* data_row(const std::vector<duck::ColumnView>& views, size_t row, char* at) const;
  char* copy_row(const std::vector<duck::ColumnView>& views, size_t row, char* at) const;

  std::vector<Cell> cells_;
  std::vector<size_t> varying_;  // columns
  const pgwire::CopyOptions* copy_;
  bool plain_numbers_ = true;  // no number or date holds the delimiter or the quote
};

}  // namespace fvm::runner
