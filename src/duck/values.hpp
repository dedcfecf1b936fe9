// Columns and chunks as DuckDB hands them out: typed, whole vectors at a time, without copies.
// DuckDB's own header stays inside this room; what is below is all that others see.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::duck {

// A column's type. Numbers of DuckDB's C API, so that a new one there shows as itself.
enum class Kind : uint8_t {
  invalid = 0,
  boolean = 1,       // uint8_t 0 or 1
  tinyint = 2,       // int8_t
  smallint = 3,      // int16_t
  integer = 4,       // int32_t
  bigint = 5,        // int64_t
  utinyint = 6,      // uint8_t
  usmallint = 7,     // uint16_t
  uinteger = 8,      // uint32_t
  ubigint = 9,       // uint64_t
  real = 10,         // float
  double_ = 11,      // double
  timestamp = 12,    // int64_t, microseconds since 1970
  date = 13,         // int32_t, days since 1970
  time = 14,         // int64_t, microseconds since midnight
  interval = 15,     // Interval
  hugeint = 16,      // Hugeint
  varchar = 17,      // text()
  blob = 18,         // text() gives the bytes
  decimal = 19,      // decimal(): int16_t, int32_t, int64_t or Hugeint by width
  timestamp_s = 20,  // int64_t, seconds
  timestamp_ms = 21,
  timestamp_ns = 22,
  enumeration = 23,  // text() gives the word
  list = 24,         // list() and child()
  structure = 25,    // cast to VARCHAR in SQL to show it
  map = 26,
  uuid = 27,  // Hugeint with the highest bit flipped
  union_ = 28,
  bit = 29,
  time_tz = 30,
  timestamp_tz = 31,  // int64_t, microseconds since 1970, UTC
  uhugeint = 32,
  array = 33,
  null = 36,  // the type of a bare NULL
};

// 128-bit integer as DuckDB lays it out: value = upper * 2^64 + lower.
struct Hugeint {
  uint64_t lower = 0;
  int64_t upper = 0;
  __extension__ typedef __int128 Wide;
  Wide wide() const { return (static_cast<Wide>(upper) << 64) | lower; }
  static Hugeint of(Wide value) { return {static_cast<uint64_t>(value), static_cast<int64_t>(value >> 64)}; }
  bool operator==(const Hugeint&) const = default;
};
// Decimal digits of `value`; with scale > 0 a point is put before the last `scale` digits.
std::string to_text(Hugeint value, unsigned scale = 0);

struct Interval {
  int32_t months = 0, days = 0;
  int64_t microseconds = 0;
};
// A text as DuckDB lays it out: up to twelve bytes stand in it, more are pointed to.
union Text {
  static constexpr uint32_t near_bytes_max = 12;
  struct {
    uint32_t bytes;
    char text[near_bytes_max];
  } near;
  struct {
    uint32_t bytes;
    char head[4];
    const char* text;
  } far;
  uint32_t bytes() const { return near.bytes; }
  std::string_view view() const { return {bytes() <= near_bytes_max ? near.text : far.text, bytes()}; }
};
struct ListEntry {
  uint64_t offset = 0, length = 0;  // rows of the child column
};

struct ColumnType {
  Kind kind = Kind::invalid;
  uint8_t width = 0, scale = 0;             // of a decimal
  std::vector<std::string> words;           // of an enumeration
  std::shared_ptr<const ColumnType> child;  // of a list
  std::string text() const;                 // "DECIMAL(9,2)", "VARCHAR[]"
};
struct Column {
  std::string name;
  ColumnType type;
};

// One column of a chunk. Valid as long as its Chunk.
class ColumnView {
 public:
  ColumnView(void* vector, const ColumnType& type, size_t rows);
  const ColumnType& type() const { return *type_; }
  size_t rows() const { return rows_; }
  bool all_valid() const { return validity_ == nullptr; }
  bool valid(size_t row) const {
    return validity_ == nullptr || ((validity_[row >> 6] >> (row & 63)) & 1u) != 0;
  }
  // The values as they lie in memory; T as the comment at Kind says. What stands at NULL rows means nothing.
  template <class T>
  std::span<const T> values() const {
    return {static_cast<const T*>(data_), rows_};
  }
  // Varchar, blob, enumeration; valid rows only.
  std::string_view text(size_t row) const {
    return type_->kind == Kind::enumeration ? word(row) : static_cast<const Text*>(data_)[row].view();
  }
  Hugeint decimal(size_t row) const;  // any width
  ListEntry list(size_t row) const { return values<ListEntry>()[row]; }
  ColumnView child() const;  // of a list: the rows that entries point into

 private:
  std::string_view word(size_t row) const;
  void* vector_;
  const ColumnType* type_;
  const void* data_;
  const uint64_t* validity_;
  size_t rows_;
};

// Up to 2,048 rows.
class Chunk {
 public:
  Chunk() = default;
  Chunk(void* chunk, std::shared_ptr<const std::vector<Column>> columns);
  Chunk(Chunk&& other) noexcept;
  Chunk& operator=(Chunk&& other) noexcept;
  ~Chunk();
  explicit operator bool() const { return chunk_ != nullptr; }
  size_t rows() const { return rows_; }
  size_t columns() const { return columns_ == nullptr ? 0 : columns_->size(); }
  ColumnView column(size_t index) const;

 private:
  void* chunk_ = nullptr;
  size_t rows_ = 0;
  std::shared_ptr<const std::vector<Column>> columns_;
};

// A vector to be filled: the result of a function, or a column of an Appender's batch.
class VectorWriter {
 public:
  VectorWriter(void* vector, size_t rows) : vector_(vector), rows_(rows) {}
  size_t rows() const { return rows_; }
  template <class T>
  std::span<T> values() {
    return {static_cast<T*>(data()), rows_};
  }
  void set_null(size_t row);
  void set_text(size_t row, std::string_view text);  // copies; text must be UTF-8

 private:
  void* data();
  void* vector_;
  size_t rows_;
};

}  // namespace fvm::duck
