// A program gives up, for good, what it does not need: the kernel's Landlock (Linux 5.13 and newer;
// landlock(7)). What breaks into it later is of the same system user as our other programs, but can open only
// these files, run nothing, look into no other process and, where the kernel knows how (Linux 6.7, 6.12),
// call nobody but those servers' ports by TCP and send no other program a signal.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::confine {

struct Allowed {
  std::vector<Path> read;           // files, or folders with what is below
  std::vector<Path> write;          // read as well; may be made and removed
  std::vector<Path> listen;         // folders in which sockets may be made and removed, and nothing else
  std::vector<uint16_t> connect{};  // TCP ports, of whatever machine, that may be called
};

// What a program that speaks TLS to named servers reads of the system: names, certificates, libraries, time
// zones.
std::vector<Path> files_of_the_system();

enum class Done {
  confined,
  not_supported,  // by this kernel: say so in the log
};

// Call before the first thread: threads that exist already keep what they have. Paths that do not exist are
// left out. Files that are open stay open. "confine.failed" with `reason`.
Result<Done> confine(const Allowed& allowed);

}  // namespace fvm::confine
