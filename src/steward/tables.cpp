#include "steward/tables.hpp"

#include <sys/socket.h>

#include <thread>

#include "base/log.hpp"
#include "steward/table_stage.hpp"
#include "wire/tables.hpp"

namespace fvm::steward {

Tables::~Tables() {
  std::unique_lock lock(mutex_);
  for (const wire::Connection& caller : callers_) ::shutdown(caller.descriptor(), SHUT_RDWR);
  left_.wait(lock, [this] { return callers_.empty(); });
}

Result<void> Tables::admit(const wire::AskTableAs& asked) {
  if (callers_.size() >= tables_at_once_max) return surroundings("table.busy");
  const Time now = world_.now();
  if (pace_.size() >= askers_kept_max) pace_.clear();
  if (pace_.try_emplace(asked.user, now).first->second.take(now)) return {};
  return safetable::too_often();
}

void Tables::take(wire::Connection caller, wire::AskTableAs asked) {
  const std::lock_guard lock(mutex_);
  if (const auto admitted = admit(asked); !admitted.ok()) {
    (void)caller.send(wire::to_failure(admitted.error())).ok();
    return;
  }
  callers_.push_back(std::move(caller));
  std::thread([this, at = std::prev(callers_.end()), request = std::move(asked)] {
    answer(*at, request);
    const std::lock_guard gone(mutex_);
    callers_.erase(at);
    left_.notify_all();
  }).detach();
}

// The caller says nothing more: when its socket becomes readable, it has gone, or the steward ends.
void Tables::answer(wire::Connection& caller, const wire::AskTableAs& asked) {
  const auto made = [&]() -> Result<wire::TableAnswer> {
    const auto ledger = TRY(audit::Ledger::open(world_, instance_.audit(), instance_.store_file(), {}));
    const safetable::Setting setting{world_, instance_, config_, *ledger, caller.descriptor()};
    const safetable::Asker asker{asked.project, asked.user, safetable::Seat::outside};
    if (const auto shown = staging_of(asked.request)) return stage_table(setting, asker, *shown);
    return safetable::answer_request(setting, asker, asked.request);
  }();
  auto sent = made.ok() ? wire::send_table(caller, *made) : caller.send(wire::to_failure(made.error()));
  if (!sent.ok() && sent.error().code == "wire.answer_too_large")
    sent = caller.send(wire::to_failure(sent.error()));
  if (!sent.ok()) log_error("table not told", sent.error());
}

}  // namespace fvm::steward
