// PURPOSE   Makes sandboxes: fvm-launcher --instance DIR. Programs of ours ask over its socket with
//           wire::Launch, hand over open descriptors, and get a bubblewrap with fvm-worker in it.
// SECURITY  Starts nothing but fvm-worker, in profiles that stand in sandbox/profiles.cpp; never mounts
//           keys, case database or ledger. Does not look inside what it mounts. No sandbox, no job.
// LIMITS    sandbox::jobs_max callers at once; each job's limits by its profile.
// BUGS      Started as root where folders cannot be mounted id-mapped, a sandbox's user is root outside,
//           without capabilities; the log says so. See docs/architecture/0008-sandbox.md.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/log.hpp"
#include "base/messages.hpp"
#include "config/instance.hpp"
#include "sandbox/service.hpp"
#include "wire/daemon.hpp"
#include "wire/power.hpp"

namespace {

using namespace fvm;

// A job takes a dozen descriptors, and there may be many jobs.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> run(const Path& folder) {
  allow_many_descriptors();
  const config::Instance instance(std::filesystem::absolute(folder));
  const Descriptor stop = TRY(wire::ending_signals());
  auto listener = TRY(wire::handed_or_made(instance.launcher_socket()));
  const Path own = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const char* search_path = std::getenv("PATH");
  sandbox::Service service(instance, own, search_path != nullptr ? search_path : "", FVM_VERSION,
                           TRY(wire::Door::beside(real_world(), instance.launcher_socket())));
  return service.run(listener, stop.get());
}

}  // namespace

int main(int argc, char** argv) {
  log_as("fvm-launcher");
  if (argc != 3 || std::string_view(argv[1]) != "--instance") {
    std::fprintf(stderr, "fvm-launcher --instance DIR; started by \"fvm up\"\n");
    return static_cast<int>(Kind::usage);
  }
  const auto done = run(argv[2]);
  if (done.ok()) return 0;
  log_error("ended", done.error());
  return static_cast<int>(done.error().kind);
}
