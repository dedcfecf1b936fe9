// What the footers of written files tell: rows and, for Delta, the range of each column.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>

#include <boost/json.hpp>

#include "runner/build_steps.hpp"
#include "runner/jobs.hpp"

namespace fvm::runner {
namespace {

constexpr size_t text_bytes_max = 64;  // longer texts are of no use in statistics

enum class Order { number, text };

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<int64_t> whole_number_of(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Least and greatest of the row groups, kept as the footer's texts.
struct Range {
  std::optional<std::string> minimum, maximum;
  uint64_t nulls = 0;
  bool whole = true;  // every row group told
  bool knows_nulls = true;
};

bool less(Order order, const std::string& a, const std::string& b) {
  if (order == Order::text) return a < b;  // dates and timestamps are written so that this is their order too
  const auto x = whole_number_of(a), y = whole_number_of(b);
  if (x && y) return *x < *y;
  return number_of(a).value_or(0) < number_of(b).value_or(0);
}

bool is_number(std::string_view type) {
  return type == "long" || type == "integer" || type == "double" || type.starts_with("decimal");
}

// The text of a footer as Delta's JSON; empty when it should not be told.
std::string literal(std::string_view type, const std::optional<std::string>& text) {
  if (!text || text->size() > text_bytes_max) return {};
  if (type == "long" || type == "integer") return whole_number_of(*text) ? *text : std::string();
  if (type == "double" || type.starts_with("decimal")) {
    const bool plain = number_of(*text) && text->find_first_not_of("0123456789.-+e") == std::string::npos;
    return plain ? *text : std::string();
  }
  if (type == "date" || type == "string") return boost::json::serialize(boost::json::value(*text));
  // Timestamps: Delta wants milliseconds and a zone; readers that skip by them differ in rounding, so none.
  return {};
}

void take_group(Range& range, Order order, const duck::Chunk& chunk, size_t row) {
  const auto minimum = chunk.column(2), maximum = chunk.column(3), nulls = chunk.column(4),
             values = chunk.column(5);
  range.knows_nulls = range.knows_nulls && nulls.valid(row);
  const int64_t empty = nulls.valid(row) ? nulls.values<int64_t>()[row] : 0;
  range.nulls += static_cast<uint64_t>(empty);
  if (nulls.valid(row) && empty == values.values<int64_t>()[row]) return;
  if (!minimum.valid(row) || !maximum.valid(row)) {
    range.whole = false;
    return;
  }
  const std::string low(minimum.text(row)), high(maximum.text(row));
  if (!range.minimum || less(order, low, *range.minimum)) range.minimum = low;
  if (!range.maximum || less(order, *range.maximum, high)) range.maximum = high;
}

Result<std::map<std::string, BuiltFile>> read_files(duck::Connection& connection,
                                                    const BuildDocument& document,
                                                    const std::string& pattern) {
  std::map<std::string, BuiltFile> files;
  auto result = TRY(connection.query("SELECT f.file_name, f.num_rows::BIGINT FROM parquet_file_metadata(" +
                                     pattern + ") f"));
  while (duck::Chunk chunk = TRY(result.next())) {
    for (size_t i = 0; i < chunk.rows(); ++i) {
      const std::string name(chunk.column(0).text(i));
      BuiltFile file{.path = name.substr(document.output.size() + 1)};
      file.rows = static_cast<uint64_t>(chunk.column(1).values<int64_t>()[i]);
      std::error_code ignored;
      file.bytes = std::filesystem::file_size(name, ignored);
      files.emplace(name, std::move(file));
    }
  }
  return files;
}

using Ranges = std::map<std::pair<std::string, std::string>, Range>;  // by file and column

Result<Ranges> read_ranges(duck::Connection& connection, const std::string& pattern,
                           const std::map<std::string, std::string>& types) {
  Ranges ranges;
  auto result = TRY(connection.query(
      "SELECT file_name, path_in_schema, stats_min_value, stats_max_value, stats_null_count::BIGINT, "
      "num_values::BIGINT FROM parquet_metadata(" +
      pattern + ")"));
  while (duck::Chunk chunk = TRY(result.next())) {
    for (size_t i = 0; i < chunk.rows(); ++i) {
      const std::string column(chunk.column(1).text(i));
      const auto type = types.find(column);
      if (type == types.end()) continue;
      Range& range = ranges[{std::string(chunk.column(0).text(i)), column}];
      take_group(range, is_number(type->second) ? Order::number : Order::text, chunk, i);
    }
  }
  return ranges;
}

}  // namespace

Result<std::vector<BuiltFile>> read_statistics(duck::Connection& connection, const BuildDocument& document,
                                               const std::string& folder,
                                               const std::vector<BuildColumn>& columns) {
  const std::string pattern = duck::quote_text(document.output + "/" + folder + "/*/*.parquet");
  auto files = TRY(read_files(connection, document, pattern));
  std::map<std::string, std::string> types;
  for (const BuildColumn& column : columns) types[column.name] = column.type;
  for (const auto& [place, range] : TRY(read_ranges(connection, pattern, types))) {
    const std::string& type = types[place.second];
    BuiltFile::Statistics made{
        .column = place.second, .nulls = range.nulls, .knows_nulls = range.knows_nulls};
    if (range.whole) made.minimum = literal(type, range.minimum), made.maximum = literal(type, range.maximum);
    if (made.minimum.empty() || made.maximum.empty()) made.minimum = made.maximum = "";
    files.at(place.first).statistics.push_back(std::move(made));
  }
  std::vector<BuiltFile> out;
  for (auto& [name, file] : files) {
    if (file.rows > 0) out.push_back(std::move(file));
  }
  return out;
}

}  // namespace fvm::runner
