#include "supervisor/supervisor.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include <boost/json.hpp>

#include "supervisor/lock.hpp"

#include "wire/power.hpp"

namespace fvm::supervisor {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds tick{50};
constexpr int probe_milliseconds = 500;
constexpr uint64_t state_bytes_max = 1u << 20;

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

// The next of our signals, or 0 after a tick.
int wait_for_signal() {
  const sigset_t set = our_signals();
  const timespec timeout{0, std::chrono::nanoseconds(tick).count()};
  const int number = ::sigtimedwait(&set, nullptr, &timeout);
  return number > 0 ? number : 0;
}

bool asks_to_stop(int signal_number) {
  return signal_number == SIGTERM || signal_number == SIGINT || signal_number == SIGHUP;
}

// An exit code that our programs give when their surroundings or their input forbid them to start.
bool is_refusal(int wait_status) {
  return WIFEXITED(wait_status) && WEXITSTATUS(wait_status) >= 1 && WEXITSTATUS(wait_status) <= 3;
}

std::string how_it_ended(int wait_status) {
  if (WIFSIGNALED(wait_status)) return "signal " + std::to_string(WTERMSIG(wait_status));
  return "exit code " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace

struct Supervisor::Slot {
  std::optional<wire::Listener> listener;
  Clock::time_point started{};
  std::optional<Clock::time_point> due;  // when to start it again
  milliseconds pause{0};
  bool answered = false;
};

Supervisor::Supervisor(World& world, const config::Instance& instance, std::vector<Program> programs,
                       Limits limits, Note note)
    : world_(world), instance_(instance), limits_(limits), note_(std::move(note)) {
  for (Program& program : programs) {
    const bool built = ::access(program.file.c_str(), X_OK) == 0;
    state_.push_back({.program = std::move(program), .built = built});
    slots_.emplace_back().pause = milliseconds(limits.pause_milliseconds_min);
  }
}

Supervisor::~Supervisor() {
  end_all();
}

Result<void> Supervisor::start() {
  if (std::none_of(state_.begin(), state_.end(), [](const Running& r) { return r.built; }))
    return surroundings("up.nothing_built");
  lock_ = TRY(take_lock(instance_.supervisor_lock()));
  const sigset_t set = our_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  for (size_t i = 0; i < state_.size(); ++i) {
    const Program& program = state_[i].program;
    if (!state_[i].built) {
      note_("up.program_not_built", {{"program", program.name}});
      continue;
    }
    if (program.socket) {
      if (program.locked) TRY(wire::change_power(world_, *program.socket));
      slots_[i].listener = TRY(wire::Listener::at(*program.socket));
    }
    TRY(launch(i));
  }
  TRY(write_state());
  if (auto waited = wait_until_ready(); !waited.ok()) {
    end_all();
    return waited;
  }
  ready_ = true;
  return write_state();
}

Result<void> Supervisor::launch(size_t i) {
  Slot& slot = slots_[i];
  const auto crash_point = state_[i].restarts == 0 ? CrashPoint::kept : CrashPoint::dropped;
  state_[i].pid = TRY(
      supervisor::start(state_[i].program, slot.listener ? slot.listener->descriptor() : -1, crash_point));
  slot.started = Clock::now();
  slot.due.reset();
  return {};
}

Result<void> Supervisor::wait_until_ready() {
  const auto deadline = Clock::now() + milliseconds(limits_.ready_milliseconds);
  while (Clock::now() < deadline) {
    if (asks_to_stop(wait_for_signal())) return refused("up.interrupted");
    TRY(reap(Phase::starting));
    restart_due();
    bool all = true;
    for (size_t i = 0; i < state_.size(); ++i) {
      if (!state_[i].built || slots_[i].answered) continue;
      slots_[i].answered = state_[i].pid != 0 && ask_status(state_[i].program, probe_milliseconds).ok();
      // Reap again: who answered at an address may be a stranger while our own program gave up.
      all = all && slots_[i].answered;
    }
    if (all) return reap(Phase::starting);
  }
  for (size_t i = 0; i < state_.size(); ++i) {
    if (state_[i].built && !slots_[i].answered)
      note_("up.program_silent", {{"program", state_[i].program.name}});
  }
  return {};
}

Result<void> Supervisor::reap(Phase phase) {
  int status = 0;
  bool changed = false;
  for (pid_t pid = ::waitpid(-1, &status, WNOHANG); pid > 0; pid = ::waitpid(-1, &status, WNOHANG)) {
    const auto found =
        std::find_if(state_.begin(), state_.end(), [pid](const Running& r) { return r.pid == pid; });
    if (found == state_.end()) continue;
    found->pid = 0;
    changed = true;
    if (phase == Phase::starting && is_refusal(status)) {
      return surroundings("up.program_refused", {{"program", found->program.name},
                                                 {"reason", last_line(found->program.log)},
                                                 {"file", found->program.log.string()}});
    }
    schedule_restart(static_cast<size_t>(found - state_.begin()), status);
  }
  if (changed) TRY(write_state());
  return {};
}

void Supervisor::schedule_restart(size_t i, int wait_status) {
  Slot& slot = slots_[i];
  if (Clock::now() - slot.started > milliseconds(limits_.steady_milliseconds))
    slot.pause = milliseconds(limits_.pause_milliseconds_min);
  slot.due = Clock::now() + slot.pause;
  note_("up.program_died", {{"program", state_[i].program.name},
                            {"how", how_it_ended(wait_status)},
                            {"milliseconds", std::to_string(slot.pause.count())}});
  slot.pause = std::min(slot.pause * 2, milliseconds(limits_.pause_milliseconds_max));
}

void Supervisor::restart_due() {
  bool changed = false;
  for (size_t i = 0; i < state_.size(); ++i) {
    if (!slots_[i].due || Clock::now() < *slots_[i].due) continue;
    ++state_[i].restarts;
    if (const auto launched = launch(i); !launched.ok()) {
      slots_[i].due = Clock::now() + slots_[i].pause;
      continue;
    }
    changed = true;
  }
  if (changed) (void)write_state();  // told in the next change if the disk is full now
}

Result<void> Supervisor::run() {
  while (!asks_to_stop(wait_for_signal())) {
    if (const auto reaped = reap(Phase::running); !reaped.ok())
      note_(reaped.error().code, reaped.error().arguments);
    restart_due();
  }
  end_all();
  return {};
}

// Last started first, so that nobody loses a program that it needs to finish its work.
void Supervisor::end_all() {
  for (size_t i = state_.size(); i-- > 0;) {
    slots_[i].due.reset();
    const pid_t pid = state_[i].pid;
    if (pid == 0) continue;
    ::kill(pid, SIGTERM);
    const auto deadline = Clock::now() + milliseconds(limits_.stop_milliseconds);
    bool killed = false;
    while (::waitpid(pid, nullptr, WNOHANG) == 0) {
      if (!killed && Clock::now() > deadline) {
        note_("up.program_killed", {{"program", state_[i].program.name}});
        ::kill(-pid, SIGKILL);
        killed = true;
      }
      ::usleep(10'000);
    }
    state_[i].pid = 0;
  }
  for (size_t i = 0; i < state_.size(); ++i) {
    if (slots_[i].listener) ::unlink(state_[i].program.socket->c_str());
    slots_[i].listener.reset();
  }
  if (lock_) (void)world_.remove(instance_.supervisor_file());
  lock_.reset();
}

Result<void> Supervisor::write_state() {
  boost::json::array programs;
  for (const Running& running : state_) {
    boost::json::object entry{{"name", running.program.name},
                              {"built", running.built},
                              {"pid", running.pid},
                              {"restarts", running.restarts}};
    if (running.program.socket) entry["socket"] = running.program.socket->string();
    if (running.program.address) {
      entry["host"] = running.program.address->host;
      entry["port"] = running.program.address->port;
    }
    programs.push_back(std::move(entry));
  }
  const boost::json::object document{
      {"pid", ::getpid()}, {"ready", ready_}, {"programs", std::move(programs)}};
  return world_.replace_file(instance_.supervisor_file(), boost::json::serialize(document) + "\n", 0600);
}

namespace {

Running running_of(const boost::json::object& entry) {
  Running out;
  out.program.name = boost::json::value_to<std::string>(entry.at("name"));
  out.built = entry.at("built").as_bool();
  out.pid = boost::json::value_to<pid_t>(entry.at("pid"));
  out.restarts = boost::json::value_to<unsigned>(entry.at("restarts"));
  if (const auto* socket = entry.if_contains("socket"))
    out.program.socket = Path(boost::json::value_to<std::string>(*socket));
  if (const auto* host = entry.if_contains("host")) {
    out.program.address = {boost::json::value_to<std::string>(*host),
                           boost::json::value_to<uint16_t>(entry.at("port"))};
  }
  return out;
}

}  // namespace

std::optional<Seen> look(World& world, const config::Instance& instance) {
  const auto holder = holder_of(instance.supervisor_lock());
  if (!holder) return std::nullopt;
  Seen seen{.supervisor = *holder};
  const auto text = world.read_file(instance.supervisor_file(), state_bytes_max);
  if (!text.ok()) return seen;  // it has just taken the lock, or is just ending
  try {
    const auto document = boost::json::parse(*text);
    seen.ready = document.at("ready").as_bool();
    for (const auto& entry : document.at("programs").as_array())
      seen.programs.push_back(running_of(entry.as_object()));
  } catch (const std::exception&) {
    seen.programs.clear();  // not a file of ours: the kernel's word on the holder stands
  }
  return seen;
}

Result<bool> stop(const config::Instance& instance, int timeout_milliseconds) {
  const auto holder = holder_of(instance.supervisor_lock());
  if (!holder) return false;
  if (::kill(*holder, SIGTERM) != 0) return system_error("stop process " + std::to_string(*holder), errno);
  const auto deadline = Clock::now() + milliseconds(timeout_milliseconds);
  while (holder_of(instance.supervisor_lock()) == holder) {
    if (Clock::now() > deadline) return surroundings("up.will_not_stop", {{"pid", std::to_string(*holder)}});
    ::usleep(20'000);
  }
  return true;
}

}  // namespace fvm::supervisor
