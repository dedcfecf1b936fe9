// What every program of ours that answers on a socket does when it starts.
#pragma once

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "wire/socket.hpp"

namespace fvm::wire {

// The socket that the supervisor handed over (LISTEN_FDS=1: descriptor 3, as systemd does), or one made at
// `path`. Programs started from here on are not told of it.
Result<Listener> handed_or_made(const Path& path);

// SIGTERM and SIGINT become readable instead of deadly, for this thread and those that it starts; SIGPIPE is
// ignored. Call before the first thread.
Result<Descriptor> ending_signals();
// Returns when one of them has come.
void wait_for_ending(const Descriptor& signals);

}  // namespace fvm::wire
