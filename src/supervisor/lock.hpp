// One supervisor per instance: a lock that the kernel gives back when its holder dies, however it dies.
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::supervisor {

// Held until the descriptor closes. "up.running_already" with `pid` when somebody holds it.
Result<Descriptor> take_lock(const Path& file);
// The process that holds it, from the kernel; nothing when nobody does. Not for the holder itself: closing
// any descriptor of the file in a process gives back that process's lock (fcntl(2)).
std::optional<pid_t> holder_of(const Path& file);

}  // namespace fvm::supervisor
