// Sessions: somebody at work in a project's sandbox.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "base/world.hpp"

namespace fvm::enclave {

enum class Ending {
  exited,     // the command ended by itself
  failed,     // the sandbox could not be made, or the launcher went away
  timed_out,  // session.time_seconds
  stopped,    // its project, account or membership had ended
  abandoned,  // the program that held it died; found by the next one
};
std::string_view to_text(Ending ending);

struct Session {
  int64_t number = 0;  // shown as S-000001
  std::string project, user;
  Time started{};
  std::optional<Time> ended;
  std::optional<int> exit_code;
  std::optional<std::string> ending;
};
std::string session_name(int64_t number);

// Where a user's session keeps its files, outside; inside they are /data, /work, /home/USER and /outbox.
struct Workspace {
  Path data, work, home, outbox;
};

}  // namespace fvm::enclave
