#include "extract/condition_tokens.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace fvm::extract {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// Letters of any alphabet may stand in a variable's name (registers use æ, ø and å): bytes above 127 too.
bool starts_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalpha(byte) != 0 || c == '_';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> read() {
    std::vector<Token> tokens;
    for (;;) {
      while (at_ < text_.size() &&
             (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
        ++at_;
      start_ = at_;
      if (at_ == text_.size()) break;
      tokens.push_back(TRY(next()));
    }
    tokens.push_back({Token::Kind::end, "", text_.size()});
    return tokens;
  }

 private:
  Result<Token> next() {
    const char c = text_[at_];
    if (starts_name(c)) return name();
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    if (c == '\'') return quoted(Token::Kind::text);
    if (c == '"') return quoted(Token::Kind::quoted_name);
    return symbol();
  }

  Result<Token> name() {
    while (at_ < text_.size() && (starts_name(text_[at_]) || is_digit(text_[at_]))) ++at_;
    return token(Token::Kind::name);
  }

  Result<Token> number() {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] == '.') ++at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ < text_.size() && (starts_name(text_[at_]) || text_[at_] == '.')) return unknown();
    // Eighteen digits fit a BIGINT and a DECIMAL of every engine.
    if (at_ - start_ > 18) return usage("condition.number_too_long", {{"offset", std::to_string(start_)}});
    return token(Token::Kind::number);
  }

  Result<Token> quoted(Token::Kind kind) {
    const char quote = text_[at_++];
    std::string content;
    for (;; ++at_) {
      if (at_ == text_.size()) {
        return usage("condition.quote_open", {{"offset", std::to_string(start_)}, {"name", {quote}}});
      }
      if (text_[at_] == '\0') return unknown();
      if (text_[at_] == quote && (at_ + 1 == text_.size() || text_[at_ + 1] != quote)) break;
      if (text_[at_] == quote) ++at_;
      content += text_[at_];
    }
    ++at_;
    return Token{kind, content, start_};
  }

  Result<Token> symbol() {
    static constexpr std::array<std::string_view, 15> symbols{"<>", "!=", "<=", ">=", "=", "<", ">", "(",
                                                              ")",  ",",  "+",  "-",  "*", "/", "%"};
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("--") || rest.starts_with("/*")) return unknown();  // comments hide what is meant
    const auto found = std::find_if(symbols.begin(), symbols.end(),
                                    [&](std::string_view symbol) { return rest.starts_with(symbol); });
    if (found == symbols.end()) return unknown();
    at_ += found->size();
    return Token{Token::Kind::symbol, *found == "!=" ? "<>" : std::string(*found), start_};
  }

  Error unknown() const {
    const char c = text_[at_];
    const bool shown = static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
    return usage("condition.not_understood",
                 {{"offset", std::to_string(start_)}, {"name", shown ? std::string(1, c) : "?"}});
  }
  Token token(Token::Kind kind) const {
    return {kind, std::string(text_.substr(start_, at_ - start_)), start_};
  }

  std::string_view text_;
  size_t at_ = 0, start_ = 0;
};

}  // namespace

Result<std::vector<Token>> read_tokens(std::string_view text) {
  return Reader(text).read();
}

std::string to_upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::toupper(c) : c); });
  return out;
}

bool is_keyword(const Token& token, std::string_view upper) {
  return token.kind == Token::Kind::name && to_upper(token.text) == upper;
}

}  // namespace fvm::extract
