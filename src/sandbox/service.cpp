#include "sandbox/service.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "base/log.hpp"
#include "sandbox/job.hpp"

namespace fvm::sandbox {
namespace {

constexpr int end_milliseconds_max = 20'000;
constexpr int look_milliseconds = 1000;  // how often idle folders are looked for

// The real paths behind descriptors, as the kernel knows them.
Result<std::vector<Path>> paths_of(const std::vector<int>& descriptors) {
  std::vector<Path> paths;
  for (const int fd : descriptors) {
    std::error_code error;
    paths.push_back(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), error));
    if (error) return system_error("look at a descriptor", error.value());
  }
  return paths;
}

}  // namespace

Service::Service(config::Instance instance, Path own_folder, std::string search_path, std::string version,
                 wire::Door door)
    : instance_(std::move(instance)),
      own_folder_(std::move(own_folder)),
      search_path_(std::move(search_path)),
      version_(std::move(version)),
      door_(std::move(door)),
      groups_(Groups::find()),
      vault_(instance_, search_path_) {}

Result<Host> Service::host() {
  const std::lock_guard lock(host_lock_);
  if (host_) return *host_;
  host_ = TRY(look_around(own_folder_, search_path_));
  stages_ = can_stage(host_->bubblewrap);
  log_event("sandboxes", {{"user", stages_ ? "each its own" : "the launcher's"}});
  return *host_;
}

Result<void> Service::run(wire::Listener& listener, int stop) {
  log_event("started",
            {{"limits", std::string(groups_.kind_name())}, {"jobs_max", std::to_string(jobs_max)}});
  if (const auto found = host(); !found.ok()) log_error("no sandboxes", found.error());
  vault_.clean();
  for (;;) {
    pollfd wanted[] = {{listener.descriptor(), POLLIN, 0}, {stop, POLLIN, 0}};
    if (::poll(wanted, 2, look_milliseconds) < 0 && errno != EINTR)
      return system_error("wait for a caller", errno);
    if (wanted[1].revents != 0) break;
    if (wanted[0].revents == 0) {
      let_go_idle();
      continue;
    }
    if (callers_ >= callers_max) {  // those that wait are answered when others are done
      ::usleep(10000);
      continue;
    }
    auto caller = listener.accept();
    if (!caller.ok()) {
      log_error("accept", caller.error());
      ::usleep(10000);  // out of descriptors, most likely: do not spin
      continue;
    }
    ++callers_;
    std::thread([this, stop, kept = std::move(*caller)]() mutable {
      serve(std::move(kept), stop);
      --callers_;
    }).detach();
  }
  while (callers_ > 0) ::usleep(5000);  // each sees `stop` and ends its job
  log_event("stopped", {{"served", std::to_string(served_.load())}});
  return {};
}

void Service::serve(wire::Connection caller, int stop) {
  if (auto answered = answer(caller, stop); !answered.ok()) {
    if (answered.error().code == "wire.closed") return;
    log_error("refused", answered.error());
    const auto told = caller.send(wire::to_failure(answered.error()));
    if (!told.ok()) log_error("answer", told.error());
  }
}

Result<void> Service::answer(wire::Connection& caller, int stop) {
  // Read first, or a caller whose request meets a closed socket never sees the reason.
  wire::Frame frame = TRY(caller.receive(request_milliseconds_max));
  const wire::Peer peer = TRY(caller.peer());
  if (peer.uid != ::geteuid()) return refused("sandbox.not_ours", {{"uid", std::to_string(peer.uid)}});
  ++served_;
  const bool may_ask = TRY(door_.unlocks(frame));
  if (may_ask) frame = TRY(caller.receive(request_milliseconds_max));
  if (frame.type == wire::Type::get_status) {
    return caller.send(wire::Status{"fvm-launcher", version_, ::getpid(), served_});
  }
  if (!may_ask) return refused("wire.no_key", {{"program", "fvm-launcher"}});
  switch (frame.type) {
    case wire::Type::launch:
      return run_job(caller, frame, stop);
    case wire::Type::end_jobs:
      return end_jobs(caller, frame);
    case wire::Type::make_storage:
      TRY(vault_.make(TRY(wire::decode<wire::MakeStorage>(frame.body)).project));
      return caller.send(wire::Done{});
    case wire::Type::hold_storage:
      return hold_storage(caller, frame, stop);
    case wire::Type::let_storage_go:
      TRY(vault_.let_go(TRY(wire::decode<wire::LetStorageGo>(frame.body)).project));
      return caller.send(wire::Done{});
    default:
      return surroundings("wire.broken_message");
  }
}

Result<void> Service::end_jobs(wire::Connection& caller, const wire::Frame& frame) {
  const auto which = TRY(wire::decode<wire::EndJobs>(frame.body));
  const size_t ended = jobs_.end(which);
  log_event("jobs to end", {{"profile", which.profile},
                            {"label", which.label},
                            {"user", which.user},
                            {"jobs", std::to_string(ended)}});
  // Told when they are gone: whoever asked may be about to remove their files.
  if (!jobs_.wait_until_gone(which, end_milliseconds_max)) return surroundings("sandbox.will_not_end");
  return caller.send(wire::EndedJobs{ended});
}

// The caller's connection is his hold: it ends with him, however he ends.
Result<void> Service::hold_storage(wire::Connection& caller, const wire::Frame& frame, int stop) {
  const auto hold = TRY(vault_.hold(TRY(wire::decode<wire::HoldStorage>(frame.body)).project));
  TRY(caller.send(wire::Done{}));
  pollfd wanted[] = {{caller.descriptor(), POLLIN | POLLRDHUP, 0}, {stop, POLLIN, 0}};
  while (::poll(wanted, 2, -1) < 0 && errno == EINTR) {
  }
  return {};
}

void Service::let_go_idle() {
  const auto config = config::read_config(real_world(), instance_.config_file());
  if (config.ok()) vault_.let_go_idle(std::chrono::seconds(config->storage.idle_seconds));
}

Result<void> Service::run_job(wire::Connection& caller, wire::Frame& frame, int stop) {
  const auto launch = TRY(wire::decode<wire::Launch>(frame.body));
  const Profile* profile = TRY(profile_named(launch.profile));
  TRY(check_request(*profile, launch));
  if (frame.descriptors.size() != 3 + launch.mounts.size() + launch.passed) {
    return surroundings("wire.broken_message");
  }
  std::vector<int> streams, mounts, passed;
  for (size_t i = 0; i < frame.descriptors.size(); ++i) {
    (i < 3 ? streams : i < 3 + launch.mounts.size() ? mounts : passed).push_back(frame.descriptors[i].get());
  }
  TRY(check_outside(instance_, *profile, launch, TRY(paths_of(mounts))));

  // Its own hold besides its caller's: a sandbox outlives a caller that was killed by a moment.
  const auto hold = TRY(vault_.hold(launch.label));
  const auto entry = TRY(jobs_.enter(launch, jobs_max));
  const Host found = TRY(host());
  const config::Config config = TRY(config::read_config(real_world(), instance_.config_file()));
  const Limits limits = limits_of(*profile, launch, config.session);
  const auto group = TRY(groups_.make(limits, ++numbers_));
  const Group* const limited_by = group ? &*group : nullptr;
  const Wish wish = TRY(bubblewrap_wish(found, *profile, launch, limits, mounts));
  auto staging = stages_ ? prepare_staging(wish, vault_.mounts()) : std::nullopt;
  Job job(launch, limits, limited_by,
          TRY(start(found, wish, streams, passed, limits, limited_by, staging ? &*staging : nullptr)));
  staging.reset();
  frame.descriptors.clear();  // the job's ends of its pipes are its own now
  return job.accompany(caller, stop, entry->ended());
}

}  // namespace fvm::sandbox
