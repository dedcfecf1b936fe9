#include "runner/sql_types.hpp"

#include "pgwire/protocol.hpp"

namespace fvm::runner {
namespace {

namespace oid = pgwire::oid;
using duck::Kind;

struct TypeTwin {
  Kind kind;
  uint32_t type;
  int16_t bytes;
};

// UTINYINT and the like take the next larger signed type; what has no type of its own (UBIGINT) is numeric.
constexpr TypeTwin twins[] = {
    {Kind::boolean, oid::boolean, 1},
    {Kind::tinyint, oid::int2, 2},
    {Kind::smallint, oid::int2, 2},
    {Kind::integer, oid::int4, 4},
    {Kind::bigint, oid::int8, 8},
    {Kind::utinyint, oid::int2, 2},
    {Kind::usmallint, oid::int4, 4},
    {Kind::uinteger, oid::int8, 8},
    {Kind::ubigint, oid::numeric, -1},
    {Kind::real, oid::float4, 4},
    {Kind::double_, oid::float8, 8},
    {Kind::timestamp, oid::timestamp, 8},
    {Kind::timestamp_s, oid::timestamp, 8},
    {Kind::timestamp_ms, oid::timestamp, 8},
    {Kind::timestamp_ns, oid::timestamp, 8},
    {Kind::timestamp_tz, oid::timestamptz, 8},
    {Kind::date, oid::date, 4},
    {Kind::time, oid::time, 8},
    {Kind::interval, oid::interval, 16},
    {Kind::hugeint, oid::numeric, -1},
    {Kind::uhugeint, oid::numeric, -1},
    {Kind::decimal, oid::numeric, -1},
    {Kind::blob, oid::bytea, -1},
    {Kind::uuid, oid::uuid, 16},
};

const TypeTwin* twin_of(Kind kind) {
  for (const auto& twin : twins)
    if (twin.kind == kind) return &twin;
  return nullptr;
}

}  // namespace

pgwire::Column to_postgres(const duck::Column& column) {
  pgwire::Column out{column_name(column.name), oid::text, -1, -1};
  if (const auto* twin = twin_of(column.type.kind)) {
    out.type = twin->type;
    out.bytes = twin->bytes;
  }
  if (column.type.kind == Kind::decimal) out.modifier = ((column.type.width << 16) | column.type.scale) + 4;
  return out;
}

std::string column_name(const std::string& name) {
  const size_t open = name.find('(');
  if (open == std::string::npos || open == 0 || name.back() != ')') return name;
  for (size_t i = 0; i < open; ++i) {
    const char c = name[i];
    const bool plain =
        (c >= 'a' && c <= 'z') || c == '_' || c == '.' || c == '"' || (c >= '0' && c <= '9' && i > 0);
    if (!plain) return name;
  }
  const size_t point = name.rfind('.', open);
  const size_t start = point == std::string::npos ? 0 : point + 1;
  std::string function = name.substr(start, open - start);
  std::erase(function, '"');
  return function == "count_star" ? "count" : function;
}

bool is_writable(const duck::ColumnType& type) {
  if (type.kind == Kind::varchar || type.kind == Kind::enumeration || type.kind == Kind::null) return true;
  return twin_of(type.kind) != nullptr;
}

uint32_t parameter_oid(Kind kind) {
  const auto* twin = twin_of(kind);
  return twin == nullptr ? oid::text : twin->type;
}

}  // namespace fvm::runner
