// One running sandbox, from start to the last of its processes.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "sandbox/limits.hpp"
#include "sandbox/profiles.hpp"
#include "sandbox/start.hpp"
#include "wire/socket.hpp"

namespace fvm::sandbox {

class Job {
 public:
  Job(const wire::Launch& launch, const Limits& limits, const Group* group, Started started);
  ~Job();  // nothing of the job lives on

  // Tells the caller Launched, waits for the end, tells it Exited. "sandbox.failed" when bubblewrap could not
  // make the sandbox: the command did not run then.
  // It ends early when `stop` or `ended` becomes readable.
  Result<void> accompany(wire::Connection& caller, int stop, int ended);

 private:
  enum class End { exited, timed_out, caller_gone, stopped };
  Result<End> wait(wire::Connection& caller, int stop, int ended);
  Result<void> read_status(wire::Connection& caller);
  void kill_all();
  wire::Exited exited(End end) const;
  void log_end(const wire::Exited& exited, End end) const;
  int milliseconds_left() const;

  const wire::Launch& launch_;
  const Group* group_;
  pid_t pid_;            // bubblewrap outside
  Descriptor handle_;    // a pidfd of it
  Descriptor status_;    // its reports
  Descriptor inside_;    // a pidfd of the first process inside: when it is dead, all are
  std::string reports_;  // what has been read of them
  std::optional<int> code_;
  std::chrono::steady_clock::time_point started_, deadline_;
  uint64_t cpu_microseconds_ = 0;
};

}  // namespace fvm::sandbox
