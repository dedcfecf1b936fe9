// How a delivered CSV file is written: encoding, separators, line ends. Found out by looking at all of its
// bytes (encoding) and at its first lines and some places further on (the rest).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::runner {

enum class Encoding { utf8, latin1, windows1252 };
enum class LineEnd { lf, crlf, cr };

struct Dialect {
  Encoding encoding = Encoding::utf8;
  bool byte_order_mark = false;
  char delimiter = ',';
  char quote = '"';
  char decimal = '.';  // '.' or ','
  LineEnd line_end = LineEnd::lf;
};

std::string_view to_text(Encoding encoding);
std::string_view line_end_text(LineEnd line_end);  // the characters
std::string describe(const Dialect& dialect);      // "utf-8, semicolon, decimal comma" for reports

// What a pass over bytes shows about their encoding.
struct ByteSurvey {
  uint64_t bytes = 0;
  uint64_t multibyte = 0;                     // whole UTF-8 sequences of two bytes or more
  uint64_t wrong = 0;                         // bytes that no UTF-8 text has there
  uint64_t upper_controls = 0;                // bytes 80 to 9F, where only Windows-1252 has letters
  std::optional<uint64_t> wrong_at, zero_at;  // offsets of the first of them, of the first NUL
  std::optional<uint64_t> control_at;         // wrong, and no Latin-1 character either: 0x80 to 0x9F
  std::optional<uint64_t> endless_at;         // where endless_bytes have come without a line end
  void append(const ByteSurvey& next);        // of the bytes right behind, where a line begins
};

// A line of this length (give or take a block) is longer than any record may be, quoted or not. DuckDB leaves
// out a line that is longer than its buffer without a word, so it must not get one.
inline constexpr uint64_t endless_bytes = 4u << 20;

// Feeds on pieces of a file in order; whole blocks at a time while they are ASCII.
class Surveyor {
 public:
  void add(std::string_view piece);
  ByteSurvey finish();

 private:
  void slow(unsigned char byte, uint64_t at);
  void went(uint64_t bytes, bool line_end, uint64_t at);
  ByteSurvey survey_;
  uint64_t stretch_ = 0;                          // bytes since the last line end, give or take a block
  unsigned expected_ = 0;                         // continuation bytes still to come
  unsigned char lowest_ = 0x80, highest_ = 0xBF;  // what the next one may be
};

// What a survey means. `head`: the first bytes.
enum class Verdict { utf8, latin1, windows1252, utf16, binary, mixed };
Verdict verdict_of(const ByteSurvey& survey, std::string_view head);

// What somebody decided instead of sniffing.
struct Given {
  std::optional<char> delimiter, decimal;
  std::optional<Encoding> encoding;
};

// Delimiter, quote and line end from the first lines. `known` are the names that the header may hold: the
// delimiter that finds the most of them wins, then the one that makes the most fields.
Dialect sniff(std::string_view head, const std::vector<std::string>& known, const Given& given);

// Decimal separator from values of decimal columns: the one that most of them have; with none, a comma in
// files with semicolons and a point elsewhere (that is how the registers' systems export).
char sniff_decimal(const std::vector<std::string>& values, char delimiter);

}  // namespace fvm::runner
