#include "courier/checks.hpp"

#include <sys/eventfd.h>

#include "audit/ledger.hpp"
#include "base/log.hpp"

namespace fvm::courier {

Checks::Checks(World& world, const config::Instance& instance, const config::Config& config,
               std::function<void(const std::string&)> approved)
    : world_(world),
      instance_(instance),
      config_(config),
      approved_(std::move(approved)),
      ended_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (size_t i = 0; i < checks_at_once_max; ++i) threads_.emplace_back([this] { work(); });
}

Checks::~Checks() {
  (void)::eventfd_write(ended_.get(), 1);
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Checks::take(const std::string& number) {
  const std::lock_guard lock(mutex_);
  if (taken_.contains(number)) {
    again_.insert(number);
  } else if (waiting_.size() < checks_waiting_max) {
    taken_.insert(number);
    waiting_.push_back(number);
    changed_.notify_all();
  }
}

void Checks::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const std::string number = std::move(waiting_.front());
    waiting_.pop_front();
    do {
      again_.erase(number);
      lock.unlock();
      advance(number);
      lock.lock();
    } while (!stop_ && again_.contains(number));
    taken_.erase(number);
  }
}

// Each has a ledger of its own: a reading handle belongs to one thread.
void Checks::advance(const std::string& number) {
  const auto moved = [&]() -> Result<release::Request> {
    const auto ledger = TRY(audit::Ledger::open(world_, instance_.audit(), instance_.store_file(), {}));
    return release::advance(world_, *ledger, instance_, hands_of(*ledger), number);
  }();
  if (!moved.ok()) return log_error("release.stuck", moved.error());
  if (moved->state == release::State::approved) approved_(number);
}

// Waits for its turn. What is ended with the courier is no answer about the file nor about the surroundings:
// the request stays in `checking`, and the next courier scans it.
Result<release::Report> Checks::scan(const store::Database& store, const release::Request& request,
                                     const release::File& file, const release::Bytes& kept) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stop_ || scans_ < scans_at_once_max; });
  if (stop_) return refused("release.scan_ended", {{"release", request.number}});
  ++scans_;
  lock.unlock();
  auto report = release::scan_file(instance_, config_, store, request.project, file.name, file.bytes, kept,
                                   ended_.get());
  lock.lock();
  --scans_;
  changed_.notify_all();
  if (!report.ok() && report.error().code == "job.ended")
    return refused("release.scan_ended", {{"release", request.number}});
  return report;
}

// The courier keeps by itself; of others it asks fvm-keeper alone.
release::Hands Checks::hands_of(const audit::Ledger& ledger) {
  release::Hands hands = release::real_hands(world_, instance_, config_, ledger);
  const release::KeptCopies copies(world_, instance_, release::keeper_keys(instance_));
  hands.keep = [copies](std::string_view, std::string_view, int descriptor) {
    return copies.keep(descriptor, release::kept_bytes_max);
  };
  hands.scan = [this, &ledger](const release::Request& request, const release::File& file,
                               const release::Bytes& kept) {
    return scan(ledger.database(), request, file, kept);
  };
  return hands;
}

}  // namespace fvm::courier
