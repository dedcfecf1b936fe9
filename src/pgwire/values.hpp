// Values in the text and binary forms that PostgreSQL 15 gives them (DateStyle ISO, extra_float_digits 1,
// UTF-8). Every put_ function writes at `at`, which must have room for `value_bytes_max`, and returns the
// place after; texts and byte strings have functions of their own. Pure; no allocation.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "pgwire/output.hpp"

namespace fvm::pgwire {

inline constexpr size_t value_bytes_max = 64;
__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UnsignedWide;

// Days and microseconds from 1970-01-01 to PostgreSQL's own epoch, 2000-01-01.
inline constexpr int32_t epoch_days = 10'957;
inline constexpr int64_t epoch_microseconds = int64_t{epoch_days} * 86'400'000'000;

inline char* put_int(char* at, int64_t value) {
  return std::to_chars(at, at + value_bytes_max, value).ptr;
}
inline char* put_bool(char* at, bool value) {
  *at = value ? 't' : 'f';
  return at + 1;
}
inline char* put_text(char* at, std::string_view value) {
  if (!value.empty()) std::memcpy(at, value.data(), value.size());
  return at + value.size();
}

char* put_unsigned(char* at, UnsignedWide value);
char* put_wide(char* at, Wide value);
// `scale` digits after the point.
char* put_decimal(char* at, Wide value, unsigned scale);
// Shortest text that reads back as the same number, as PostgreSQL writes it: "1e+15", "NaN", "Infinity".
char* put_double(char* at, double value);
char* put_float(char* at, float value);
// `days` since 1970-01-01; the smallest and largest numbers are -infinity and infinity.
char* put_date(char* at, int32_t days);
char* put_time(char* at, int64_t microseconds);
// Since 1970-01-01.
char* put_timestamp(char* at, int64_t microseconds);
char* put_timestamptz(char* at, int64_t microseconds);  // shown in UTC: "…+00"
char* put_interval(char* at, int32_t months, int32_t days, int64_t microseconds);
char* put_uuid(char* at, UnsignedWide value);
char* put_bytea(char* at, std::string_view value);  // hexadecimal; needs 2 + 2 * size bytes

// Binary forms that are more than one big-endian number.
char* put_decimal_binary(char* at, Wide value, unsigned scale);
char* put_date_binary(char* at, int32_t days);
char* put_timestamp_binary(char* at, int64_t microseconds);
char* put_interval_binary(char* at, int32_t months, int32_t days, int64_t microseconds);
inline char* put_double_binary(char* at, double value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, 8);
  return put_eight(at, bits);
}
inline char* put_float_binary(char* at, float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, 4);
  return put_four(at, bits);
}

// A bound parameter in binary form as the text that PostgreSQL would write for it; "pgwire.sql" 22P03 when
// the bytes do not fit the type.
Result<std::string> binary_to_text(uint32_t type, std::string_view bytes);

}  // namespace fvm::pgwire
