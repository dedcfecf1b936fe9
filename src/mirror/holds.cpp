#include "mirror/holds.hpp"

#include <algorithm>

#include "catalogue/catalogue.hpp"
#include "mirror/table_lock.hpp"
#include "mirror/taking.hpp"

namespace fvm::mirror {
namespace {

// Tables with a delivery that was decided to be taken in, or that a crash left behind.
Result<std::vector<std::string>> tables_with_plans(const store::Database& store) {
  std::vector<std::string> names;
  auto row = TRY(store.prepare("SELECT DISTINCT full_name FROM delivery WHERE status = 'ingested'"));
  while (TRY(row.step())) names.push_back(row.text(0));
  return names;
}

// Staged rows of deliveries that an operator has refused.
Result<std::vector<int64_t>> refused_and_staged(World& world, const Taking& taking,
                                                const store::Database& store) {
  std::vector<int64_t> numbers;
  const Path folder = taking.lake().folder() / ".staging";
  if (!world.exists(folder)) return numbers;
  for (const DirectoryEntry& entry : TRY(world.list(folder))) {
    auto row =
        TRY(store.prepare("SELECT number FROM delivery WHERE number = ? AND status = 'refused'", entry.name));
    if (TRY(row.step())) numbers.push_back(row.integer(0));
  }
  return numbers;
}

}  // namespace

Result<void> decide(audit::Ledger& ledger, int64_t number, Decision decision, const std::string& actor,
                    const std::string& reason) {
  if (reason.empty()) return usage("deliver.no_reason");
  const bool taken = decision == Decision::take;
  const Status next = taken ? Status::ingested : Status::refused;
  const audit::Event event{actor,
                           taken ? "delivery.hold_lifted" : "delivery.hold_refused",
                           "delivery " + std::to_string(number),
                           {{"reason", reason}}};
  return ledger.write(event, [&](audit::Writer& writer) -> Result<void> {
    std::optional<Time> done;
    if (!taken) done = writer.now();
    TRY(writer.execute("UPDATE delivery SET status = ?, done = ? WHERE number = ? AND status = 'held'",
                       to_text(next), done, number));
    if (writer.changed_rows() == 0) return usage("deliver.not_held", {{"number", std::to_string(number)}});
    return {};
  });
}

Result<size_t> carry_out_decisions(World& world, const config::Instance& instance, audit::Ledger& ledger) {
  const auto loaded = catalogue::load(ledger.database());
  if (!loaded.ok()) return size_t{0};  // no catalogue yet: nothing was ever delivered
  const auto waiting = TRY(tables_with_plans(ledger.database()));
  size_t changed = 0;
  for (const catalogue::Table& table : loaded->tables) {
    Taking taking(world, instance, ledger, table);
    const bool plans = std::find(waiting.begin(), waiting.end(), taking.name()) != waiting.end();
    const auto refused = TRY(refused_and_staged(world, taking, ledger.database()));
    if (!plans && refused.empty()) continue;
    const auto lock = TRY(TableLock::try_take(instance.run(), taking.name()));
    if (!lock) continue;
    if (plans) TRY(taking.recover());
    for (const int64_t number : refused) TRY(taking.remove_staging(number));
    ++changed;
  }
  return changed;
}

}  // namespace fvm::mirror
