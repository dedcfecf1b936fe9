// What libmagic (file(1)) says that bytes are: a second opinion beside disclosure::content_of, by other
// people's lists. It parses hostile bytes, so it runs in the sandbox only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fvm::runner {

// Looks at so many bytes from the beginning.
inline constexpr size_t mime_bytes_max = 1u << 20;

// "application/pdf". "scan.no_magic" (surroundings) when its list is not there: then there is no scan. It
// unpacks nothing and starts nothing.
Result<std::string> mime_type_of(std::string_view bytes);

}  // namespace fvm::runner
