// Keeps an instance's programs alive: makes their listening sockets first, so that a caller waits instead of
// failing while one is (re)started; starts each; starts again what dies, after a pause that doubles; ends all
// on SIGTERM or SIGINT. One thread; it blocks those signals and SIGCHLD for its process.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"
#include "supervisor/program.hpp"
#include "wire/socket.hpp"

namespace fvm::supervisor {

struct Limits {
  int ready_milliseconds = 20'000;  // for all programs to answer after the first start
  int stop_milliseconds = 10'000;   // between SIGTERM and SIGKILL
  int pause_milliseconds_min = 100, pause_milliseconds_max = 5'000;  // before a dead program starts again
  int steady_milliseconds = 30'000;  // alive for so long: the pause begins at its least again
};

// One program as the supervisor sees it.
struct Running {
  Program program;
  bool built = true;  // its file is there
  pid_t pid = 0;      // 0: not running now
  unsigned restarts = 0;
};

class Supervisor {
 public:
  // Called when something happens that an operator wants to read: a message key and its values.
  using Note = std::function<void(std::string_view key, const Arguments& facts)>;

  Supervisor(World& world, const config::Instance& instance, std::vector<Program> programs, Limits limits,
             Note note);
  ~Supervisor();  // ends what still runs
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Takes the lock, makes the sockets, starts every program that is built and waits until all answer. A
  // program that gives up with exit code 1 to 3 before that has refused to start, and its reason will not go
  // away: "up.program_refused" with `program`, `reason`, `file`, everything ended again. Also
  // "up.running_already", "up.nothing_built".
  Result<void> start();
  // Until SIGTERM or SIGINT; then ends all, last started first.
  Result<void> run();

  const std::vector<Running>& programs() const { return state_; }

 private:
  struct Slot;
  Result<void> launch(size_t i);
  Result<void> wait_until_ready();
  // Reaps what ended; in the start phase a refusal to start is an error.
  enum class Phase { starting, running };
  Result<void> reap(Phase phase);
  void schedule_restart(size_t i, int wait_status);
  void restart_due();
  void end_all();
  Result<void> write_state();
  bool ready_ = false;  // the start phase is over

  World& world_;
  config::Instance instance_;
  Limits limits_;
  Note note_;
  Descriptor lock_;
  std::vector<Running> state_;
  std::vector<Slot> slots_;  // beside state_: what only we need to know
};

// What a supervisor wrote about itself: supervisor_file() as JSON {"pid", "ready", "programs": [...]}, and
// whether it still lives. Nothing when there is none.
struct Seen {
  pid_t supervisor = 0;
  bool ready = false;  // all answered once
  std::vector<Running> programs;
};
std::optional<Seen> look(World& world, const config::Instance& instance);

// Asks the instance's supervisor to end everything and waits for it. False when none runs; "up.will_not_stop"
// after `timeout_milliseconds`.
Result<bool> stop(const config::Instance& instance, int timeout_milliseconds);

}  // namespace fvm::supervisor
