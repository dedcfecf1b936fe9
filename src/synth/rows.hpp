// Rows of a delivery, written by hand into a buffer: fields by the column's name (checked at compile time),
// in ascending order; columns that are not named stay empty.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace fvm::synth {

// How a register writes its files; the quirks of domain.md.
struct Format {
  char separator = ',';
  char decimal = '.';
  enum class Encoding { utf8, utf8_bom, latin1 } encoding = Encoding::utf8;
  enum class Header { lower, upper, capital } header = Header::lower;
};

// Dates as text, made once: "2026-11-23".
class Calendar {
 public:
  static constexpr int first_year = 1880, last_year = 2060;
  Calendar() {
    for (int64_t day = first(); date_of_days(day).year <= last_year; ++day) {
      const std::string text = to_text(date_of_days(day));
      std::copy_n(text.begin(), 10, texts_.emplace_back().begin());
    }
  }
  std::string_view text(int32_t day) const { return {texts_[static_cast<size_t>(day - first())].data(), 10}; }

 private:
  static int64_t first() {
    static const int64_t day = days_of_date(first_year, 1, 1);
    return day;
  }
  std::vector<std::array<char, 10>> texts_;
};

struct Buffer {
  std::string bytes;
  uint64_t rows = 0;
  bool misordered = false;  // a defect: a column was named before an earlier one
};

template <size_t N>
struct Name {
  char text[N];
  consteval Name(const char (&from)[N]) { std::copy_n(from, N, text); }  // NOLINT: a literal
  constexpr std::string_view view() const { return {text, N - 1}; }
};

template <const auto& columns, Name name>
consteval size_t index_of() {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == name.view()) return i;
  }
  throw "no such column";  // at compile time
}

template <const auto& columns>
class Row {
 public:
  Row(Buffer& out, const Format& format, const Calendar& calendar)
      : out_(out), format_(format), calendar_(calendar) {}
  ~Row() {
    advance(columns.size() - 1);
    out_.bytes += '\n';
    ++out_.rows;
  }
  Row(const Row&) = delete;

  // ASCII that needs no quotes.
  template <Name name>
  Row& set(std::string_view value) {
    advance(index_of<columns, name>());
    out_.bytes += value;
    return *this;
  }
  template <Name name>
  Row& number(int64_t value, size_t width = 0) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    advance(index_of<columns, name>());
    for (auto length = static_cast<size_t>(end - digits); length < width; ++length) out_.bytes += '0';
    out_.bytes.append(digits, end);
    return *this;
  }
  // `hundredths` as 12,34 or 12.34.
  template <Name name>
  Row& decimal(int64_t hundredths) {
    number<name>(hundredths / 100);
    const auto rest = static_cast<char>(hundredths % 100);
    out_.bytes += format_.decimal;
    out_.bytes += static_cast<char>('0' + rest / 10);
    out_.bytes += static_cast<char>('0' + rest % 10);
    return *this;
  }
  template <Name name>
  Row& date(int32_t day) {
    return set<name>(calendar_.text(day));
  }
  // dd-mm-yyyy
  template <Name name>
  Row& danish_date(int32_t day) {
    const std::string_view iso = calendar_.text(day);
    set<name>(iso.substr(8, 2));
    out_.bytes.append("-").append(iso.substr(5, 2)).append("-").append(iso.substr(0, 4));
    return *this;
  }
  template <Name name>
  Row& time(int32_t minutes) {
    set<name>("");
    append_time(minutes);
    return *this;
  }
  template <Name name>
  Row& moment(int32_t day, int32_t minutes) {
    date<name>(day);
    out_.bytes += ' ';
    append_time(minutes);
    return *this;
  }
  // Any UTF-8 text, in quotes when `always` or when it needs them, in the file's encoding.
  template <Name name>
  Row& text(std::string_view value, bool always = false) {
    advance(index_of<columns, name>());
    const bool quotes = always || value.find_first_of("\"\n\r,;\t") != std::string_view::npos;
    if (quotes) out_.bytes += '"';
    for (size_t i = 0; i < value.size(); ++i) i += append_character(value, i);
    if (quotes) out_.bytes += '"';
    return *this;
  }

 private:
  void advance(size_t column) {
    if (column < next_) out_.misordered = true;
    for (; next_ < column; ++next_) out_.bytes += format_.separator;
  }
  void append_two(int32_t value) {
    out_.bytes += static_cast<char>('0' + value / 10);
    out_.bytes += static_cast<char>('0' + value % 10);
  }
  void append_time(int32_t minutes) {
    append_two(minutes / 60);
    out_.bytes += ':';
    append_two(minutes % 60);
    out_.bytes += ":00";
  }
  // Returns how many bytes more than one the character took. Our texts hold nothing beyond Latin-1.
  size_t append_character(std::string_view text, size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"') out_.bytes += '"';
    if (byte < 0x80 || format_.encoding != Format::Encoding::latin1) {
      out_.bytes += text[at];
      return 0;
    }
    out_.bytes += static_cast<char>((byte & 3) << 6 | (text[at + 1] & 0x3F));
    return 1;
  }

  Buffer& out_;
  const Format& format_;
  const Calendar& calendar_;
  size_t next_ = 0;
};

}  // namespace fvm::synth
