// Running one job in a sandbox: ask fvm-launcher, wait, get the result. The job's document goes to its
// standard input, its result document comes from its standard output, progress and log lines from its
// standard error.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"

namespace fvm::wire {

struct WorkerJob {
  std::string
      profile;        // "ingest", "build", "scan": which powers the sandbox has; also the verb of fvm-worker
  std::string label;  // for the launcher's log: a delivery or project number
  std::string document;                        // JSON
  std::vector<std::pair<Path, Mount>> mounts;  // a file or folder outside, and where it appears inside
  std::vector<std::string> arguments;          // instead of the verb alone
  std::vector<int> passed;  // descriptors the job finds from 3 upwards (connections to the keeper)
  uint64_t memory_mib = 0;  // 0: the profile's own
  uint16_t threads = 0;
  uint32_t time_seconds = 0;
  int ended = -1;  // a descriptor: the job is ended when it becomes readable ("job.ended"); -1: none
  std::function<void(std::string_view line)> on_line;  // each line of the job's standard error; may be empty
};

// A descriptor that names a file or folder (O_PATH) without opening it: enough to mount it in a sandbox.
// "file.missing".
Result<Descriptor> open_for_mount(const Path& outside);

// The error, with what bubblewrap said about it as `reason` when it is "sandbox.failed". `error_pipe` is our
// end of the standard error that it was given; the other end must be closed here.
Error with_reason(Error error, int error_pipe);

// The job's result document. A job that ends with {"error": {"kind":..,"code":..,"arguments":{..}}} comes
// back as that Error; killed or without a result: "job.died" (surroundings) with profile, code, signal
// and last line; "job.timed_out".
Result<std::string> run_worker(const Path& launcher_socket, const WorkerJob& job);

}  // namespace fvm::wire
