// Copies and tables: what their own rooms verify.
#include <charconv>

#include "audit/page.hpp"
#include "identity/service.hpp"
#include "safetable/verify.hpp"
#include "selftest/checks.hpp"

namespace fvm::selftest {
namespace {

constexpr int64_t copies_age_max_microseconds = int64_t{2} * 24 * 3600 * 1'000'000;

std::string fact_of(const audit::Entry& entry, std::string_view name) {
  for (const auto& [known, value] : entry.facts)
    if (known == name) return value;
  return {};
}

uint64_t number_of(const std::string& text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Result<Found> check_copies(const Setting& setting) {
  const auto page = TRY(audit::page_of(setting.world, setting.instance.audit(),
                                       {.action = "release.copies_verified", .records_max = 1}));
  if (page.entries.empty()) return Found{.nothing = true};
  const audit::Entry& newest = page.entries.front();
  Found found{.tried = number_of(fact_of(newest, "copies"))};
  if (const std::string faults = fact_of(newest, "faults"); faults != "0") found.failed.push_back(faults);
  const auto at = parse_time(newest.time);
  if (at.ok() && setting.world.now().microseconds - at->microseconds > copies_age_max_microseconds)
    found.failed.push_back("not since " + newest.time.substr(0, 10));
  return found;
}

Result<Found> check_tables(const Setting& setting) {
  Found found;
  for (const auto& institution : TRY(identity::list_institutions(setting.store()))) {
    const auto verified =
        TRY(safetable::verify_ledger(setting.world, setting.instance, setting.store(), institution.cvr));
    found.tried += verified.tables;
    for (const auto& damage : verified.damages)
      found.failed.push_back(std::string(safetable::name_of(damage.kind)) + " " +
                             std::to_string(damage.table));
  }
  found.nothing = found.tried == 0 && found.failed.empty();
  return found;
}

}  // namespace fvm::selftest
