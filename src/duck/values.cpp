#include "duck/values.hpp"

#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "duck/handles.hpp"

namespace fvm::duck {
namespace {

std::string_view word(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "BOOLEAN";
    case Kind::tinyint:
      return "TINYINT";
    case Kind::smallint:
      return "SMALLINT";
    case Kind::integer:
      return "INTEGER";
    case Kind::bigint:
      return "BIGINT";
    case Kind::utinyint:
      return "UTINYINT";
    case Kind::usmallint:
      return "USMALLINT";
    case Kind::uinteger:
      return "UINTEGER";
    case Kind::ubigint:
      return "UBIGINT";
    case Kind::real:
      return "FLOAT";
    case Kind::double_:
      return "DOUBLE";
    case Kind::timestamp:
      return "TIMESTAMP";
    case Kind::date:
      return "DATE";
    case Kind::time:
      return "TIME";
    case Kind::interval:
      return "INTERVAL";
    case Kind::hugeint:
      return "HUGEINT";
    case Kind::varchar:
      return "VARCHAR";
    case Kind::blob:
      return "BLOB";
    case Kind::decimal:
      return "DECIMAL";
    case Kind::timestamp_s:
      return "TIMESTAMP_S";
    case Kind::timestamp_ms:
      return "TIMESTAMP_MS";
    case Kind::timestamp_ns:
      return "TIMESTAMP_NS";
    case Kind::enumeration:
      return "ENUM";
    case Kind::list:
      return "LIST";
    case Kind::structure:
      return "STRUCT";
    case Kind::map:
      return "MAP";
    case Kind::uuid:
      return "UUID";
    case Kind::union_:
      return "UNION";
    case Kind::bit:
      return "BIT";
    case Kind::time_tz:
      return "TIME WITH TIME ZONE";
    case Kind::timestamp_tz:
      return "TIMESTAMP WITH TIME ZONE";
    case Kind::uhugeint:
      return "UHUGEINT";
    case Kind::array:
      return "ARRAY";
    case Kind::null:
      return "NULL";
    case Kind::invalid:
      break;
  }
  return "UNKNOWN";
}

// DuckDB lays an enumeration out in the smallest unsigned type that holds its words.
size_t enumeration_index(const void* data, size_t words, size_t row) {
  if (words <= 0xFF) return static_cast<const uint8_t*>(data)[row];
  if (words <= 0xFFFF) return static_cast<const uint16_t*>(data)[row];
  return static_cast<const uint32_t*>(data)[row];
}

constexpr uint8_t decimal_width_int16_max = 4, decimal_width_int32_max = 9, decimal_width_int64_max = 18;

}  // namespace

std::string to_text(Hugeint value, unsigned scale) {
  const bool negative = value.upper < 0;
  __extension__ unsigned __int128 rest = static_cast<unsigned __int128>(value.wide());
  if (negative) rest = -rest;
  std::string reversed;
  for (unsigned place = 0; rest != 0 || place <= scale; ++place) {
    if (place == scale && scale > 0) reversed += '.';
    reversed += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (negative) reversed += '-';
  return {reversed.rbegin(), reversed.rend()};
}

std::string ColumnType::text() const {
  if (kind == Kind::decimal) return fmt::format("DECIMAL({},{})", width, scale);
  if (kind == Kind::list && child) return child->text() + "[]";
  return std::string(word(kind));
}

ColumnType column_type(duckdb_logical_type type) {
  ColumnType out;
  out.kind = static_cast<Kind>(duckdb_get_type_id(type));
  if (out.kind == Kind::decimal) {
    out.width = duckdb_decimal_width(type);
    out.scale = duckdb_decimal_scale(type);
  } else if (out.kind == Kind::list) {
    out.child = std::make_shared<const ColumnType>(column_type(duckdb_list_type_child_type(type)));
  } else if (out.kind == Kind::enumeration) {
    for (uint32_t i = 0; i < duckdb_enum_dictionary_size(type); ++i) {
      char* text = duckdb_enum_dictionary_value(type, i);
      out.words.emplace_back(text);
      duckdb_free(text);
    }
  }
  duckdb_destroy_logical_type(&type);
  return out;
}

ColumnView::ColumnView(void* vector, const ColumnType& type, size_t rows)
    : vector_(vector), type_(&type), rows_(rows) {
  const auto handle = static_cast<duckdb_vector>(vector);
  data_ = duckdb_vector_get_data(handle);
  validity_ = duckdb_vector_get_validity(handle);
}

std::string_view ColumnView::text(size_t row) const {
  if (type_->kind == Kind::enumeration) {
    return type_->words[enumeration_index(data_, type_->words.size(), row)];
  }
  const auto& text = static_cast<const duckdb_string_t*>(data_)[row];
  constexpr uint32_t inlined_bytes_max = 12;
  const uint32_t bytes = text.value.inlined.length;
  return {bytes <= inlined_bytes_max ? text.value.inlined.inlined : text.value.pointer.ptr, bytes};
}

Hugeint ColumnView::decimal(size_t row) const {
  if (type_->width <= decimal_width_int16_max) return Hugeint::of(values<int16_t>()[row]);
  if (type_->width <= decimal_width_int32_max) return Hugeint::of(values<int32_t>()[row]);
  if (type_->width <= decimal_width_int64_max) return Hugeint::of(values<int64_t>()[row]);
  return values<Hugeint>()[row];
}

ColumnView ColumnView::child() const {
  const auto handle = static_cast<duckdb_vector>(vector_);
  return {duckdb_list_vector_get_child(handle), *type_->child, duckdb_list_vector_get_size(handle)};
}

Chunk::Chunk(void* chunk, std::shared_ptr<const std::vector<Column>> columns)
    : chunk_(chunk),
      rows_(duckdb_data_chunk_get_size(static_cast<duckdb_data_chunk>(chunk))),
      columns_(std::move(columns)) {}

Chunk::Chunk(Chunk&& other) noexcept
    : chunk_(std::exchange(other.chunk_, nullptr)),
      rows_(std::exchange(other.rows_, 0)),
      columns_(std::move(other.columns_)) {}

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  std::swap(chunk_, other.chunk_);
  std::swap(rows_, other.rows_);
  std::swap(columns_, other.columns_);
  return *this;
}

Chunk::~Chunk() {
  auto chunk = static_cast<duckdb_data_chunk>(chunk_);
  if (chunk != nullptr) duckdb_destroy_data_chunk(&chunk);
}

ColumnView Chunk::column(size_t index) const {
  return {duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk_), index),
          (*columns_)[index].type, rows_};
}

void VectorWriter::set_null(size_t row) {
  const auto handle = static_cast<duckdb_vector>(vector_);
  duckdb_vector_ensure_validity_writable(handle);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(handle), row);
}

void VectorWriter::set_text(size_t row, std::string_view text) {
  duckdb_vector_assign_string_element_len(static_cast<duckdb_vector>(vector_), row, text.data(), text.size());
}

void* VectorWriter::data() {
  return duckdb_vector_get_data(static_cast<duckdb_vector>(vector_));
}

}  // namespace fvm::duck
