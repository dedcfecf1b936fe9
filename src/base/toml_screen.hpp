// What has to be looked for in a TOML text before the parser may see it.
#pragma once

#include <optional>
#include <string_view>

namespace fvm {

struct TextPlace {
  unsigned line = 1, column = 1;  // columns count characters, not bytes
};

// The first letter beyond ASCII that stands outside strings and comments, where TOML has none. toml++ 3.3
// must not see it: its test for blanks (is_non_ascii_horizontal_whitespace) runs into undefined behaviour
// there. Every room that calls toml::parse asks this first; nothing: the text may be parsed.
std::optional<TextPlace> stray_letter(std::string_view source);

}  // namespace fvm
