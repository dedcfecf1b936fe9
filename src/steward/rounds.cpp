#include "steward/rounds.hpp"

#include <exception>

#include "base/log.hpp"
#include "base/messages.hpp"

namespace fvm::steward {

Rounds::Rounds(std::vector<Duty> duties) {
  slots_.reserve(duties.size());
  for (Duty& duty : duties) slots_.emplace_back().duty = std::move(duty);
  for (Slot& slot : slots_) slot.thread = std::thread([this, &slot] { walk(slot); });
}

Rounds::~Rounds() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (Slot& slot : slots_) slot.thread.join();
}

bool Rounds::wake(std::string_view duty) {
  bool known = duty.empty();
  {
    const std::lock_guard lock(mutex_);
    for (Slot& slot : slots_) {
      if (!duty.empty() && slot.duty.name != duty) continue;
      slot.wanted = known = true;
    }
  }
  changed_.notify_all();
  return known;
}

void Rounds::walk(Slot& slot) {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    slot.wanted = false;  // who wakes it while it works wants it once more
    const auto started = std::chrono::steady_clock::now();
    lock.unlock();
    carry_out(slot);
    lock.lock();
    changed_.wait_until(lock, started + slot.duty.interval, [&] { return stop_ || slot.wanted; });
  }
}

void Rounds::carry_out(Slot& slot) {
  // Duties return Results; what third-party code throws through one all the same must not end the others.
  const auto done = [&]() -> Result<void> {
    try {
      return slot.duty.run(stop_);
    } catch (const std::exception& thrown) {
      return defect("steward.duty_threw", {{"duty", slot.duty.name}, {"reason", thrown.what()}});
    }
  }();
  ++carried_out_;
  const std::string code = done.ok() ? "" : done.error().code;
  if (code == slot.last_error) return;
  slot.last_error = code;
  if (done.ok()) return log_event("duty works again", {{"duty", slot.duty.name}});
  log_event("duty failed",
            {{"duty", slot.duty.name}, {"code", code}, {"text", describe(Language::english, done.error())}});
}

}  // namespace fvm::steward
