#include "sandbox/job.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/log.hpp"

namespace fvm::sandbox {
namespace {

using std::chrono::steady_clock;
constexpr size_t reports_bytes_max = 64 << 10;
constexpr int death_milliseconds_max = 20000;
constexpr int signal_base = 128;

Descriptor open_process(pid_t pid) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

void kill_process(const Descriptor& process) {
  if (process) ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
}

void wait_until_dead(const Descriptor& process) {
  pollfd wanted{process.get(), POLLIN, 0};
  if (process && ::poll(&wanted, 1, death_milliseconds_max) == 0) log_event("a killed job does not die");
}

// The number after `"name":` in bubblewrap's reports.
std::optional<int> number_of(const std::string& reports, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":";
  const size_t at = reports.find(key);
  if (at == std::string::npos) return std::nullopt;
  const size_t start = reports.find_first_not_of(' ', at + key.size());
  // The number must have arrived whole: something follows it.
  const size_t end = start == std::string::npos ? start : reports.find_first_not_of("0123456789", start);
  if (end == std::string::npos) return std::nullopt;
  int number = 0;
  const auto read = std::from_chars(reports.data() + start, reports.data() + end, number);
  return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

}  // namespace

Job::Job(const wire::Launch& launch, const Limits& limits, const Group* group, Started started)
    : launch_(launch),
      group_(group),
      pid_(started.pid),
      handle_(open_process(started.pid)),
      status_(std::move(started.status)),
      started_(steady_clock::now()),
      deadline_(started_ + std::chrono::seconds(limits.time_seconds)) {
  ::fcntl(status_.get(), F_SETFL, O_NONBLOCK);
}

Job::~Job() {
  kill_all();
}

void Job::kill_all() {
  if (pid_ == 0) return;
  kill_process(inside_);
  ::kill(pid_, SIGKILL);
  rusage used{};
  int status = 0;
  while (::wait4(pid_, &status, 0, &used) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  cpu_microseconds_ = static_cast<uint64_t>((used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
                                            used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  wait_until_dead(inside_);
}

int Job::milliseconds_left() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 3600 * 1000));
}

Result<void> Job::read_status(wire::Connection& caller) {
  char piece[1024];
  const ssize_t got = ::read(status_.get(), piece, sizeof piece);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (got <= 0) return status_.reset(), Result<void>();
  reports_.append(piece, static_cast<size_t>(got));
  if (reports_.size() > reports_bytes_max) return surroundings("sandbox.failed");
  code_ = number_of(reports_, "exit-code");
  const auto child = inside_ ? std::nullopt : number_of(reports_, "child-pid");
  if (!child) return {};
  inside_ = open_process(*child);
  return caller.send(wire::Launched{*child});
}

Result<Job::End> Job::wait(wire::Connection& caller, int stop, int ended) {
  for (;;) {
    pollfd wanted[] = {{status_.get(), POLLIN, 0},
                       {handle_.get(), POLLIN, 0},
                       {caller.descriptor(), POLLIN | POLLRDHUP, 0},
                       {stop, POLLIN, 0},
                       {ended, POLLIN, 0}};
    const int ready = ::poll(wanted, 5, milliseconds_left());
    if (ready < 0 && errno != EINTR) return system_error("wait for a job", errno);
    if (ready < 0) continue;
    if (wanted[0].revents != 0) {
      TRY(read_status(caller));
      continue;  // all reports before the end that they tell of
    }
    if (wanted[1].revents != 0) return End::exited;
    if (wanted[2].revents != 0) return End::caller_gone;
    if (wanted[3].revents != 0 || wanted[4].revents != 0) return End::stopped;
    if (milliseconds_left() == 0) return End::timed_out;
  }
}

Result<void> Job::accompany(wire::Connection& caller, int stop, int ended) {
  log_event("job", {{"profile", launch_.profile}, {"label", launch_.label}, {"pid", std::to_string(pid_)}});
  const End end = TRY(wait(caller, stop, ended));
  kill_all();
  const wire::Exited told = exited(end);
  log_end(told, end);
  if (end == End::caller_gone) return {};
  if (end == End::exited && !code_) {
    return surroundings("sandbox.failed", {{"profile", launch_.profile}});
  }
  return caller.send(told);
}

wire::Exited Job::exited(End end) const {
  wire::Exited exited;
  exited.code = end == End::exited && code_ ? *code_ : signal_base + SIGKILL;
  exited.signal =
      exited.code > signal_base && exited.code < signal_base + NSIG ? exited.code - signal_base : 0;
  exited.timed_out = end == End::timed_out ? 1 : 0;
  exited.cpu_microseconds = cpu_microseconds_;
  if (group_ != nullptr) {
    exited.memory_max_kib = group_->memory_max_kib();
    exited.memory_exhausted = group_->memory_exhausted() ? 1 : 0;
  }
  return exited;
}

void Job::log_end(const wire::Exited& exited, End end) const {
  constexpr std::string_view names[] = {"exited", "timed out", "caller gone", "stopped"};
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - started_);
  log_event("job ended", {{"profile", launch_.profile},
                          {"label", launch_.label},
                          {"how", std::string(names[static_cast<size_t>(end)])},
                          {"code", std::to_string(exited.code)},
                          {"milliseconds", std::to_string(took.count())},
                          {"memory_exhausted", std::to_string(exited.memory_exhausted)},
                          {"memory_max_kib", std::to_string(exited.memory_max_kib)}});
}

}  // namespace fvm::sandbox
