// The words of a condition. Private to this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fvm::extract {

struct Token {
  enum class Kind { name, quoted_name, text, number, symbol, end } kind = Kind::end;
  std::string text;   // names as written, texts without their quotes, symbols as they are ("<>" for "!=")
  size_t offset = 0;  // bytes from the start
};

// Always ends with a Token of kind end. Errors as read_condition.
Result<std::vector<Token>> read_tokens(std::string_view text);

// A bare name that is this keyword, in any case.
bool is_keyword(const Token& token, std::string_view upper);
std::string to_upper(std::string_view text);

}  // namespace fvm::extract
