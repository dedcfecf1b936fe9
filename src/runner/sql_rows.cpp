#include "runner/sql_rows.hpp"

#include <cstring>

#include "pgwire/values.hpp"

namespace fvm::runner {
namespace {

using duck::ColumnView;
using duck::Kind;
namespace pg = pgwire;

constexpr int64_t microseconds_per_second = 1'000'000, microseconds_per_millisecond = 1'000,
                  nanoseconds_per_microsecond = 1'000;

// A VARCHAR or BLOB as DuckDB lays it out (duckdb_string_t): up to twelve bytes in place, else a pointer.
struct TextCell {
  uint32_t length;
  char start[4];
  const char* pointer;
  std::string_view view() const { return {length <= 12 ? start : pointer, length}; }
};
static_assert(sizeof(TextCell) == 16);

template <class T>
T get(const ColumnView& column, size_t row) {
  return column.values<T>()[row];
}

std::string_view text_of(const ColumnView& column, size_t row) {
  if (column.type().kind == Kind::enumeration) return column.text(row);
  return column.values<TextCell>()[row].view();
}

template <class T>
char* int_text(const ColumnView& column, size_t row, char* at) {
  return pg::put_int(at, static_cast<int64_t>(get<T>(column, row)));
}
template <class T>
char* int2_binary(const ColumnView& column, size_t row, char* at) {
  return pg::put_two(at, static_cast<uint16_t>(get<T>(column, row)));
}
template <class T>
char* int4_binary(const ColumnView& column, size_t row, char* at) {
  return pg::put_four(at, static_cast<uint32_t>(get<T>(column, row)));
}
template <class T>
char* int8_binary(const ColumnView& column, size_t row, char* at) {
  return pg::put_eight(at, static_cast<uint64_t>(get<T>(column, row)));
}

int64_t micros_of(const ColumnView& column, size_t row) {
  const auto value = get<int64_t>(column, row);
  const bool infinite = value == INT64_MAX || value == -INT64_MAX;
  if (infinite) return value;
  switch (column.type().kind) {
    case Kind::timestamp_s:
      return value * microseconds_per_second;
    case Kind::timestamp_ms:
      return value * microseconds_per_millisecond;
    case Kind::timestamp_ns:
      return value / nanoseconds_per_microsecond;
    default:
      return value;
  }
}

pg::UnsignedWide unsigned_of(const ColumnView& column, size_t row) {
  if (column.type().kind == Kind::ubigint) return get<uint64_t>(column, row);
  return static_cast<pg::UnsignedWide>(get<duck::Hugeint>(column, row).wide());
}

// DuckDB keeps a UUID with its highest bit flipped, so that it sorts as a signed number.
pg::UnsignedWide uuid_of(const ColumnView& column, size_t row) {
  return static_cast<pg::UnsignedWide>(get<duck::Hugeint>(column, row).wide()) ^ (pg::UnsignedWide{1} << 127);
}

using Put = char* (*)(const ColumnView&, size_t, char*);
struct Form {
  Kind kind;
  Put text, binary;
};

constexpr Form forms[] = {
    {Kind::boolean,
     [](const ColumnView& c, size_t r, char* at) { return pg::put_bool(at, get<uint8_t>(c, r) != 0); },
     [](const ColumnView& c, size_t r, char* at) {
       return *at = static_cast<char>(get<uint8_t>(c, r) != 0), at + 1;
     }},
    {Kind::tinyint, int_text<int8_t>, int2_binary<int8_t>},
    {Kind::smallint, int_text<int16_t>, int2_binary<int16_t>},
    {Kind::integer, int_text<int32_t>, int4_binary<int32_t>},
    {Kind::bigint, int_text<int64_t>, int8_binary<int64_t>},
    {Kind::utinyint, int_text<uint8_t>, int2_binary<uint8_t>},
    {Kind::usmallint, int_text<uint16_t>, int4_binary<uint16_t>},
    {Kind::uinteger, int_text<uint32_t>, int8_binary<uint32_t>},
    {Kind::ubigint,
     [](const ColumnView& c, size_t r, char* at) { return pg::put_unsigned(at, unsigned_of(c, r)); },
     [](const ColumnView& c, size_t r, char* at) {
       return pg::put_decimal_binary(at, static_cast<pg::Wide>(unsigned_of(c, r)), 0);
     }},
    {Kind::uhugeint,
     [](const ColumnView& c, size_t r, char* at) { return pg::put_unsigned(at, unsigned_of(c, r)); },
     [](const ColumnView& c, size_t r, char* at) {
       return pg::put_decimal_binary(at, static_cast<pg::Wide>(unsigned_of(c, r)), 0);
     }},
    {Kind::hugeint,
     [](const ColumnView& c, size_t r, char* at) {
       return pg::put_wide(at, get<duck::Hugeint>(c, r).wide());
     },
     [](const ColumnView& c, size_t r, char* at) {
       return pg::put_decimal_binary(at, get<duck::Hugeint>(c, r).wide(), 0);
     }},
    {Kind::decimal,
     [](const ColumnView& c, size_t r, char* at) {
       return pg::put_decimal(at, c.decimal(r).wide(), c.type().scale);
     },
     [](const ColumnView& c, size_t r, char* at) {
       return pg::put_decimal_binary(at, c.decimal(r).wide(), c.type().scale);
     }},
    {Kind::real, [](const ColumnView& c, size_t r, char* at) { return pg::put_float(at, get<float>(c, r)); },
     [](const ColumnView& c, size_t r, char* at) { return pg::put_float_binary(at, get<float>(c, r)); }},
    {Kind::double_,
     [](const ColumnView& c, size_t r, char* at) { return pg::put_double(at, get<double>(c, r)); },
     [](const ColumnView& c, size_t r, char* at) { return pg::put_double_binary(at, get<double>(c, r)); }},
    {Kind::date, [](const ColumnView& c, size_t r, char* at) { return pg::put_date(at, get<int32_t>(c, r)); },
     [](const ColumnView& c, size_t r, char* at) { return pg::put_date_binary(at, get<int32_t>(c, r)); }},
    {Kind::time, [](const ColumnView& c, size_t r, char* at) { return pg::put_time(at, get<int64_t>(c, r)); },
     int8_binary<int64_t>},
    {Kind::timestamp_tz,
     [](const ColumnView& c, size_t r, char* at) { return pg::put_timestamptz(at, get<int64_t>(c, r)); },
     [](const ColumnView& c, size_t r, char* at) {
       return pg::put_timestamp_binary(at, get<int64_t>(c, r));
     }},
    {Kind::interval,
     [](const ColumnView& c, size_t r, char* at) {
       const auto i = get<duck::Interval>(c, r);
       return pg::put_interval(at, i.months, i.days, i.microseconds);
     },
     [](const ColumnView& c, size_t r, char* at) {
       const auto i = get<duck::Interval>(c, r);
       return pg::put_interval_binary(at, i.months, i.days, i.microseconds);
     }},
    {Kind::uuid, [](const ColumnView& c, size_t r, char* at) { return pg::put_uuid(at, uuid_of(c, r)); },
     [](const ColumnView& c, size_t r, char* at) {
       const auto value = uuid_of(c, r);
       return pg::put_eight(pg::put_eight(at, static_cast<uint64_t>(value >> 64)),
                            static_cast<uint64_t>(value));
     }},
};

constexpr Form timestamp_form = {
    Kind::timestamp,
    [](const ColumnView& c, size_t r, char* at) { return pg::put_timestamp(at, micros_of(c, r)); },
    [](const ColumnView& c, size_t r, char* at) { return pg::put_timestamp_binary(at, micros_of(c, r)); }};

Put put_of(Kind kind, bool binary) {
  const bool moment = kind == Kind::timestamp || kind == Kind::timestamp_s || kind == Kind::timestamp_ms ||
                      kind == Kind::timestamp_ns;
  if (moment) return binary ? timestamp_form.binary : timestamp_form.text;
  for (const auto& form : forms)
    if (form.kind == kind) return binary ? form.binary : form.text;
  return nullptr;
}

bool binary_at(const std::vector<bool>& formats, size_t column) {
  if (formats.empty()) return false;
  return formats.size() == 1 ? formats[0] : column < formats.size() && formats[column];
}

}  // namespace

RowWriter::RowWriter(const std::vector<duck::Column>& columns, const pg::RowForm& form) : copy_(form.copy) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool binary = binary_at(form.binary, i);
    Cell cell;
    cell.put = put_of(columns[i].type.kind, binary);
    cell.varying = cell.put == nullptr;
    cell.bytea = columns[i].type.kind == Kind::blob && !binary;
    if (cell.varying) varying_.push_back(i);
    cells_.push_back(cell);
  }
  constexpr std::string_view in_numbers = "0123456789+-.:eE infintyNaTFtf";
  if (copy_ != nullptr)
    plain_numbers_ = in_numbers.find(copy_->delimiter) == std::string_view::npos &&
                     in_numbers.find(copy_->quote) == std::string_view::npos &&
                     (copy_->null.empty() || copy_->null.starts_with('\\')) && !copy_->force_quote_all &&
                     copy_->force_quote.empty();
}

void RowWriter::write(const duck::Chunk& chunk, size_t from, size_t to, pg::Output& out) {
  std::vector<ColumnView> views;
  for (size_t i = 0; i < chunk.columns(); ++i) views.push_back(chunk.column(i));
  const size_t fixed_bytes = 16 + cells_.size() * (2 * pg::value_bytes_max + 6);
  for (size_t row = from; row < to && !out.broken(); ++row) {
    char* at = out.reserve(fixed_bytes + varying_bytes(views, row));
    out.advance(copy_ == nullptr ? data_row(views, row, at) : copy_row(views, row, at));
  }
}

size_t RowWriter::varying_bytes(const std::vector<ColumnView>& views, size_t row) const {
  size_t bytes = 0;
  for (const size_t i : varying_)
    if (views[i].valid(row)) bytes += text_of(views[i], row).size();
  return copy_ == nullptr && bytes == 0 ? 0 : bytes * 4 + 16;  // hexadecimal doubles, escapes double
}

char* RowWriter::data_row(const std::vector<ColumnView>& views, size_t row, char* at) const {
  char* const start = at;
  *at = 'D';
  at = pg::put_two(at + 5, static_cast<uint16_t>(cells_.size()));
  for (size_t i = 0; i < cells_.size(); ++i) {
    const auto& view = views[i];
    if (!view.valid(row)) {
      at = pg::put_four(at, 0xFFFFFFFF);
      continue;
    }
    char* const value = at + 4;
    if (!cells_[i].varying) {
      at = cells_[i].put(view, row, value);
    } else {
      const auto text = text_of(view, row);
      at = cells_[i].bytea ? pg::put_bytea(value, text) : pg::put_text(value, text);
    }
    pg::put_four(value - 4, static_cast<uint32_t>(at - value));
  }
  pg::put_four(start + 1, static_cast<uint32_t>(at - start - 1));
  return at;
}

char* RowWriter::copy_row(const std::vector<ColumnView>& views, size_t row, char* at) const {
  char* const start = at;
  *at = 'd';
  at += 5;
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (i > 0) *at++ = copy_->delimiter;
    const auto& view = views[i];
    if (!view.valid(row)) {
      at = pg::put_text(at, copy_->null);
    } else if (!cells_[i].varying && plain_numbers_) {
      at = cells_[i].put(view, row, at);
    } else if (!cells_[i].varying) {
      char value[pg::value_bytes_max];
      const char* end = cells_[i].put(view, row, value);
      at = pg::put_copy_value(at, {value, static_cast<size_t>(end - value)}, *copy_, i);
    } else if (cells_[i].bytea) {
      const auto bytes = text_of(view, row);
      std::string value(2 + bytes.size() * 2, '\0');
      pg::put_bytea(value.data(), bytes);
      at = pg::put_copy_value(at, value, *copy_, i);
    } else {
      at = pg::put_copy_value(at, text_of(view, row), *copy_, i);
    }
  }
  *at++ = '\n';
  pg::put_four(start + 1, static_cast<uint32_t>(at - start - 1));
  return at;
}

}  // namespace fvm::runner
