// The scan's other half: what a reviewer sees of a file, read by the same parsers in the same sandbox.
#pragma once

#include "base/result.hpp"
#include "base/world.hpp"
#include "runner/shown.hpp"

namespace fvm::runner {

inline constexpr uint64_t shown_file_bytes_max = 64u << 20;

// JSON: {"type", "parts": [{"kind": "table|text|picture", "name", "first_row", "letters", "rows"|"png"}],
// "cut", "why"}. `why`: a word for why nothing is shown ("too_large", "kind", "picture", "unreadable"), else
// empty.
Result<std::string> show_file(const Path& file, std::string_view name, uint64_t bytes_max);

// The parts alone; `extension` in small letters. Returns `why`.
std::string_view show_content(std::string_view bytes, const std::string& extension, Shown& shown);

// A PNG drawn anew: its points and nothing else. Nothing when it cannot be read, is too large, or is another
// kind of picture (a JPEG).
std::optional<std::string> drawn_anew(std::string_view bytes);

}  // namespace fvm::runner
