// A file to another place, whatever file systems the two lie on.
#pragma once

#include "base/world.hpp"

namespace fvm {

// Durable; `to` is replaced, and has either its old content or all of the new one. A copy only where a name
// cannot be changed ("file.other_system"): any other failure stays one.
Result<void> move_file(World& world, const Path& from, const Path& to);

}  // namespace fvm
