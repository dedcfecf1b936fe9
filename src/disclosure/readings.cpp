#include "disclosure/readings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <functional>

#include "disclosure/ascii.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

struct Part {
  std::string_view text;
  bool digits = false;
};

// Runs of digits and of letters, up to where a time of day begins.
std::vector<Part> parts_of(std::string_view cell) {
  std::vector<Part> parts;
  for (size_t i = 0; i < cell.size() && parts.size() < 4;) {
    if (!ascii::alphanumeric(cell[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < cell.size() && ascii::alphanumeric(cell[end]) &&
           ascii::digit(cell[end]) == ascii::digit(cell[i]))
      ++end;
    parts.push_back({cell.substr(i, end - i), ascii::digit(cell[i])});
    i = end;
  }
  return parts;
}

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

int month_of(std::string_view word) {
  static constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "maj", "jun",
                                                              "jul", "aug", "sep", "okt", "nov", "dec"};
  const std::string_view head = word.substr(0, 3);
  if (head == "may") return 5;
  if (head == "oct") return 10;
  const auto found = std::find(months.begin(), months.end(), head);
  return found == months.end() ? 0 : static_cast<int>(found - months.begin()) + 1;
}

int year_of(std::string_view digits) {
  constexpr int century_turns = 30;
  const int year = number(digits);
  if (digits.size() > 2) return year;
  return year + (year <= century_turns ? 2000 : 1900);
}

std::optional<int32_t> days_from(int year, int month, int day) {
  constexpr int first_year = 1850, last_year = 2100;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < first_year || year > last_year || month < 1 || day < 1 || !date.ok()) return std::nullopt;
  return static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

// "19510314" and "140351": parts without a sign between them.
std::vector<Part> cut(std::string_view run, DateOrder order) {
  const size_t year = run.size() == 8 ? 4 : 2;
  if (order == DateOrder::year_first)
    return {{run.substr(0, year), true}, {run.substr(year, 2), true}, {run.substr(year + 2, 2), true}};
  return {{run.substr(0, 2), true}, {run.substr(2, 2), true}, {run.substr(4, year), true}};
}

// The days before 1970 that a program counts from: Excel, SAS and Stata, R.
constexpr std::array<int32_t, 3> epochs = {25569, 3653, 0};

class Reader {
 public:
  Reader(const Candidate& table, Sought& sought, ReadRows& out) : table_(table), sought_(sought), out_(out) {}

  void column(size_t c) {
    column_ = c;
    codes();
    dates();
    numbers();
  }

 private:
  using Id = std::function<uint32_t(const std::string&)>;

  // Kept when most cells can be read so.
  bool read(Domain domain, const Id& id) {
    ReadColumn reading{column_, domain, std::vector<uint32_t>(table_.rows.size())};
    size_t filled = 0, read = 0;
    for (size_t r = 0; r < reading.ids.size(); ++r) {
      const std::string& cell = table_.rows[r][column_];
      if (cell.empty()) continue;
      ++filled;
      reading.ids[r] = id(cell);
      read += reading.ids[r] != 0;
    }
    if (read == 0 || read * 10 < filled * 6) return false;
    out_.readings.push_back(std::move(reading));
    return true;
  }

  void codes() {
    read(Domain::text, [&](const std::string& cell) { return sought_.add(code_of(cell)); });
    // Danish diagnoses have a D before them.
    read(Domain::text, [&](const std::string& cell) {
      const bool diagnosis = cell.size() >= 3 && ascii::letter(cell[0]) && ascii::digit(cell[1]);
      return diagnosis ? sought_.add("d" + code_of(cell)) : 0;
    });
    for (const auto& [man, woman] : {std::pair("m", "k"), {"m", "f"}, {"1", "2"}}) {
      read(Domain::text, [&, man = man, woman = woman](const std::string& cell) -> uint32_t {
        for (const char* word : {"m", "mand", "mænd", "male", "man", "men", "1", "dreng", "drenge"})
          if (cell == word) return sought_.add(std::string(man));
        for (const char* word :
             {"k", "f", "kvinde", "kvinder", "female", "woman", "women", "2", "pige", "piger"})
          if (cell == word) return sought_.add(std::string(woman));
        return 0;
      });
    }
  }

  void dates() {
    for (const DateOrder order : {DateOrder::year_first, DateOrder::day_first, DateOrder::month_first}) {
      read(Domain::date, [&](const std::string& cell) {
        const auto days = days_of(cell, order);
        return days ? sought_.add(Domain::date, *days) : 0;
      });
    }
    for (const int32_t epoch : epochs) {
      read(Domain::date, [&](const std::string& cell) -> uint32_t {
        constexpr double first = 1000, last = 80000;
        const auto found = number_of(cell);
        if (!found || !found->whole || found->value < first || found->value > last) return 0;
        return sought_.add(Domain::date, static_cast<int64_t>(found->value) - epoch);
      });
    }
  }

  void numbers() {
    for (const double scale : {1.0, 100.0, 1000.0, 0.01, 0.001}) {
      read(Domain::number, [&](const std::string& cell) -> uint32_t {
        const auto found = number_of(cell);
        const auto value = found ? hundredths_of(found->value * scale) : std::nullopt;
        return value ? sought_.add(Domain::number, *value) : 0;
      });
    }
  }

  const Candidate& table_;
  Sought& sought_;
  ReadRows& out_;
  size_t column_ = 0;
};

}  // namespace

std::optional<int32_t> days_of(std::string_view cell, DateOrder order) {
  std::vector<Part> parts = parts_of(cell);
  const bool one_run = parts.size() == 1 && parts[0].digits;
  if (one_run && (parts[0].text.size() == 8 || parts[0].text.size() == 6)) parts = cut(parts[0].text, order);
  if (parts.size() < 3 || !parts[0].digits || !parts[2].digits) return std::nullopt;
  if (!parts[1].digits) {  // "14mar1951"
    const int month = month_of(parts[1].text);
    if (month == 0) return std::nullopt;
    const bool year_first = parts[0].text.size() == 4;
    return days_from(year_of(parts[year_first ? 0 : 2].text), month, number(parts[year_first ? 2 : 0].text));
  }
  if ((parts[0].text.size() == 4) != (order == DateOrder::year_first) && parts[2].text.size() != 2)
    return std::nullopt;
  switch (order) {
    case DateOrder::year_first:
      return days_from(year_of(parts[0].text), number(parts[1].text), number(parts[2].text));
    case DateOrder::day_first:
      return days_from(year_of(parts[2].text), number(parts[1].text), number(parts[0].text));
    case DateOrder::month_first:
      return days_from(year_of(parts[2].text), number(parts[0].text), number(parts[1].text));
  }
  return std::nullopt;
}

std::string code_of(std::string_view text) {
  std::string code = lower(trim(text));
  std::erase(code, '.');
  const size_t from = std::min(code.find_first_not_of('0'), code.size());
  if (from == code.size() && !code.empty()) return "0";
  return code.substr(from);
}

std::optional<int64_t> hundredths_of(double value) {
  constexpr double most = 1e15;
  if (!(std::fabs(value) < most)) return std::nullopt;
  return std::llround(value * 100);
}

uint32_t Sought::add(Domain domain, int64_t value) {
  auto& values = domain == Domain::date ? dates_ : numbers_;
  const auto [found, added] = values.try_emplace(value, size_ + 1);
  size_ += added;
  return found->second;
}

uint32_t Sought::add(std::string code) {
  if (code.empty()) return 0;
  const auto [found, added] = codes_.try_emplace(std::move(code), size_ + 1);
  size_ += added;
  return found->second;
}

uint32_t Sought::find(Domain domain, int64_t value) const {
  const auto& values = domain == Domain::date ? dates_ : numbers_;
  const auto found = values.find(value);
  return found == values.end() ? 0 : found->second;
}

uint32_t Sought::find(std::string_view code) const {
  const auto found = codes_.find(code);
  return found == codes_.end() ? 0 : found->second;
}

bool Sought::any(Domain domain) const {
  if (domain == Domain::text) return !codes_.empty();
  return domain == Domain::date ? !dates_.empty() : !numbers_.empty();
}

ReadRows read_rows(const Candidate& table, Sought& sought) {
  ReadRows out{.rows = table.rows.size(), .headings = table.headings};
  Reader reader(table, sought, out);
  for (size_t c = 0; c < table.headings.size(); ++c) {
    auto& filled = out.filled.emplace_back();
    for (const auto& row : table.rows) filled.push_back(!row[c].empty());
    reader.column(c);
  }
  return out;
}

}  // namespace fvm::disclosure
