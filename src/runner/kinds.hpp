// What kinds of column are good for.
#pragma once

#include "duck/values.hpp"

namespace fvm::runner {

inline bool is_number(duck::Kind kind) {
  using duck::Kind;
  return (kind >= Kind::tinyint && kind <= Kind::double_) || kind == Kind::hugeint ||
         kind == Kind::uhugeint || kind == Kind::decimal;
}

}  // namespace fvm::runner
