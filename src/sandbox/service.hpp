// fvm-launcher's work: one thread per caller, one job per caller, many at once. A job ends when its command
// does, when its time is up, when the caller goes away, or when the launcher stops; all its processes with
// it.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "config/instance.hpp"
#include "sandbox/host.hpp"
#include "sandbox/limits.hpp"
#include "sandbox/register.hpp"
#include "storage/vault.hpp"
#include "wire/power.hpp"

namespace fvm::sandbox {

inline constexpr unsigned jobs_max = 128;
inline constexpr unsigned callers_max = 4 * jobs_max;  // jobs, and those who hold projects' folders
inline constexpr int request_milliseconds_max = 10000;

class Service {
 public:
  Service(config::Instance instance, Path own_folder, std::string search_path, std::string version,
          wire::Door door);

  // Serves callers until `stop` (a descriptor) becomes readable, then ends all jobs and returns.
  Result<void> run(wire::Listener& listener, int stop);

 private:
  void serve(wire::Connection caller, int stop);
  Result<void> answer(wire::Connection& caller, int stop);
  Result<void> run_job(wire::Connection& caller, wire::Frame& frame, int stop);
  Result<void> end_jobs(wire::Connection& caller, const wire::Frame& frame);
  Result<void> hold_storage(wire::Connection& caller, const wire::Frame& frame, int stop);
  void let_go_idle();
  Result<Host> host();  // looked up until it is there: bubblewrap may be installed later

  const config::Instance instance_;
  const Path own_folder_;
  const std::string search_path_, version_;
  const wire::Door door_;
  const Groups groups_;
  std::mutex host_lock_;
  std::optional<Host> host_;
  bool stages_ = false;  // each sandbox has a number of its own
  storage::Vault vault_;
  Register jobs_;
  std::atomic<unsigned> callers_{0};
  std::atomic<uint64_t> served_{0}, numbers_{0};
};

// Whether what a request wants mounted may be: never keys, the case database, the ledger or the sockets, nor
// a folder that holds them; and a session only its own project's data, work, home and outbox. `outside` are
// the real paths. "sandbox.not_allowed".
Result<void> check_outside(const config::Instance& instance, const Profile& profile,
                           const wire::Launch& launch, const std::vector<Path>& outside);

}  // namespace fvm::sandbox
