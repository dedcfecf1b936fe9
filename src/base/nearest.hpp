// The word a person probably meant, for "did you mean".
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fvm {

// Single-character changes that turn `a` into `b`, without case.
size_t edit_distance(std::string_view a, std::string_view b);
// The one of `names` with the smallest distance to `wrong`; empty when there are no names.
std::string nearest(std::string_view wrong, std::span<const std::string> names);

}  // namespace fvm
