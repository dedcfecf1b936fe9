// What the cells of a column may say: dates in any order, numbers in any unit, codes with or without their
// signs. Each way to read a whole column is tried; which one is meant shows when it is compared with the
// project's own values. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "disclosure/candidates.hpp"

namespace fvm::disclosure {

enum class DateOrder { year_first, day_first, month_first };
// Days since 1970: "1951-03-14", "14.03.51", "14MAR1951", "19510314", with a time behind or not.
std::optional<int32_t> days_of(std::string_view cell, DateOrder order);

// "DE11.9" and "de119" are one code, as "0101" and "101" are: lower case, without points and leading zeros.
std::string code_of(std::string_view text);
// Two decimals are kept.
std::optional<int64_t> hundredths_of(double value);

enum class Domain { date, number, text };

// Numbers for the values that are looked for; 0: none.
class Sought {
 public:
  uint32_t add(Domain domain, int64_t value);
  uint32_t add(std::string code);
  uint32_t find(Domain domain, int64_t value) const;
  uint32_t find(std::string_view code) const;
  bool any(Domain domain) const;
  size_t size() const { return size_; }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<int64_t, uint32_t> dates_, numbers_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> codes_;
  uint32_t size_ = 0;
};

// A column read in one way.
struct ReadColumn {
  size_t column = 0;
  Domain domain = Domain::text;
  std::vector<uint32_t> ids;  // of each row; 0: the cell is empty, or says nothing in this way
};
// What was read of a candidate's rows.
struct ReadRows {
  size_t rows = 0;
  std::vector<std::string> headings;
  std::vector<std::vector<bool>> filled;  // of each column, each row
  std::vector<ReadColumn> readings;
};
ReadRows read_rows(const Candidate& table, Sought& sought);

}  // namespace fvm::disclosure
