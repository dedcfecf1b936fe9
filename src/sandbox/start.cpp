#include "sandbox/start.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/log.hpp"
#include "base/memory_file.hpp"

namespace fvm::sandbox {
namespace {

constexpr int exec_failed = 125;

struct Limit {
  __rlimit_resource which;
  rlim_t value;
};

// Everything the child needs, laid out before fork: between fork and exec only plain system calls are safe,
// since another thread may have held the allocator's lock.
struct Preparation {
  std::vector<int> sources;  // the Nth becomes descriptor N
  std::vector<int> entrances;
  std::vector<Limit> limits;
  std::vector<char*> arguments, environment;
  const char* program;
  pid_t parent;
  const Staging* staging;  // may be none
};

// The kernel forgets the wish to die with one's parent when the user changes: it is made again after that.
void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(exec_failed);  // the launcher died before the line above
}

[[noreturn]] void run_child(Preparation& p) {
  ::setsid();
  die_with(p.parent);
  for (const int entrance : p.entrances) {
    if (::write(entrance, "0", 1) != 1) ::_exit(exec_failed);
  }
  if (p.staging != nullptr && !enter_stage(*p.staging)) ::_exit(exec_failed);
  // First out of the way of the numbers that will be given out, then into place.
  const int count = static_cast<int>(p.sources.size());
  for (int& source : p.sources) {
    source = ::fcntl(source, F_DUPFD, count);
    if (source < 0) ::_exit(exec_failed);
  }
  for (int i = 0; i < count; ++i) ::dup2(p.sources[static_cast<size_t>(i)], i);
  ::close_range(static_cast<unsigned>(count), ~0U, 0);
  if (p.staging != nullptr && !become_user(p.staging->user)) ::_exit(exec_failed);
  die_with(p.parent);
  for (const Limit& limit : p.limits) {
    const rlimit both{limit.value, limit.value};
    if (::setrlimit(limit.which, &both) != 0) ::_exit(exec_failed);
  }
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t nothing;
  ::sigemptyset(&nothing);
  ::sigprocmask(SIG_SETMASK, &nothing, nullptr);
  ::execve(p.program, p.arguments.data(), p.environment.data());
  ::_exit(exec_failed);
}

// Options travel in a memory file: a process list shows none of them.
Result<Descriptor> options_file(const std::vector<std::string>& options) {
  std::string bytes;
  for (const std::string& option : options) (bytes += option) += '\0';
  return memory_file("fvm-options", bytes);
}

std::vector<Limit> process_limits(const Limits& limits, bool grouped, bool own_user) {
  std::vector<Limit> list = {{RLIMIT_CORE, 0},
                             {RLIMIT_NOFILE, limits.open_files_max},
                             {RLIMIT_FSIZE, limits.file_mib_max << 20},
                             {RLIMIT_MEMLOCK, 64 << 10},
                             {RLIMIT_MSGQUEUE, 0}};
  // Without a control group at least no single process outgrows the limit.
  if (!grouped) list.push_back({RLIMIT_AS, limits.memory_mib << 20});
  // Counted by user: a number that others have too would be charged for their processes.
  if (own_user) list.push_back({RLIMIT_NPROC, limits.processes_max});
  return list;
}

// Pipes and terminals can be opened again by name (/dev/stdout) by their owner alone.
void give_streams(const std::vector<int>& streams, uid_t user) {
  for (const int stream : streams) {
    struct stat facts{};
    if (::fstat(stream, &facts) != 0 || !(S_ISFIFO(facts.st_mode) || ::isatty(stream) == 1)) continue;
    if (::fchown(stream, user, user) != 0) log_event("a stream keeps its owner");
  }
}

std::map<size_t, std::string> places_of(const Staging* staging) {
  std::map<size_t, std::string> places;
  if (staging == nullptr) return places;
  for (const StagedMount& mount : staging->mounts) places.emplace(mount.number, mount.place);
  return places;
}

void point_at(std::vector<std::string>& texts, std::vector<char*>& pointers) {
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
}

}  // namespace

Result<Started> start(const Host& host, const Wish& wish, const std::vector<int>& streams,
                      const std::vector<int>& passed, const Limits& limits, const Group* group,
                      const Staging* staging) {
  if (staging != nullptr) give_streams(streams, staging->user);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe", errno);
  Descriptor status(ends[0]), status_end(ends[1]);

  Preparation p;
  p.sources = streams;
  p.sources.insert(p.sources.end(), passed.begin(), passed.end());
  const int status_number = static_cast<int>(p.sources.size());
  const Descriptor options = TRY(options_file(settle(wish.options, status_number + 2, places_of(staging))));
  p.sources.push_back(status_end.get());
  p.sources.push_back(options.get());
  p.sources.insert(p.sources.end(), wish.descriptors.begin(), wish.descriptors.end());
  if (group != nullptr) p.entrances = group->entrances();
  p.limits = process_limits(limits, group != nullptr, staging != nullptr);
  p.staging = staging;
  std::vector<std::string> arguments = {
      "bwrap", "--json-status-fd", std::to_string(status_number), "--args", std::to_string(status_number + 1),
      "--"};
  arguments.insert(arguments.end(), wish.command.begin(), wish.command.end());
  std::vector<std::string> environment = wish.environment;
  point_at(arguments, p.arguments);
  point_at(environment, p.environment);
  p.program = host.bubblewrap.c_str();
  p.parent = ::getpid();

  const pid_t pid = ::fork();
  if (pid < 0) return system_error("start bubblewrap", errno);
  if (pid == 0) run_child(p);
  return Started{pid, std::move(status)};
}

}  // namespace fvm::sandbox
