#include "runner/ingest_persons.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>

#include "crypto/identifier.hpp"
#include "runner/values.hpp"

namespace fvm::runner {
namespace {

constexpr uint64_t persons_min = 5;
// Of a vector's values of ten digits the first ones are all read as dates, then one in eight: keys of ten
// digits in every row would else cost more than everything else here.
constexpr uint64_t read_all_values = 64, read_every = 8;
constexpr size_t digits = crypto::identifier_characters_max;
constexpr size_t padded_bytes_max = 16;
// 01.01.00-0000 without its leading zero, and the first number of eleven digits.
constexpr int64_t number_min = 101'000'000, number_end = 10'000'000'000;

struct Seen {
  uint64_t shaped = 0, plausible = 0;
  YearDays days{};

  void add(std::string_view text) {
    ++met_;
    if (met_ > read_all_values && met_ % read_every != 0) return;
    ++shaped;
    if (!crypto::pack_person(text)) return;
    ++plausible;
    add_day(text, days);
  }

 private:
  uint64_t met_ = 0;
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

void add_day(std::string_view person, YearDays& days) {
  constexpr unsigned replacement_day_offset = 60, months = 12, days_of_month_max = 31;
  const auto pair = [&](size_t at) {
    return static_cast<unsigned>(person[at] - '0') * 10 + static_cast<unsigned>(person[at + 1] - '0');
  };
  unsigned day = pair(0);
  const unsigned month = pair(2);
  if (day > replacement_day_offset) day -= replacement_day_offset;
  if (day < 1 || day > days_of_month_max || month < 1 || month > months) return;
  const unsigned bit = (day - 1) * months + month - 1;
  days[bit / 64] |= uint64_t{1} << (bit % 64);
}

bool are_persons(uint64_t plausible, const YearDays& days) {
  // More than twelve days are no run of keys; of few numbers, a third of them, and nearly all of a handful.
  constexpr uint64_t many = 40, days_of_many_min = 13, handful = 4;
  uint64_t seen = 0;
  for (const uint64_t word : days) seen += static_cast<uint64_t>(std::popcount(word));
  if (plausible >= many) return seen >= days_of_many_min;
  return seen >= std::max(std::min(plausible, handful), plausible / 3 + 1);
}

bool PersonCounts::is_suspicious() const {
  if (plausible < persons_min || plausible * 2 < shaped) return false;
  YearDays all{};
  for (size_t i = 0; i < all.size(); ++i) all[i] = days[i];
  return are_persons(plausible, all);
}

void count_persons(const duck::ColumnView& column, PersonCounts& counts) {
  Seen seen;
  if (column.type().kind == duck::Kind::varchar) {
    const auto texts = column.values<duck::Text>();
    each_row(column, [&](size_t row) {
      // The length decides nearly always: most columns never get past this line.
      if (texts[row].bytes() < digits || texts[row].bytes() > padded_bytes_max) return;
      add_text(texts[row].view(), seen);
    });
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
  for (size_t i = 0; i < seen.days.size(); ++i)
    if (seen.days[i] != 0) counts.days[i] |= seen.days[i];
}

}  // namespace fvm::runner
