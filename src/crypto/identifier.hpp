// Identifiers as numbers: up to ten base-36 characters (digits 0-9, letters A-Z, either case, padded with
// zeros on the left) are one number below 36^10 < 2^53, which is what the cipher and a BIGINT column hold.
// Pure and safe from every thread; no value is ever put in an error or a log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fvm::crypto {

inline constexpr size_t identifier_characters_max = 10;
inline constexpr uint64_t half_values = 60'466'176;                       // 36^5
inline constexpr uint64_t identifier_values = half_values * half_values;  // 36^10

// A personal number (CPR): DDMMYY, an optional '-', then a digit, two digits or letters (eCPR), a digit. The
// day may carry +60 (erstatningspersonnummer). The date must exist; modulus 11 is not asked for, since
// numbers issued after 1 October 2007 may fail it. Nothing when the text is not such a number.
std::optional<uint64_t> pack_person(std::string_view text);

// A provider number (ydernummer, SOR, SHAK): one to ten letters or digits. Numeric ones shorter than six
// digits have lost leading zeros and get them back; since padding does not change the number, "12345" and
// "012345" are the same provider.
std::optional<uint64_t> pack_provider(std::string_view text);

// The key of a record as a register writes it (k_recnum, dw_ek_kontakt). A whole number without leading zeros
// and of at most fifteen digits is packed as itself, below record_numbers_end: two of them never become one,
// and none becomes that of another text. Any other text is spread over the rest of the domain by its SHA-256:
// among n such keys two meet with probability n²/5.3e15 (ten million: 2 %). Nothing here can tell; a build of
// a project looks (runner/build_records.cpp) and, if two have met, is made again with the next `spread`,
// under which they meet others or nobody. Numbers are the same under every spread. (0: SHA-256 of the text;
// n: of the text, the byte 31 and n in decimal.)
inline constexpr uint64_t record_numbers_end = 1'000'000'000'000'000;
uint64_t pack_record(std::string_view text, unsigned spread = 0);

// `width` characters of `value`, upper case: the way back from packing, for tests and for those who may see
// it.
std::string unpack(uint64_t value, size_t width);

}  // namespace fvm::crypto
