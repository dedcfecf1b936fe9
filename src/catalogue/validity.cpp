#include "catalogue/validity.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace fvm::catalogue {
namespace {

constexpr int year_min = 1900, year_max = 2100;
// Words that may stand beside a year: they make its month or quarter, which years do not need.
constexpr std::array<std::string_view, 12> months{"januar",    "februar", "marts",    "april",
                                                  "maj",       "juni",    "juli",     "august",
                                                  "september", "oktober", "november", "december"};

bool is_month(std::string_view word) {
  return word.size() >= 3 && std::any_of(months.begin(), months.end(), [&](std::string_view month) {
           return month == word || month.substr(0, 3) == word;
         });
}

struct Token {
  enum class Kind { year, dash, comma, day, word, other } kind;
  int year = 0;
};

// The texts use "-" and "–" alike, and brackets around uncertain years.
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (std::isdigit(c) != 0) {
      size_t end = at;
      int number = 0;
      for (; end < text.size() && end - at < 9 && std::isdigit(static_cast<unsigned char>(text[end])) != 0;
           ++end)
        number = number * 10 + (text[end] - '0');
      const bool is_year = end - at == 4 && number >= year_min && number <= year_max;
      const bool is_day = end - at <= 2 && end < text.size() && text[end] == '.';
      tokens.push_back({is_year  ? Token::Kind::year
                        : is_day ? Token::Kind::day
                                 : Token::Kind::other,
                        number});
      at = end + (is_day ? 1 : 0);
    } else if (c == '-') {
      tokens.push_back({Token::Kind::dash}), ++at;
    } else if (text.substr(at).starts_with("–")) {
      tokens.push_back({Token::Kind::dash}), at += 3;
    } else if (c == ',' || c == ';') {
      tokens.push_back({Token::Kind::comma}), ++at;
    } else if (text.substr(at).starts_with("\u00a0")) {
      at += 2;
    } else if (std::isspace(c) != 0 || c == '(' || c == ')') {
      ++at;
    } else {
      std::string word;
      for (; at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0; ++at)
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(text[at])));
      if (word.empty()) ++at;
      tokens.push_back({is_month(word) || word == "kvartal" ? Token::Kind::word : Token::Kind::other});
    }
  }
  return tokens;
}

// point = { day | word } year ; part = point [ dash [ point ] ] ; validity = part { comma part }
class Grammar {
 public:
  explicit Grammar(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::vector<Years> read() {
    std::vector<Years> all;
    do {
      const auto part = read_part();
      if (!part) return {};
      all.push_back(*part);
    } while (take(Token::Kind::comma));
    return at_ == tokens_.size() ? all : std::vector<Years>{};
  }

 private:
  bool take(Token::Kind kind) {
    if (at_ == tokens_.size() || tokens_[at_].kind != kind) return false;
    ++at_;
    return true;
  }
  std::optional<int> read_point() {
    while (take(Token::Kind::day) || take(Token::Kind::word)) {
    }
    if (!take(Token::Kind::year)) return std::nullopt;
    return tokens_[at_ - 1].year;
  }
  std::optional<Years> read_part() {
    const auto from = read_point();
    if (!from) return std::nullopt;
    if (!take(Token::Kind::dash)) return Years{*from, *from};
    const size_t before = at_;
    const auto to = read_point();
    if (!to) return at_ == before ? std::optional(Years{*from, std::nullopt}) : std::nullopt;
    if (*to < *from) return std::nullopt;
    return Years{*from, *to};
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
};

// Ascending, overlapping and neighbouring ranges joined.
std::vector<Years> joined(std::vector<Years> years) {
  std::sort(years.begin(), years.end(), [](const Years& a, const Years& b) { return a.from < b.from; });
  std::vector<Years> out;
  for (const Years& next : years) {
    if (out.empty() || (out.back().to && *out.back().to + 1 < next.from)) {
      out.push_back(next);
    } else if (out.back().to) {
      out.back().to = next.to ? std::optional(std::max(*out.back().to, *next.to)) : std::nullopt;
    }
  }
  return out;
}

}  // namespace

Validity read_validity(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  Validity validity{.text = std::string(text)};
  if (!text.empty()) validity.years = joined(Grammar(tokens_of(text)).read());
  return validity;
}

Validity merge(const Validity& a, const Validity& b) {
  if (a.text.empty() || a.text == b.text) return b.text.empty() ? a : b;
  if (b.text.empty()) return a;
  Validity both{.text = a.text + "; " + b.text};
  if (a.years.empty() || b.years.empty()) return both;
  both.years = a.years;
  both.years.insert(both.years.end(), b.years.begin(), b.years.end());
  both.years = joined(std::move(both.years));
  return both;
}

std::optional<Years> outside(const Validity& validity, int from, int to) {
  int at = from;  // the first year not yet known to be inside
  for (const Years& years : validity.years) {
    if (years.from > at) return Years{at, std::min(to, years.from - 1)};
    if (!years.to || *years.to >= to) return std::nullopt;
    at = std::max(at, *years.to + 1);
  }
  if (validity.years.empty()) return std::nullopt;
  return Years{at, to};
}

}  // namespace fvm::catalogue
