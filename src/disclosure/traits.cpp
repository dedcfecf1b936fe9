#include "disclosure/traits.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "disclosure/ascii.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Known = std::unordered_set<std::string_view>;

using ascii::all_digits, ascii::digit;

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool is_date(int year, int month, int day) {
  return year >= 1850 && year <= 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_month(std::string_view word) {
  static const Known months = {"jan", "feb", "mar", "apr", "may", "maj", "jun",
                               "jul", "aug", "sep", "oct", "okt", "nov", "dec"};
  return word.size() >= 3 && months.contains(lower(word.substr(0, 3)));
}

// "14MAR1951", "14 mar 1951", "14. marts 1951".
bool is_named_date(std::string_view text) {
  const auto part = [&](auto is, std::string_view signs) {
    size_t n = 0;
    while (n < text.size() && is(text[n])) ++n;
    const std::string_view found = text.substr(0, n);
    text.remove_prefix(n);
    while (!text.empty() && signs.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
    return found;
  };
  const std::string_view day = part(digit, ". -"), month = part(ascii::letter, ". -"), year = part(digit, "");
  return day.size() <= 2 && year.size() == 4 && text.empty() && all_digits(day) && is_month(month) &&
         is_date(number(year), 1, number(day));
}

bool is_sex(std::string_view text) {
  static const Known known = {"m",      "k",   "f",     "mand",  "kvinde", "male",
                              "female", "man", "woman", "dreng", "pige"};
  constexpr size_t bytes_max = 6;
  if (text.size() > bytes_max || !ascii::letter(text[0])) return false;
  return known.contains(lower(text));
}

// "DE119", "E11.9": one letter or D and one, two digits, at most four more.
bool is_diagnosis(std::string_view text) {
  if (text.size() > 1 && (text[0] == 'D' || text[0] == 'd') && ascii::letter(text[1])) text.remove_prefix(1);
  if (text.size() < 3 || text.size() > 7 || !ascii::letter(text[0])) return false;
  return digit(text[1]) && digit(text[2]) &&
         std::all_of(text.begin() + 3, text.end(), [](char c) { return ascii::alphanumeric(c) || c == '.'; });
}

// "A10BA02" (ATC, level five).
bool is_drug(std::string_view text) {
  const auto letter = [&](size_t i) { return ascii::letter(text[i]); };
  return text.size() == 7 && letter(0) && digit(text[1]) && digit(text[2]) && letter(3) && letter(4) &&
         digit(text[5]) && digit(text[6]);
}

// Codes of municipalities (101 Copenhagen to 860 Hjørring) as they stand in the registers.
bool is_municipality(std::string_view text) {
  return text.size() == 3 && all_digits(text) && number(text) >= 101 && number(text) <= 860;
}

// "19510314", "140351": digits alone. One may be any number; a column of them is not.
bool is_packed_date(std::string_view text) {
  constexpr size_t with_century = 8, without = 6;
  if (!all_digits(text)) return false;
  const auto two = [&](size_t at) { return number(text.substr(at, 2)); };
  if (text.size() == with_century)
    return is_date(number(text.substr(0, 4)), two(4), two(6)) ||
           is_date(number(text.substr(4)), two(2), two(0));
  constexpr int some_year = 2000;
  return text.size() == without && (is_date(some_year, two(2), two(0)) || is_date(some_year, two(2), two(4)));
}

// "Ditte Ravn": two to four words that all begin with a capital letter.
bool is_name(std::string_view text) {
  constexpr size_t bytes_max = 60, words_max = 4;
  size_t words = 0;
  if (text.size() > bytes_max || std::any_of(text.begin(), text.end(), digit)) return false;
  for (size_t at = 0; at < text.size(); ++words) {
    const auto first = static_cast<unsigned char>(text[at]);
    if ((first < 'A' || first > 'Z') && first < 0x80) return false;
    at = std::min(text.find_first_of(" ,", at), text.size());
    while (at < text.size() && (text[at] == ' ' || text[at] == ',')) ++at;
  }
  return words >= 2 && words <= words_max;
}

// What a cell may be.
enum Kind : uint8_t {
  date = 1,
  sex = 2,
  age = 4,
  drug = 8,
  diagnosis = 16,
  municipality = 32,
  name = 64,
  packed_date = 128
};

uint8_t kinds_of(std::string_view cell) {
  constexpr size_t bytes_max = 12;
  if (cell.size() > bytes_max) {
    if (is_full_date(cell)) return date;
    return is_name(cell) ? name : 0;
  }
  const bool is_drug_code = is_drug(cell);
  unsigned kinds = is_full_date(cell) ? date : 0;
  if (is_sex(cell)) kinds |= sex;
  if (cell.size() <= 3 && all_digits(cell) && number(cell) <= 115) kinds |= age;
  if (is_drug_code) kinds |= drug;
  if (!is_drug_code && is_diagnosis(cell)) kinds |= diagnosis;
  if (is_municipality(cell)) kinds |= municipality;
  if (is_packed_date(cell)) kinds |= packed_date;
  if (is_name(cell)) kinds |= name;
  return static_cast<uint8_t>(kinds);
}

struct Values {
  size_t filled = 0;
  std::array<size_t, 256> of_kinds{};  // by the sum of what a cell may be
  size_t count(Kind kind) const {
    size_t all = 0;
    for (size_t kinds = 0; kinds < of_kinds.size(); ++kinds) all += (kinds & kind) != 0 ? of_kinds[kinds] : 0;
    return all;
  }
  bool mostly(Kind kind) const { return filled > 0 && count(kind) * 10 >= filled * 8; }
};

bool says(const std::vector<std::string>& header, const Known& known) {
  return std::any_of(header.begin(), header.end(), [&](const std::string& word) {
    return known.contains(word) || (word.size() > 5 && known.contains(std::string_view(word).substr(0, 5)));
  });
}

Trait trait_of(const std::string& header, const Values& values) {
  static const Known birth = {"født",  "foedt", "føds",  "foeds",    "fødselsdato",
                              "birth", "dob",   "fdato", "birthdate"};
  static const Known sexes = {"køn", "koen", "sex", "gender"}, ages = {"alder", "age"};
  static const Known place = {"kommune", "kommu", "komkode", "postnr", "postn",
                              "sogn",    "munic", "adresse", "bopæl"};
  static const Known persons = {"navn", "name", "person", "patient", "borger", "navne", "names"};
  static const Known years = {"fødselsår", "foedselsaar", "fødeår", "birthyear", "yob", "årgang"};
  static const Known illness = {"diagnose", "diagn", "dg", "dx", "icd", "aktionsdiagnose", "aktio"};
  const std::vector<std::string> all = words(header);
  if (values.filled == 0) return Trait::none;
  const bool of_birth = says(all, birth);
  if (values.mostly(Kind::date) || values.mostly(Kind::packed_date))
    return of_birth ? Trait::birth : Trait::date;
  if (values.mostly(Kind::sex) || (says(all, sexes) && values.mostly(Kind::age))) return Trait::sex;
  if (values.mostly(Kind::drug)) return Trait::drug;
  if (values.mostly(Kind::diagnosis) || says(all, illness)) return Trait::diagnosis;
  if (says(all, ages) && values.mostly(Kind::age)) return Trait::age;
  if (of_birth || says(all, years)) return Trait::age;
  if (values.mostly(Kind::name) && says(all, persons)) return Trait::name;
  if (says(all, place) ||
      (values.mostly(Kind::municipality) && values.count(Kind::municipality) >= 5 && header.empty()))
    return Trait::place;
  return Trait::none;
}

}  // namespace

bool is_full_date(std::string_view text) {
  constexpr size_t bytes_min = 8, bytes_max = 30, day_bytes = 10;
  if (text.size() < bytes_min || text.size() > bytes_max || !digit(text[0])) return false;
  if (is_named_date(text)) return true;
  if (text.size() > day_bytes && (text[day_bytes] == ' ' || text[day_bytes] == 'T'))
    text = text.substr(0, day_bytes);
  std::array<std::string_view, 3> parts;
  size_t part = 0, from = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '-' && text[i] != '.' && text[i] != '/') continue;
    if (part == parts.size()) return false;
    parts[part++] = text.substr(from, i - from);
    from = i + 1;
  }
  if (part != parts.size()) return false;
  for (const std::string_view p : parts) {
    if (!all_digits(p) || p.size() > 4) return false;
  }
  if (parts[0].size() == 4) return is_date(number(parts[0]), number(parts[1]), number(parts[2]));
  return parts[2].size() == 4 && is_date(number(parts[2]), number(parts[1]), number(parts[0]));
}

bool is_year(std::string_view text) {
  constexpr size_t digits = 4;
  return text.size() == digits && all_digits(text) && (text.starts_with("19") || text.starts_with("20"));
}

bool is_period(std::string_view text) {
  constexpr size_t bytes_max = 20, year_digits = 4, month_digits = 2;
  if (text.empty() || text.size() > bytes_max) return false;
  // Most texts begin otherwise.
  const bool century = text.starts_with("19") || text.starts_with("20");
  if (digit(text[0]) ? !century : !ascii::letter(text[0])) return false;
  std::string room;
  std::string_view rest = text;
  const bool digits_only = all_digits(text);
  if (!digits_only) rest = room = lower(text);
  const auto take_digits = [&](size_t n) {
    if (rest.size() < n || !all_digits(rest.substr(0, n)) || (rest.size() > n && digit(rest[n])))
      return false;
    rest.remove_prefix(n);
    return true;
  };
  const auto is_year = [](std::string_view digits) {
    return digits.starts_with("19") || digits.starts_with("20");
  };
  if (rest.starts_with("uge ") || rest.starts_with("week "))
    return all_digits(rest.substr(rest.find(' ') + 1));
  if (is_month(rest)) {
    rest.remove_prefix(std::min(rest.find_first_of(" -"), rest.size()));
    return rest.empty() || (is_year(rest.substr(1)) && all_digits(rest.substr(1)));
  }
  if (!is_year(rest) || !take_digits(year_digits)) return false;
  if (rest.empty()) return true;
  const char mark = rest.front();
  rest.remove_prefix(1);
  // "2018/19", "2018/2019", "2024-u01", "2024-k1".
  if (mark == '/') return (rest.size() == 2 || rest.size() == year_digits) && all_digits(rest);
  if (mark == '-' && rest.size() >= 2 && !digit(rest[0])) {
    const std::string_view number = rest.substr(1);
    return std::string_view("uwmkq").find(rest[0]) != std::string_view::npos && number.size() <= 2 &&
           all_digits(number);
  }
  if (mark == 'm' || mark == '-' || mark == 'w' || mark == 'u')
    return take_digits(month_digits) && (rest.empty() || rest == "-01" || rest.starts_with("-01 00:00"));
  return (mark == 'k' || mark == 'q') && rest.size() == 1 && rest[0] >= '1' && rest[0] <= '4';
}

std::vector<Trait> traits_of(const Grid& table, const Layout& layout) {
  constexpr uint8_t unasked = 255;
  std::vector<uint8_t> kinds(table.texts(), unasked);
  std::vector<Trait> traits;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    Values values;
    for (const auto& [text, cells] : layout.tallies.column(c)) {
      if (kinds[text] == unasked) kinds[text] = kinds_of(table.text(text));
      values.filled += cells;
      values.of_kinds[kinds[text]] += cells;
    }
    traits.push_back(trait_of(layout.columns[c].header, values));
  }
  return traits;
}

}  // namespace fvm::disclosure
