#include "runner/ingest_sql.hpp"

#include <fmt/format.h>

#include "duck/database.hpp"
#include "runner/ingest_columns.hpp"
#include "runner/parquet.hpp"

namespace fvm::runner {
namespace {

using duck::quote_name;
using duck::quote_text;

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

// read_csv of one file. Its columns are called c0, c1, …: a column that the file has, whatever its case.
std::string source(const IngestFile& file, const FileLook& look, BrokenLines broken) {
  std::vector<std::string> columns;
  for (size_t i = 0; i < look.columns.size(); ++i) columns.push_back(fmt::format("'c{}': 'VARCHAR'", i));
  const std::string quote = quote_text(std::string_view(&look.dialect.quote, 1));
  std::string options = fmt::format(
      "columns = {{{}}}, auto_detect = false, header = true, delim = {}, quote = {}, escape = {}, nullstr = "
      "'', "
      "encoding = '{}', max_line_size = 2097152, buffer_size = 8388608{}",
      joined(columns, ", "), quote_text(std::string_view(&look.dialect.delimiter, 1)), quote, quote,
      look.dialect.encoding == Encoding::latin1 ? "latin-1" : "utf-8",
      broken == BrokenLines::count ? ", store_rejects = true, rejects_limit = 0" : "");
  return fmt::format("read_csv({}, {})", quote_text(file.inside.string()), options);
}

std::string type_name(const IngestColumn& column) {
  if (column.is_identifier() || column.type == catalogue::Type::integer) return "BIGINT";
  switch (column.type) {
    case catalogue::Type::decimal:
      return "DOUBLE";
    case catalogue::Type::date:
      return "DATE";
    case catalogue::Type::timestamp:
      return "TIMESTAMP";
    default:
      return "VARCHAR";
  }
}

bool has_function(const IngestColumn& column) {
  return column.is_identifier() || column.type != catalogue::Type::text;
}

std::string select_of(const IngestJob& job, size_t file, const FileLook& look, BrokenLines broken) {
  std::vector<std::string> items;
  for (const size_t index : stored_columns(job)) {
    const IngestColumn& column = job.columns[index];
    std::string value = "NULL::" + type_name(column);
    for (size_t i = 0; i < look.columns.size(); ++i) {
      if (look.columns[i] != index) continue;
      value = fmt::format("c{}", i);
      if (has_function(column)) value = fmt::format("{}(c{})", column_function(file, index), i);
    }
    items.push_back(fmt::format("{} AS {}", value, quote_name(column.name)));
  }
  return fmt::format("SELECT {} FROM {}", joined(items, ", "), source(job.files[file], look, broken));
}

}  // namespace

std::string column_function(size_t file, size_t column) {
  return fmt::format("fvm_{}_{}", file, column);
}

std::vector<size_t> stored_columns(const IngestJob& job) {
  std::vector<size_t> columns;
  for (size_t i = 0; i < job.columns.size(); ++i)
    if (!job.columns[i].is_dropped()) columns.push_back(i);
  return columns;
}

std::string copy_statement(const IngestJob& job, const std::vector<FileLook>& looks, BrokenLines broken) {
  std::vector<std::string> selects, names;
  for (size_t i = 0; i < looks.size(); ++i) selects.push_back(select_of(job, i, looks[i], broken));
  for (const size_t index : stored_columns(job)) names.push_back(quote_name(job.columns[index].name));
  return fmt::format(
      "COPY (SELECT * FROM ({}) WHERE {}({})) TO {} (FORMAT parquet, PER_THREAD_OUTPUT, FILE_SIZE_BYTES {}, "
      "DICTIONARY_SIZE_LIMIT {}, OVERWRITE_OR_IGNORE)",
      joined(selects, " UNION ALL "), keep_function_name, joined(names, ", "),
      quote_text(job.output.string()), parquet_file_bytes_max, dictionary_values_max);
}

}  // namespace fvm::runner
