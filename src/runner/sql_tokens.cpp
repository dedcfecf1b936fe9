#include "runner/sql_tokens.hpp"

#include <algorithm>

namespace fvm::runner {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) {
  return starts_word(c) || is_digit(c) || c == '$';
}
char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}
char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}
  Tokens read() {
    while (at_ < sql_.size()) {
      const size_t start = at_;
      const auto kind = next();
      tokens_.push_back({kind, sql_.substr(start, at_ - start)});
    }
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  Token::Kind next() {
    const char c = peek();
    if (is_space(c) || (c == '-' && peek(1) == '-') || (c == '/' && peek(1) == '*')) return space();
    if ((c == 'e' || c == 'E') && peek(1) == '\'') return ++at_, quoted('\'', true), Token::Kind::text;
    if (c == '\'') return quoted('\'', false), Token::Kind::text;
    if (c == '"') return quoted('"', false), Token::Kind::name;
    if (starts_word(c)) return run(in_word), Token::Kind::word;
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '$') return dollar();
    at_ += c == ':' && peek(1) == ':' ? 2 : 1;
    return Token::Kind::symbol;
  }

  void run(bool (*belongs)(char)) {
    while (at_ < sql_.size() && belongs(sql_[at_])) ++at_;
  }

  Token::Kind space() {
    if (is_space(peek())) {
      run(is_space);
    } else if (peek() == '-') {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
    } else {
      int depth = 0;  // PostgreSQL's comments nest
      do {
        const bool opens = peek() == '/' && peek(1) == '*', closes = peek() == '*' && peek(1) == '/';
        depth += opens ? 1 : closes ? -1 : 0;
        at_ += opens || closes ? 2 : 1;
      } while (depth > 0 && at_ < sql_.size());
      at_ = std::min(at_, sql_.size());
    }
    return Token::Kind::space;
  }

  void quoted(char quote, bool backslashes) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (backslashes && sql_[at_] == '\\') {
        ++at_;
      } else if (sql_[at_] == quote) {
        if (peek(1) != quote) break;
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, sql_.size());
  }

  Token::Kind number() {
    bool exponent = false;
    for (; at_ < sql_.size(); ++at_) {
      const char c = sql_[at_];
      const bool sign = (c == '+' || c == '-') && (sql_[at_ - 1] == 'e' || sql_[at_ - 1] == 'E') && exponent;
      if (c == 'e' || c == 'E') exponent = true;
      if (!in_word(c) && c != '.' && !sign) break;
    }
    return Token::Kind::number;
  }

  Token::Kind dollar() {
    if (is_digit(peek(1))) {
      ++at_;
      run(is_digit);
      return Token::Kind::parameter;
    }
    size_t end = at_ + 1;
    while (end < sql_.size() && in_word(sql_[end]) && sql_[end] != '$') ++end;
    if (end >= sql_.size() || sql_[end] != '$') return ++at_, Token::Kind::symbol;
    const auto tag = sql_.substr(at_, end + 1 - at_);
    const size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    return Token::Kind::text;
  }

  std::string_view sql_;
  size_t at_ = 0;
  Tokens tokens_;
};

std::string unquote(std::string_view text, char quote) {
  std::string value;
  if (text.size() < 2) return value;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    value += text[i];
    if (text[i] == quote) ++i;
  }
  return value;
}

std::string unescape(std::string_view text) {
  std::string value;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      value += text[i];
      continue;
    }
    const char c = text[++i];
    value += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
  }
  return value;
}

std::string text_value(std::string_view text) {
  if (text.starts_with('$')) {
    const size_t tag = text.find('$', 1) + 1;
    return text.size() < 2 * tag ? std::string() : std::string(text.substr(tag, text.size() - 2 * tag));
  }
  if (text.starts_with('\'')) return unquote(text, '\'');
  return unescape(unquote(text.substr(1), '\''));
}

}  // namespace

Tokens read_tokens(std::string_view sql) {
  return Lexer(sql).read();
}

Tokens significant(const Tokens& tokens) {
  Tokens kept;
  for (const auto& token : tokens)
    if (token.kind != Token::Kind::space) kept.push_back(token);
  return kept;
}

bool is(const Token& token, std::string_view upper) {
  if (token.kind != Token::Kind::word && token.kind != Token::Kind::symbol) return false;
  return std::equal(token.text.begin(), token.text.end(), upper.begin(), upper.end(),
                    [](char a, char b) { return to_upper(a) == b; });
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_upper);
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

std::string value_of(const Token& token) {
  switch (token.kind) {
    case Token::Kind::word:
      return lower(token.text);
    case Token::Kind::name:
      return unquote(token.text, '"');
    case Token::Kind::text:
      return text_value(token.text);
    default:
      return std::string(token.text);
  }
}

std::vector<std::string> split_statements(std::string_view sql) {
  std::vector<std::string> statements;
  std::string current;
  bool empty = true;
  int depth = 0;
  const auto finish = [&] {
    if (!empty) statements.push_back(current);
    current.clear();
    empty = true;
    depth = 0;
  };
  for (const auto& token : read_tokens(sql)) {
    if (is(token, "(")) ++depth;
    if (is(token, ")")) --depth;
    if (is(token, ";") && depth <= 0) {
      finish();
      continue;
    }
    if (token.kind != Token::Kind::space) empty = false;
    current += token.text;
  }
  finish();
  return statements;
}

}  // namespace fvm::runner
