// COPY's text and CSV formats, as PostgreSQL 15 documents them (SQL command COPY, "File Formats").
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::pgwire {

inline constexpr size_t copy_line_bytes_max = 16u << 20;  // one row of COPY FROM STDIN

struct CopyOptions {
  enum class Format { text, csv } format = Format::text;
  bool header = false;
  char delimiter = '\t';
  char quote = '"', escape = '"';  // csv
  std::string null = "\\N";
  bool force_quote_all = false;
  std::vector<bool> force_quote;  // by column; csv
};

using CopyField = std::optional<std::string>;

// The most bytes that `value` can become.
inline size_t copy_bytes_max(std::string_view value) {
  return value.size() * 2 + 2;
}
// Writes one value (not NULL) at `at` with escapes or quotes as the format needs; returns the place after.
char* put_copy_value(char* at, std::string_view value, const CopyOptions& options, size_t column);
// A header line for these names, with its line end.
std::string copy_header(std::span<const std::string> names, const CopyOptions& options);

// Takes apart what a frontend sends in pieces of any size, and hands over whole rows.
class CopyParser {
 public:
  using Row = std::function<Result<void>(std::span<const CopyField>)>;
  CopyParser(const CopyOptions& options, size_t columns, Row row);
  // "pgwire.sql" 22P04 with the line number when a row does not fit, or whatever `row` returns.
  Result<void> add(std::string_view bytes);
  Result<void> finish();
  uint64_t rows() const { return rows_; }

 private:
  Result<void> line(std::string_view line);
  Result<void> text_line(std::string_view line);
  Result<void> csv_line(std::string_view line);
  Result<void> hand_over();
  Error bad(std::string_view what) const;
  CopyOptions options_;
  size_t columns_;
  Row row_;
  std::string pending_;
  size_t scanned_ = 0;      // of pending_, that holds no line end outside quotes
  bool in_quotes_ = false;  // at scanned_
  bool ended_ = false;      // "\." was seen
  std::vector<CopyField> fields_;
  uint64_t rows_ = 0, lines_ = 0;
};

}  // namespace fvm::pgwire
