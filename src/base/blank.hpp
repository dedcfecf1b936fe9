// What a person left empty, or as good as.
#pragma once

#include <string_view>

namespace fvm {

inline bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace fvm
