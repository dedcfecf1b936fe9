#include "runner/ingest_output.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "runner/ingest_columns.hpp"
#include "runner/ingest_sql.hpp"

namespace fvm::runner {
namespace {

using duck::quote_name;
using duck::quote_text;

// Longer texts are no use for skipping files.
constexpr size_t statistic_bytes_max = 64;

enum class Order { number, text, timestamp, none };

Order order_of(const IngestJob& job, std::string_view name) {
  for (const IngestColumn& column : job.columns) {
    if (column.name != name) continue;
    if (column.is_identifier() || column.type == catalogue::Type::integer) return Order::number;
    if (column.type == catalogue::Type::decimal) return Order::number;
    return column.type == catalogue::Type::timestamp ? Order::timestamp : Order::text;
  }
  return Order::none;
}

bool less(Order order, const std::string& a, const std::string& b) {
  if (order != Order::number) return a < b;
  double x = 0, y = 0;
  std::from_chars(a.data(), a.data() + a.size(), x);
  std::from_chars(b.data(), b.data() + b.size(), y);
  return x < y;
}

// A statistic as Delta writes it.
std::string literal(Order order, std::string value) {
  if (order == Order::number) return value;
  if (order == Order::timestamp) {
    std::replace(value.begin(), value.end(), ' ', 'T');
    value += "Z";
  }
  return boost::json::serialize(boost::json::value(value));
}

struct Range {
  Order order = Order::none;
  std::optional<std::string> minimum, maximum;
  bool known = true;  // every row group tells
  uint64_t nulls = 0, values = 0;

  void add(const duck::Chunk& chunk, size_t row) {
    const auto count = static_cast<uint64_t>(chunk.column(4).values<int64_t>()[row]);
    const uint64_t group_nulls =
        chunk.column(3).valid(row) ? static_cast<uint64_t>(chunk.column(3).values<int64_t>()[row]) : 0;
    nulls += group_nulls;
    values += count;
    if (group_nulls == count) return;  // no value, no range
    if (!chunk.column(1).valid(row) || !chunk.column(2).valid(row)) known = false;
    if (!known) return;
    const std::string low(chunk.column(1).text(row)), high(chunk.column(2).text(row));
    known = low.size() <= statistic_bytes_max && high.size() <= statistic_bytes_max;
    if (!minimum || less(order, low, *minimum)) minimum = low;
    if (!maximum || less(order, *maximum, high)) maximum = high;
  }

  WrittenFile::Column column(const std::string& name) const {
    WrittenFile::Column out{.name = name, .minimum = {}, .maximum = {}, .nulls = nulls};
    if (!known || order == Order::none || !minimum) return out;
    out.minimum = literal(order, *minimum);
    out.maximum = literal(order, *maximum);
    return out;
  }
};

Result<WrittenFile> written_file(duck::Connection& connection, const IngestJob& job, const Path& file) {
  WrittenFile out{.name = file.filename().string(), .bytes = std::filesystem::file_size(file)};
  out.rows = static_cast<uint64_t>(TRY(connection.query_number(
      fmt::format("SELECT num_rows FROM parquet_file_metadata({})", quote_text(file.string())))));
  auto rows = TRY(connection.query(
      fmt::format("SELECT path_in_schema, stats_min_value, stats_max_value, stats_null_count::BIGINT, "
                  "num_values::BIGINT FROM parquet_metadata({})",
                  quote_text(file.string()))));
  std::vector<std::string> names;
  std::map<std::string, Range> ranges;
  while (const duck::Chunk chunk = TRY(rows.next())) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      const std::string name(chunk.column(0).text(row));
      if (!ranges.contains(name)) names.push_back(name);
      ranges[name].order = order_of(job, name);
      ranges[name].add(chunk, row);
    }
  }
  for (const std::string& name : names) out.columns.push_back(ranges[name].column(name));
  return out;
}

std::string key_list(const IngestJob& job, std::string_view table) {
  std::vector<std::string> names;
  for (const std::string& key : job.key) names.push_back(fmt::format("{}.{}", table, quote_name(key)));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string key_match(const IngestJob& job) {
  std::vector<std::string> parts;
  for (const std::string& key : job.key) parts.push_back(fmt::format("o.{0} = n.{0}", quote_name(key)));
  return fmt::format("{}", fmt::join(parts, " AND "));
}

}  // namespace

Result<std::vector<WrittenFile>> written_files(duck::Connection& connection, const IngestJob& job) {
  std::vector<Path> paths;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(job.output, ignored))
    if (entry.path().extension() == ".parquet") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<WrittenFile> files;
  for (const Path& path : paths) {
    WrittenFile file = TRY(written_file(connection, job, path));
    if (file.rows > 0) files.push_back(std::move(file));
  }
  return files;
}

Result<std::vector<std::string>> merge_existing(duck::Connection& connection, const IngestJob& job) {
  std::vector<std::string> replaced;
  const std::string delivered = quote_text((job.output / "data_*.parquet").string());
  TRY(connection.run(fmt::format("CREATE TEMP TABLE delivered_keys AS SELECT {} FROM read_parquet({}) AS n",
                                 key_list(job, "n"), delivered)));
  const int64_t rows = TRY(connection.query_number("SELECT count(*) FROM delivered_keys"));
  const int64_t keys = TRY(connection.query_number(
      fmt::format("SELECT count(*) FROM (SELECT DISTINCT {} FROM delivered_keys AS n)", key_list(job, "n"))));
  if (rows != keys) return refused("ingest.key_twice", {{"rows", std::to_string(rows - keys)}});
  for (size_t i = 0; i < job.existing.size(); ++i) {
    const std::string old = fmt::format("read_parquet({}) AS o", quote_text(job.existing[i].inside.string()));
    const int64_t hit = TRY(connection.query_number(
        fmt::format("SELECT count(*) FROM {} SEMI JOIN delivered_keys AS n ON {}", old, key_match(job))));
    if (hit == 0) continue;
    replaced.push_back(job.existing[i].name);
    TRY(connection.run(
        fmt::format("COPY (SELECT * FROM {} ANTI JOIN delivered_keys AS n ON {}) TO {} (FORMAT parquet)", old,
                    key_match(job), quote_text((job.output / fmt::format("kept_{}.parquet", i)).string()))));
  }
  return replaced;
}

}  // namespace fvm::runner
