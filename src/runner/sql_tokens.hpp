// SQL text as tokens, enough to split statements, to recognise PostgreSQL's own commands and to rewrite what
// DuckDB does not know. Nothing is lost: the tokens' texts joined are the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::runner {

struct Token {
  enum class Kind : uint8_t {
    space,  // white space and comments
    word,   // unquoted name or keyword
    name,   // "quoted name"
    text,   // 'text', E'text', $tag$text$tag$
    number,
    parameter,  // $1
    symbol,     // one character, or "::"
  } kind = Kind::space;
  std::string_view text;  // as written; points into the SQL
};
using Tokens = std::vector<Token>;

// Never fails: an unterminated text or comment reaches to the end, and the engine will say so.
Tokens read_tokens(std::string_view sql);
// Without white space and comments.
Tokens significant(const Tokens& tokens);

// Is it this keyword or symbol? `upper` is in capitals.
bool is(const Token& token, std::string_view upper);
std::string upper(std::string_view text);
std::string lower(std::string_view text);
// The value of a name (unquoted ones in lower case), a text or a number.
std::string value_of(const Token& token);

// Statements of a text, split at semicolons outside parentheses, texts and comments; empty ones left out.
std::vector<std::string> split_statements(std::string_view sql);

}  // namespace fvm::runner
