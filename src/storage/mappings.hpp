// Which files are open as encrypted volumes on this machine, as the kernel says it: file -> loop device ->
// mapping (device mapper). Names are not trusted: what lies below our folder is ours. Private to this room.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/world.hpp"

namespace fvm::storage {

struct Mapping {
  std::string name;  // below /dev/mapper; empty: a loop device that nothing is made of (yet)
  dev_t device = 0;  // what a mount of it shows as its device
};
// Those whose file is `path`, or lies below it; also files that were removed while they were open.
std::vector<Mapping> mappings_of(const Path& path, const Path& sys = "/sys");

}  // namespace fvm::storage
