// The programs that `fvm up` keeps alive, how to start one, and how to ask whether it answers.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "config/desk.hpp"
#include "wire/messages.hpp"

namespace fvm::supervisor {

struct Program {
  struct Address {
    std::string host;  // an IPv4 address
    uint16_t port = 0;
  };
  std::string name;
  Path file;
  std::vector<std::string> arguments;
  std::optional<Path> socket;  // listening here, made by the supervisor, handed over as descriptor 3
  bool locked = false;         // asks for the key beside its socket (wire/power.hpp), new at each `fvm up`
  std::optional<Address> address;  // or listening there by itself
  Path log;                        // standard output and error, appended
};

struct Choices {
  std::optional<Path> passphrase_file;  // for the keeper alone
  std::optional<uint16_t> portal_port;  // instead of the configuration's
};

// The daemons of an instance, found beside `programs_folder`. Some may not exist yet.
std::vector<Program> programs_of(const config::Instance& instance, const config::DeskConfig& config,
                                 const Path& programs_folder, const Choices& choices);

// Starts it in a process group of its own, with nothing open but /dev/null, its log and `listener` as
// descriptor 3 (with LISTEN_FDS=1), to be ended when we die. Without `with_crash_point` the environment loses
// FVM_CRASH_AT: a program that a test killed once is to come back.
enum class CrashPoint { kept, dropped };
Result<pid_t> start(const Program& program, int listener, CrashPoint crash_point);

// Its own words on itself within `timeout_milliseconds`; for a program with an address, that somebody accepts
// connections there (then only the name is filled in). "wire.not_running", "wire.timeout" ...
Result<wire::Status> ask_status(const Program& program, int timeout_milliseconds);

// The last line of a program's log, for saying why it ended; empty when there is none.
std::string last_line(const Path& log);

}  // namespace fvm::supervisor
