// A session's sandbox: asking fvm-launcher for it, and passing bytes between it and whoever sits outside. The
// sandbox never gets a descriptor of the outside: only ends of pipes made for it, or its own terminal.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "config/instance.hpp"
#include "enclave/service.hpp"
#include "wire/socket.hpp"

namespace fvm::enclave {

// The outside's ends. With a terminal, `in` and `out` are the same master and `error` is none.
struct Streams {
  Descriptor in, out, error;
};

// What the command may know of the outside: TERM, LANG, FVM_LANG, TZ as NAME=value.
struct Wanted {
  std::vector<std::string> command;
  std::vector<std::string> environment;
  bool terminal = false;
  uint16_t rows = 24, columns = 80;  // of the terminal
  // One end of a socket pair made for this session, by which its SQL server asks for safe tables; -1: none.
  int tables = -1;
  // One end of a socket pair by which connections to its screen are asked for (runner/screen_door.hpp); -1:
  // none.
  int screen = -1;
};

struct Running {
  wire::Connection launcher;  // closing it ends the sandbox
  Streams streams;
};

// "wire.not_running", "sandbox.missing", "sandbox.failed".
Result<Running> start(const config::Instance& instance, const config::Config& config, const Held& held,
                      const Wanted& wanted);

// Passes bytes from `in` to the sandbox and from it to `out` and `error` until it has ended and everything
// that it wrote is out. When nobody reads `out` any more, the sandbox is ended. `on_wake` is called when
// `wake` (a descriptor, or -1) becomes readable, with the session's terminal; a signal number other than 0
// ends the sandbox.
Result<wire::Exited> relay(Running running, int in, int out, int error, int wake,
                           const std::function<int(int terminal)>& on_wake);

}  // namespace fvm::enclave
