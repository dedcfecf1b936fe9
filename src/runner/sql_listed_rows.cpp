#include "runner/sql_listed_rows.hpp"

#include "pgwire/values.hpp"

namespace fvm::runner {
namespace {

namespace oid = pgwire::oid;

bool binary_at(const std::vector<bool>& formats, size_t column) {
  if (formats.empty()) return false;
  return formats.size() == 1 ? formats[0] : column < formats.size() && formats[column];
}

char* put(char* at, const ListedValue& value, bool binary) {
  if (const auto* text = std::get_if<std::string>(&value)) return pgwire::put_text(at, *text);
  if (const auto* count = std::get_if<int64_t>(&value))
    return binary ? pgwire::put_eight(at, static_cast<uint64_t>(*count)) : pgwire::put_int(at, *count);
  const double number = std::get<double>(value);
  return binary ? pgwire::put_double_binary(at, number) : pgwire::put_double(at, number);
}

size_t bytes_max_of(const ListedValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? pgwire::value_bytes_max : text->size();
}

void write_row(const ListedRow& row, const std::vector<bool>& binary, pgwire::Output& out) {
  constexpr size_t head_bytes = 7, length_bytes = 4;
  constexpr uint32_t null = 0xFFFFFFFF;
  size_t bytes_max = head_bytes;
  for (const ListedValue& value : row) bytes_max += length_bytes + bytes_max_of(value);
  char* const start = out.reserve(bytes_max);
  *start = 'D';
  char* at = pgwire::put_two(start + 1 + length_bytes, static_cast<uint16_t>(row.size()));
  for (size_t i = 0; i < row.size(); ++i) {
    if (std::holds_alternative<std::monostate>(row[i])) {
      at = pgwire::put_four(at, null);
      continue;
    }
    char* const end = put(at + length_bytes, row[i], binary_at(binary, i));
    pgwire::put_four(at, static_cast<uint32_t>(end - at - static_cast<std::ptrdiff_t>(length_bytes)));
    at = end;
  }
  pgwire::put_four(start + 1, static_cast<uint32_t>(at - start - 1));
  out.advance(at);
}

}  // namespace

pgwire::Column text_column(std::string name) {
  return {std::move(name), oid::text, -1, -1};
}
pgwire::Column count_column(std::string name) {
  return {std::move(name), oid::int8, 8, -1};
}
pgwire::Column number_column(std::string name) {
  return {std::move(name), oid::float8, 8, -1};
}

Result<pgwire::Progress> ListedRows::write(pgwire::Output& out, const pgwire::RowForm& form,
                                           uint64_t rows_max) {
  uint64_t written = 0;
  for (; at_ < rows_.size() && (rows_max == 0 || written < rows_max) && !out.broken(); ++at_, ++written)
    write_row(rows_[at_], form.binary, out);
  return pgwire::Progress{written, at_ == rows_.size()};
}

}  // namespace fvm::runner
