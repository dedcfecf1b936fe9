// Values as the registers write them: one set of parsers for the fast pass (whole vectors) and for the slow
// one (record by record), so that the two always agree on what is a bad value. Surrounding spaces do not
// count; an empty value is no value and never comes here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalogue/types.hpp"

namespace fvm::runner {

std::string_view trimmed(std::string_view text);
// Equal without case (ASCII).
bool same_name(std::string_view a, std::string_view b);

// Digits with an optional sign, within 64 bits.
std::optional<int64_t> parse_integer(std::string_view text);
// A number with at most one `separator` and no other; an exponent is allowed, "nan" and "inf" are not.
std::optional<double> parse_decimal(std::string_view text, char separator);

// A date or time written after a pattern of %d %m %Y %y %H %M %S and literal characters.
class DateFormat {
 public:
  // ISO alone: 2026-11-23, with a time 2026-11-23 14:45[:00[.123456]] ('T' for the space, 'Z' at the end).
  DateFormat() = default;
  // `pattern` besides ISO; empty: ISO alone. "ingest.bad_format" when the pattern holds anything else.
  static Result<DateFormat> of(std::string_view pattern);

  // Days since 1970. A time of day is accepted when it is midnight.
  std::optional<int32_t> date(std::string_view text) const;
  // Microseconds since 1970, without time zone.
  std::optional<int64_t> timestamp(std::string_view text) const;

 private:
  std::string pattern_;
};

// The value with its content taken away: digits as 9, letters (and all beyond ASCII) as a, the rest kept; at
// most `shape_characters_max` and then "…". What reports show instead of values.
inline constexpr size_t shape_characters_max = 40;
std::string shape_of(std::string_view text);

// Does an ordinary value look like a personal number?
bool looks_like_person(std::string_view text);
// Does one stand in it, with other text around ("moder 010203-1235 set", "K0102031235")?
bool holds_person(std::string_view text);

// Latin-1 bytes as UTF-8.
std::string utf8_of_latin1(std::string_view bytes);

}  // namespace fvm::runner
