#include "runner/ingest_persons.hpp"

#include <array>
#include <cmath>
#include <string_view>

#include "crypto/identifier.hpp"
#include "runner/values.hpp"

namespace fvm::runner {
namespace {

constexpr uint64_t persons_min = 5;
constexpr size_t digits = crypto::identifier_characters_max;
constexpr size_t padded_bytes_max = 16;
// 01.01.00-0000 without its leading zero, and the first number of eleven digits.
constexpr int64_t number_min = 101'000'000, number_end = 10'000'000'000;

struct Seen {
  uint64_t shaped = 0, plausible = 0;

  void add(std::string_view text) {
    ++shaped;
    plausible += crypto::pack_person(text).has_value() ? 1 : 0;
  }
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Ten digits, perhaps with a dash after the sixth; the length has been looked at.
bool is_shaped(std::string_view text) {
  const bool dashed = text.size() == digits + 1;
  if (dashed && text[6] != '-') return false;
  for (size_t i = 0; i < text.size(); ++i)
    if (!is_digit(text[i]) && !(dashed && i == 6)) return false;
  return true;
}

void add_text(std::string_view text, Seen& seen) {
  // The length decides nearly always: most columns never get past this line.
  if (text.size() < digits || text.size() > padded_bytes_max) return;
  if (text.size() > digits + 1 || text.front() == ' ' || text.back() == ' ') text = trimmed(text);
  if ((text.size() == digits || text.size() == digits + 1) && is_shaped(text)) seen.add(text);
}

void add_number(int64_t value, Seen& seen) {
  if (value < number_min || value >= number_end) return;
  std::array<char, digits> text;
  text.fill('0');
  for (size_t i = digits; value > 0; value /= 10) text[--i] = static_cast<char>('0' + value % 10);
  seen.add({text.data(), text.size()});
}

template <class Add>
void each_row(const duck::ColumnView& column, Add add) {
  const bool all = column.all_valid();
  for (size_t row = 0; row < column.rows(); ++row)
    if (all || column.valid(row)) add(row);
}

}  // namespace

bool PersonCounts::is_suspicious() const {
  return plausible >= persons_min && plausible * 2 >= shaped;
}

void count_persons(const duck::ColumnView& column, PersonCounts& counts) {
  Seen seen;
  if (column.type().kind == duck::Kind::varchar) {
    each_row(column, [&](size_t row) { add_text(column.text(row), seen); });
  } else if (column.type().kind == duck::Kind::bigint) {
    const auto values = column.values<int64_t>();
    each_row(column, [&](size_t row) { add_number(values[row], seen); });
  } else if (column.type().kind == duck::Kind::double_) {
    const auto values = column.values<double>();
    each_row(column, [&](size_t row) {
      const double value = values[row];
      if (value >= number_min && value < static_cast<double>(number_end) && std::floor(value) == value)
        add_number(static_cast<int64_t>(value), seen);
    });
  }
  if (seen.shaped == 0) return;
  counts.shaped += seen.shaped;
  counts.plausible += seen.plausible;
}

}  // namespace fvm::runner
