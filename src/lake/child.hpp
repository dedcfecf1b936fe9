// For the room's tests only: what lake_test does when it is started as a child (see child_test.cpp).
#pragma once

#include "base/world.hpp"
#include "lake/types.hpp"

namespace fvm::lake::child {

// One delivery, as a redo would run it: the file is adopted (again), the commit asked for (again).
Result<Committed> deliver(World& world, const Path& folder, int64_t number);

}  // namespace fvm::lake::child
