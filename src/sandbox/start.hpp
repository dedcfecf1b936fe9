// Starting bubblewrap: descriptors in their places, limits set, then exec.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "sandbox/arguments.hpp"
#include "sandbox/limits.hpp"
#include "sandbox/staging.hpp"

namespace fvm::sandbox {

struct Started {
  pid_t pid = 0;      // bubblewrap, our child
  Descriptor status;  // its reports (--json-status-fd); ends when it does
};

// `streams` are standard input, output and error; `passed` become descriptors 3, 4, ... The calling thread
// must live as long as the process does: the kernel kills the child when that thread ends.
Result<Started> start(const Host& host, const Wish& wish, const std::vector<int>& streams,
                      const std::vector<int>& passed, const Limits& limits, const Group* group,
                      const Staging* staging);

}  // namespace fvm::sandbox
