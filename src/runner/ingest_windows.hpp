// Deliveries written in Windows-1252: Latin-1 with letters and signs (€ – …) at 80 to 9F, where Latin-1 has
// nothing that a text holds and where DuckDB's reader of Latin-1 stops. They are rewritten as UTF-8 first.
#pragma once

#include <string>
#include <string_view>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::runner {

// The five bytes that mean nothing there (81 8D 8F 90 9D) stay the control characters of their number, as
// the WHATWG encoding standard has it: no byte is refused.
std::string utf8_of_windows1252(std::string_view bytes);

// The text of `from` as UTF-8, in a file without a name on the disk of `folder`: it holds personal numbers,
// and is gone with its descriptor however the job ends. Line ends, delimiters and quotes stay what they are,
// so lines keep their numbers. "file.disk_full".
Result<Descriptor> rewrite_as_utf8(const Path& from, const Path& folder);

}  // namespace fvm::runner
