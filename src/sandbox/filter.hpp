// The system calls that a sandbox may make: an allow-list. What is not on it answers ENOSYS, as if the kernel
// were older (so that the C library falls back), and what is known to be dangerous answers EPERM.
#pragma once

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "sandbox/profiles.hpp"

namespace fvm::sandbox {

// The filter as a BPF program in a memory file, as bubblewrap's --seccomp takes it. "sandbox.missing".
Result<Descriptor> filter_program(Sockets sockets);

}  // namespace fvm::sandbox
