#include "pgwire/values.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "pgwire/protocol.hpp"

namespace fvm::pgwire {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;
constexpr UnsignedWide ten_to_18 = 1'000'000'000'000'000'000ULL;
constexpr char hex[] = "0123456789abcdef";

char* put_padded(char* at, uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
  return at + digits;
}

UnsignedWide magnitude(Wide value) {
  return value < 0 ? UnsignedWide{0} - static_cast<UnsignedWide>(value) : static_cast<UnsignedWide>(value);
}

// PostgreSQL counts years without zero: the year before 1 is 1 BC.
char* put_civil(char* at, Date date) {
  const int year = date.year > 0 ? date.year : 1 - date.year;
  at = year < 10'000 ? put_padded(at, static_cast<uint64_t>(year), 4) : put_int(at, year);
  *at++ = '-';
  at = put_padded(at, date.month, 2);
  *at++ = '-';
  return put_padded(at, date.day, 2);
}
char* put_era(char* at, Date date) {
  return date.year > 0 ? at : put_text(at, " BC");
}

// Seconds' fraction without trailing zeros.
char* put_fraction(char* at, uint64_t microseconds) {
  if (microseconds == 0) return at;
  *at++ = '.';
  at = put_padded(at, microseconds, 6);
  while (at[-1] == '0') --at;
  return at;
}

char* put_clock(char* at, uint64_t microseconds) {
  const uint64_t seconds = microseconds / 1'000'000;
  const uint64_t hours = seconds / 3600;
  at = hours < 100 ? put_padded(at, hours, 2) : put_unsigned(at, hours);
  *at++ = ':';
  at = put_padded(at, seconds / 60 % 60, 2);
  *at++ = ':';
  at = put_padded(at, seconds % 60, 2);
  return put_fraction(at, microseconds % 1'000'000);
}

template <class T>
bool is_infinite(T value, T least = std::numeric_limits<T>::max()) {
  return value == least || value == -least || value == std::numeric_limits<T>::min();
}
template <class T>
char* put_infinity(char* at, T value) {
  return put_text(at, value > 0 ? "infinity" : "-infinity");
}

char* put_moment(char* at, int64_t microseconds, std::string_view zone) {
  if (is_infinite(microseconds)) return put_infinity(at, microseconds);
  int64_t day = microseconds / day_microseconds;
  int64_t rest = microseconds % day_microseconds;
  if (rest < 0) rest += day_microseconds, --day;
  const Date date = date_of_days(day);
  at = put_civil(at, date);
  *at++ = ' ';
  at = put_text(put_clock(at, static_cast<uint64_t>(rest)), zone);
  return put_era(at, date);
}

template <class Float>
char* put_floating(char* at, Float value, Float fixed_below) {
  if (std::isnan(value)) return put_text(at, "NaN");
  if (std::isinf(value)) return put_text(at, value > 0 ? "Infinity" : "-Infinity");
  const Float size = std::fabs(value);
  const bool fixed = size == 0 || (size >= Float(1e-4) && size < fixed_below);
  return std::to_chars(at, at + value_bytes_max, value,
                       fixed ? std::chars_format::fixed : std::chars_format::scientific)
      .ptr;
}

char* put_unit(char* at, const char* start, int64_t count, std::string_view unit) {
  if (count == 0) return at;
  if (at != start) *at++ = ' ';
  at = put_text(put_int(at, count), unit);
  return count == 1 ? at : put_text(at, "s");
}

Error bad_binary() {
  return sql_error("22P03", "incorrect binary data format in bind parameter");
}

uint64_t big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

// numeric: groups of four decimal digits with weight, sign and display scale (PostgreSQL numeric.c,
// numeric_send).
Result<std::string> numeric_to_text(std::string_view bytes) {
  if (bytes.size() < 8) return bad_binary();
  const auto two = [&](size_t i) { return static_cast<uint16_t>(big_endian(bytes.substr(i, 2))); };
  const size_t groups = two(0);
  const int weight = static_cast<int16_t>(two(2));
  const unsigned sign = two(4), scale = two(6);
  if (sign == 0xC000) return std::string("NaN");
  if (bytes.size() != 8 + groups * 2 || (sign != 0 && sign != 0x4000) || scale > 16'383 || weight > 4'096 ||
      weight < -4'096)
    return bad_binary();
  const auto group = [&](int i) {
    return i < 0 || i >= static_cast<int>(groups) ? 0u : two(8 + size_t(i) * 2);
  };
  std::string text = sign == 0x4000 ? "-" : "";
  char digits[4];
  for (int i = 0; i <= std::max(weight, 0); ++i) {
    if (weight < 0) {
      text += '0';
      break;
    }
    put_padded(digits, group(i), 4);
    text.append(digits, 4);
  }
  if (scale == 0) return text;
  text += '.';
  for (int i = weight + 1; static_cast<unsigned>(4 * (i - weight - 1)) < scale; ++i) {
    put_padded(digits, group(i), 4);
    text.append(digits, std::min<size_t>(4, scale - static_cast<unsigned>(4 * (i - weight - 1))));
  }
  return text;
}

}  // namespace

char* put_unsigned(char* at, UnsignedWide value) {
  if (value < ten_to_18) return std::to_chars(at, at + value_bytes_max, static_cast<uint64_t>(value)).ptr;
  at = put_unsigned(at, value / ten_to_18);
  return put_padded(at, static_cast<uint64_t>(value % ten_to_18), 18);
}

char* put_wide(char* at, Wide value) {
  if (value < 0) *at++ = '-';
  return put_unsigned(at, magnitude(value));
}

char* put_decimal(char* at, Wide value, unsigned scale) {
  if (scale == 0) return put_wide(at, value);
  if (value < 0) *at++ = '-';
  char digits[value_bytes_max];
  const UnsignedWide size = magnitude(value);
  auto count = static_cast<unsigned>(put_unsigned(digits, size) - digits);
  if (count <= scale) {
    *at++ = '0';
    *at++ = '.';
    for (unsigned i = count; i < scale; ++i) *at++ = '0';
    return put_text(at, {digits, count});
  }
  at = put_text(at, {digits, count - scale});
  *at++ = '.';
  return put_text(at, {digits + count - scale, scale});
}

char* put_double(char* at, double value) {
  return put_floating(at, value, 1e15);
}
char* put_float(char* at, float value) {
  return put_floating(at, value, 1e6f);
}

char* put_date(char* at, int32_t days) {
  if (is_infinite(days)) return put_infinity(at, days);
  const Date date = date_of_days(days);
  return put_era(put_civil(at, date), date);
}

char* put_time(char* at, int64_t microseconds) {
  return put_clock(at, static_cast<uint64_t>(microseconds));
}
char* put_timestamp(char* at, int64_t microseconds) {
  return put_moment(at, microseconds, "");
}
char* put_timestamptz(char* at, int64_t microseconds) {
  return put_moment(at, microseconds, "+00");
}

char* put_interval(char* at, int32_t months, int32_t days, int64_t microseconds) {
  const char* start = at;
  at = put_unit(at, start, months / 12, " year");
  at = put_unit(at, start, months % 12, " mon");
  at = put_unit(at, start, days, " day");
  if (microseconds == 0 && at != start) return at;
  if (at != start) *at++ = ' ';
  if (microseconds < 0) *at++ = '-';
  return put_clock(at, static_cast<uint64_t>(magnitude(microseconds)));
}

char* put_uuid(char* at, UnsignedWide value) {
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) *at++ = '-';
    *at++ = hex[static_cast<unsigned>(value >> (124 - 4 * i)) & 15];
  }
  return at;
}

char* put_bytea(char* at, std::string_view value) {
  *at++ = '\\';
  *at++ = 'x';
  for (const char c : value) {
    *at++ = hex[static_cast<uint8_t>(c) >> 4];
    *at++ = hex[static_cast<uint8_t>(c) & 15];
  }
  return at;
}

char* put_decimal_binary(char* at, Wide value, unsigned scale) {
  UnsignedWide rest = magnitude(value);
  uint16_t groups[16];  // least first
  int count = 0;
  // The last group holds the digits after the point that do not fill four.
  const unsigned odd = scale % 4;
  unsigned factor = 1;
  for (unsigned i = 0; odd != 0 && i < 4 - odd; ++i) factor *= 10;
  if (odd != 0) {
    const unsigned below = 10'000 / factor;
    groups[count++] = static_cast<uint16_t>(static_cast<unsigned>(rest % below) * factor);
    rest /= below;
  }
  for (; rest != 0; rest /= 10'000) groups[count++] = static_cast<uint16_t>(rest % 10'000);
  const int after_point = static_cast<int>((scale + 3) / 4);
  int weight = count - after_point - 1;
  int first = 0;
  while (first < count && groups[first] == 0) ++first;  // trailing zero groups are not sent
  while (count > first && groups[count - 1] == 0) --count, --weight;
  if (count == first) weight = 0;
  at = put_two(at, static_cast<uint16_t>(count - first));
  at = put_two(at, static_cast<uint16_t>(weight));
  at = put_two(at, value < 0 ? 0x4000 : 0);
  at = put_two(at, static_cast<uint16_t>(scale));
  for (int i = count - 1; i >= first; --i) at = put_two(at, groups[i]);
  return at;
}

char* put_date_binary(char* at, int32_t days) {
  if (is_infinite(days))
    return put_four(at, static_cast<uint32_t>(days > 0 ? std::numeric_limits<int32_t>::max()
                                                       : std::numeric_limits<int32_t>::min()));
  return put_four(at, static_cast<uint32_t>(days - epoch_days));
}

char* put_timestamp_binary(char* at, int64_t microseconds) {
  if (is_infinite(microseconds))
    return put_eight(at, static_cast<uint64_t>(microseconds > 0 ? std::numeric_limits<int64_t>::max()
                                                                : std::numeric_limits<int64_t>::min()));
  return put_eight(at, static_cast<uint64_t>(microseconds - epoch_microseconds));
}

char* put_interval_binary(char* at, int32_t months, int32_t days, int64_t microseconds) {
  at = put_eight(at, static_cast<uint64_t>(microseconds));
  at = put_four(at, static_cast<uint32_t>(days));
  return put_four(at, static_cast<uint32_t>(months));
}

Result<std::string> binary_to_text(uint32_t type, std::string_view bytes) {
  char text[value_bytes_max * 2];
  const auto done = [&](const char* end) { return std::string(text, static_cast<size_t>(end - text)); };
  const auto has = [&](size_t count) { return bytes.size() == count; };
  const uint64_t bits = bytes.size() <= 8 ? big_endian(bytes) : 0;
  switch (type) {
    case oid::boolean:
      if (has(1)) return done(put_bool(text, bits != 0));
      break;
    case oid::int2:
      if (has(2)) return done(put_int(text, static_cast<int16_t>(bits)));
      break;
    case oid::int4:
      if (has(4)) return done(put_int(text, static_cast<int32_t>(bits)));
      break;
    case oid::object:
      if (has(4)) return done(put_int(text, static_cast<int64_t>(bits)));
      break;
    case oid::int8:
      if (has(8)) return done(put_int(text, static_cast<int64_t>(bits)));
      break;
    case oid::float4:
      if (has(4)) return done(put_float(text, std::bit_cast<float>(static_cast<uint32_t>(bits))));
      break;
    case oid::float8:
      if (has(8)) return done(put_double(text, std::bit_cast<double>(bits)));
      break;
    case oid::date:
      if (has(4)) return done(put_date(text, static_cast<int32_t>(static_cast<uint32_t>(bits) + epoch_days)));
      break;
    case oid::time:
      if (has(8) && bits < uint64_t{day_microseconds} * 2)
        return done(put_time(text, static_cast<int64_t>(bits)));
      break;
    case oid::timestamp:
    case oid::timestamptz:
      if (has(8)) return done(put_timestamp(text, static_cast<int64_t>(bits + uint64_t{epoch_microseconds})));
      break;
    case oid::uuid:
      if (has(16))
        return done(
            put_uuid(text, UnsignedWide{big_endian(bytes.substr(0, 8))} << 64 | big_endian(bytes.substr(8))));
      break;
    case oid::numeric:
      return numeric_to_text(bytes);
    default:
      return std::string(bytes);  // texts are the same in both forms
  }
  return bad_binary();
}

}  // namespace fvm::pgwire
