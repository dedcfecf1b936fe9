// Markup that runs, fetches or hides: HTML, SVG and what Markdown takes over from them.
#pragma once

#include <string_view>

#include "runner/scan.hpp"

namespace fvm::runner {

void check_markup(std::string_view utf8, Scan& scan);

// Text of a page with what its entities and numbers of characters stand for.
std::string unescaped(std::string_view text);

}  // namespace fvm::runner
