#include "duck/values.hpp"

#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "duck/handles.hpp"

namespace fvm::duck {
namespace {

constexpr std::pair<Kind, std::string_view> words[] = {
    {Kind::boolean, "BOOLEAN"},
    {Kind::tinyint, "TINYINT"},
    {Kind::smallint, "SMALLINT"},
    {Kind::integer, "INTEGER"},
    {Kind::bigint, "BIGINT"},
    {Kind::utinyint, "UTINYINT"},
    {Kind::usmallint, "USMALLINT"},
    {Kind::uinteger, "UINTEGER"},
    {Kind::ubigint, "UBIGINT"},
    {Kind::real, "FLOAT"},
    {Kind::double_, "DOUBLE"},
    {Kind::timestamp, "TIMESTAMP"},
    {Kind::date, "DATE"},
    {Kind::time, "TIME"},
    {Kind::interval, "INTERVAL"},
    {Kind::hugeint, "HUGEINT"},
    {Kind::varchar, "VARCHAR"},
    {Kind::blob, "BLOB"},
    {Kind::decimal, "DECIMAL"},
    {Kind::timestamp_s, "TIMESTAMP_S"},
    {Kind::timestamp_ms, "TIMESTAMP_MS"},
    {Kind::timestamp_ns, "TIMESTAMP_NS"},
    {Kind::enumeration, "ENUM"},
    {Kind::list, "LIST"},
    {Kind::structure, "STRUCT"},
    {Kind::map, "MAP"},
    {Kind::uuid, "UUID"},
    {Kind::union_, "UNION"},
    {Kind::bit, "BIT"},
    {Kind::time_tz, "TIME WITH TIME ZONE"},
    {Kind::timestamp_tz, "TIMESTAMP WITH TIME ZONE"},
    {Kind::uhugeint, "UHUGEINT"},
    {Kind::array, "ARRAY"},
    {Kind::null, "NULL"},
};

std::string_view word(Kind kind) {
  const auto* found =
      std::find_if(std::begin(words), std::end(words), [kind](const auto& w) { return w.first == kind; });
  return found == std::end(words) ? "UNKNOWN" : found->second;
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

static_assert(sizeof(Text) == sizeof(duckdb_string_t));
static_assert(offsetof(Text, near.text) == offsetof(duckdb_string_t, value.inlined.inlined));
static_assert(offsetof(Text, far.text) == offsetof(duckdb_string_t, value.pointer.ptr));

std::string_view ColumnView::word(size_t row) const {
  return type_->words[enumeration_index(data_, type_->words.size(), row)];
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
