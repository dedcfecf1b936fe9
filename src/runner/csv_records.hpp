// Records of a CSV file one by one, with their places: the slow and careful twin of DuckDB's reader. Used for
// the header, for samples, and to find again the rows that the fast pass counted as bad. Holds to the same
// rules as DuckDB's strict mode (RFC 4180): see csv_records_test.cpp, which compares the two.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "runner/csv_dialect.hpp"

namespace fvm::runner {

// A longer record is broken (DuckDB's own limit, max_line_size).
inline constexpr size_t record_bytes_max = 2'097'152;

enum class Broken {
  no,
  quote,     // text after a closing quote
  open,      // a quote that is never closed
  too_long,  // more than record_bytes_max
  line_end,  // another line end than the file's first one, outside quotes: nothing after it can be trusted
};

struct Record {
  uint64_t line = 0;                     // where it starts; the header is line 1
  uint64_t offset = 0;                   // bytes from the start of the file
  std::string_view raw;                  // as it stands, without its line end; at most record_bytes_max
  std::vector<std::string_view> fields;  // without quotes; in the file's encoding
  Broken broken = Broken::no;
};

class RecordReader {
 public:
  // Puts at most `most` bytes at `into`; 0 at the end.
  using Source = std::function<Result<size_t>(char* into, size_t most)>;

  RecordReader(Source source, const Dialect& dialect);
  static RecordReader over(std::string_view text, const Dialect& dialect);  // `text` must outlive the reader
  // "file.missing" or "system.failed" when it cannot be opened.
  static Result<RecordReader> of_file(const Path& file, const Dialect& dialect);

  // The next record that is not an empty line; null at the end or after an error. Valid until the next call.
  const Record* next();
  // Why reading stopped early, if it did.
  const Result<void>& outcome() const { return outcome_; }

 private:
  enum class Scan { record, more };
  Scan scan();
  bool fill();
  bool finish(size_t end, size_t line_end_bytes);
  void skip_rest_of_line();
  std::string_view unquoted(std::string_view inner);

  Source source_;
  Dialect dialect_;
  std::string buffer_;
  size_t at_ = 0;  // start of the next record in buffer_
  bool ended_ = false;
  uint64_t offset_ = 0, line_ = 1;
  Record record_;
  std::vector<std::unique_ptr<std::string>> unescaped_;
  Result<void> outcome_;
};

}  // namespace fvm::runner
