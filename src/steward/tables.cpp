#include "steward/tables.hpp"

#include "base/log.hpp"
#include "steward/table_stage.hpp"
#include "wire/tables.hpp"

namespace fvm::steward {

Result<void> Tables::admit(const wire::AskTableAs& asked) {
  const Time now = world_.now();
  if (pace_.size() >= askers_kept_max) pace_.clear();
  if (pace_.try_emplace(asked.user, now).first->second.take(now)) return {};
  return safetable::too_often();
}

void Tables::take(wire::Connection caller, wire::AskTableAs asked) {
  callers_.take(
      std::move(caller), [&] { return admit(asked); },
      [this, asked](wire::Connection& open) { answer(open, asked); });
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
  const auto sent = wire::answer_table(caller, made);
  if (!sent.ok()) log_error("table not told", sent.error());
}

}  // namespace fvm::steward
