#include "pgwire/values.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "pgwire/protocol.hpp"

namespace fvm::pgwire {
namespace {

template <class... Arguments>
std::string text(char* (*put)(char*, Arguments...), std::type_identity_t<Arguments>... arguments) {
  char buffer[512];
  return {buffer, static_cast<size_t>(put(buffer, arguments...) - buffer)};
}

// What PostgreSQL 15 answered to SELECT x::float8 and x::float4.
TEST(Values, DoublesAsPostgresWritesThem) {
  EXPECT_EQ(text(put_double, 0.1), "0.1");
  EXPECT_EQ(text(put_double, 1e15), "1e+15");
  EXPECT_EQ(text(put_double, 123456789012345.0), "123456789012345");
  EXPECT_EQ(text(put_double, 100000.0), "100000");
  EXPECT_EQ(text(put_double, 0.0001), "0.0001");
  EXPECT_EQ(text(put_double, 0.00001), "1e-05");
  EXPECT_EQ(text(put_double, -0.0), "-0");
  EXPECT_EQ(text(put_double, 1e300), "1e+300");
  EXPECT_EQ(text(put_double, std::nan("")), "NaN");
  EXPECT_EQ(text(put_double, -INFINITY), "-Infinity");
  EXPECT_EQ(text(put_float, 1e6f), "1e+06");
  EXPECT_EQ(text(put_float, 0.1f), "0.1");
}

RC_GTEST_PROP(Values, DoublesReadBackTheSame, (double value)) {
  RC_ASSERT(std::strtod(text(put_double, value).c_str(), nullptr) == value);
}

RC_GTEST_PROP(Values, AnyBitsOfADoubleFitAndReadBack, (uint64_t bits)) {
  const auto value = std::bit_cast<double>(bits);
  const auto written = text(put_double, value);
  RC_ASSERT(written.size() <= value_bytes_max);
  if (std::isfinite(value)) RC_ASSERT(std::strtod(written.c_str(), nullptr) == value);
}

TEST(Values, Dates) {
  EXPECT_EQ(text(put_date, 0), "1970-01-01");
  EXPECT_EQ(text(put_date, 18321), "2020-02-29");
  EXPECT_EQ(text(put_date, 2932896), "9999-12-31");
  EXPECT_EQ(text(put_date, 2932897), "10000-01-01");
  EXPECT_EQ(text(put_date, -719162), "0001-01-01");
  EXPECT_EQ(text(put_date, -719163), "0001-12-31 BC");
  EXPECT_EQ(text(put_date, std::numeric_limits<int32_t>::max()), "infinity");
  EXPECT_EQ(text(put_date, -std::numeric_limits<int32_t>::max()), "-infinity");
}

TEST(Values, TimestampsAndTimes) {
  EXPECT_EQ(text(put_timestamp, 0), "1970-01-01 00:00:00");
  EXPECT_EQ(text(put_timestamp, -1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(text(put_timestamp, 1500000), "1970-01-01 00:00:01.5");
  EXPECT_EQ(text(put_timestamptz, 0), "1970-01-01 00:00:00+00");
  EXPECT_EQ(text(put_time, 86399999999), "23:59:59.999999");
}

TEST(Values, Intervals) {
  EXPECT_EQ(text(put_interval, 14, 3, 7200000000), "1 year 2 mons 3 days 02:00:00");
  EXPECT_EQ(text(put_interval, 0, 0, 0), "00:00:00");
  EXPECT_EQ(text(put_interval, -1, 1, -1000000), "-1 mons 1 day -00:00:01");
}

TEST(Values, Decimals) {
  EXPECT_EQ(text(put_decimal, 150, 2), "1.50");
  EXPECT_EQ(text(put_decimal, -1, 2), "-0.01");
  EXPECT_EQ(text(put_decimal, 0, 3), "0.000");
  EXPECT_EQ(text(put_decimal, 7, 0), "7");
  const Wide most = static_cast<Wide>(~UnsignedWide{0} >> 1);
  EXPECT_EQ(text(put_wide, most), "170141183460469231731687303715884105727");
  EXPECT_EQ(text(put_wide, -most - 1), "-170141183460469231731687303715884105728");
  EXPECT_EQ(text(put_unsigned, ~UnsignedWide{0}), "340282366920938463463374607431768211455");
}

TEST(Values, UuidAndBytes) {
  EXPECT_EQ(text(put_uuid, UnsignedWide{0x0123456789abcdefULL} << 64 | 0xfedcba9876543210ULL),
            "01234567-89ab-cdef-fedc-ba9876543210");
  EXPECT_EQ(text(put_bytea, std::string_view("a\0\xff", 3)), "\\x6100ff");
}

// Binary and text are written by different code; reading the one gives the other.
RC_GTEST_PROP(Values, BinaryDecimalsAreTheirTexts, (int64_t high, int64_t low)) {
  const unsigned scale = *rc::gen::inRange<unsigned>(0, 19);
  const Wide value = static_cast<Wide>(high / 1000) * 1000000007 + low;
  const auto read = binary_to_text(oid::numeric, text(put_decimal_binary, value, scale));
  RC_ASSERT(read.ok());
  std::string expected = text(put_decimal, value, scale), seen = *read;
  // PostgreSQL's groups of four digits begin with zeros that the text has not.
  const bool negative = seen.starts_with('-');
  seen.erase(0, negative ? 1 : 0);
  while (seen.size() > 1 && seen[0] == '0' && seen[1] != '.') seen.erase(0, 1);
  if (negative) seen.insert(0, "-");
  RC_ASSERT(seen == expected);
}

RC_GTEST_PROP(Values, BinaryDatesAndTimestampsAreTheirTexts, ()) {
  const auto days = *rc::gen::inRange<int32_t>(-700000, 2900000);
  RC_ASSERT(*binary_to_text(oid::date, text(put_date_binary, days)) == text(put_date, days));
  const auto moment = int64_t{days} * 86'400'000'000 + *rc::gen::inRange<int64_t>(0, 86'400'000'000);
  RC_ASSERT(*binary_to_text(oid::timestamp, text(put_timestamp_binary, moment)) ==
            text(put_timestamp, moment));
}

RC_GTEST_PROP(Values, AnyBytesOfAnyTypeAreReadOrRefused, (const std::string& bytes)) {
  for (const uint32_t type : {oid::boolean, oid::int2, oid::int4, oid::int8, oid::float4, oid::float8,
                              oid::numeric, oid::date, oid::time, oid::timestamp, oid::uuid, oid::text})
    (void)binary_to_text(type, bytes);
}

TEST(Values, WrongSizesAreRefused) {
  EXPECT_EQ(sqlstate_of(binary_to_text(oid::int4, "123").error()), "22P03");
  EXPECT_EQ(sqlstate_of(binary_to_text(oid::numeric, "\0\1").error()), "22P03");
}

}  // namespace
}  // namespace fvm::pgwire
