// Whether somebody can be reached who answers every caller with one byte: tried from inside a sandbox, where
// it must not work, and from outside, where it must (rooms runner and selftest).
#pragma once

#include <string>

namespace fvm::wire {

// `kind`: SOCK_STREAM or SOCK_DGRAM; at 127.0.0.1. Waits a second for the answer.
bool reaches(int kind, int port);
// A Unix socket by its abstract name, without the leading zero byte.
bool reaches_abstract(const std::string& name);

}  // namespace fvm::wire
