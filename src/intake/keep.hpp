// Private to this room.
#pragma once

#include "base/world.hpp"

namespace fvm::intake {

// Keeps bytes under a name that says what they are; once kept they stay as they are.
Result<void> keep_file(World& world, const Path& path, std::string_view bytes);

}  // namespace fvm::intake
