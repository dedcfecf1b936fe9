// Walking through text that may not be UTF-8. Private to this room.
#pragma once

#include <cstdint>
#include <string_view>

namespace fvm::documents {

// The character at `at` (which moves past it), or U+FFFD for bytes that are none.
char32_t next_character(std::string_view text, size_t& at);

}  // namespace fvm::documents
