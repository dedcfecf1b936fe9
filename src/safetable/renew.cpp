#include "safetable/renew.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "disclosure/fingerprint.hpp"
#include "safetable/outside.hpp"
#include "safetable/store.hpp"

namespace fvm::safetable {
namespace {

constexpr size_t tables_at_once = 100;  // in one transaction

struct Fresh {
  int64_t number = 0;
  std::vector<std::string> digests;
};

Result<std::vector<std::string>> behind(const store::Database& store) {
  auto row =
      TRY(store.prepare("SELECT DISTINCT cvr FROM safetable_release AS r WHERE NOT EXISTS (SELECT 1 FROM "
                        "safetable_fingerprint AS f "
                        "WHERE f.cvr = r.cvr AND f.number = r.number AND f.version = ?)",
                        disclosure::fingerprint_version));
  std::vector<std::string> out;
  while (TRY(row.step())) out.push_back(row.text(0));
  return out;
}

Result<std::vector<Row>> rows_behind(const store::Database& store, const std::string& cvr) {
  auto row = TRY(store.prepare("SELECT number FROM safetable_fingerprint WHERE cvr = ? AND version = ?", cvr,
                               disclosure::fingerprint_version));
  std::vector<int64_t> done;
  while (TRY(row.step())) done.push_back(row.integer(0));
  auto rows = TRY(rows_of(store, cvr));
  std::erase_if(
      rows, [&](const Row& each) { return std::find(done.begin(), done.end(), each.number) != done.end(); });
  return rows;
}

Result<void> write(const Setting& setting, std::string_view actor, const std::string& cvr,
                   const std::vector<Fresh>& tables) {
  audit::Event event{std::string(actor), "table.fingerprints_renewed", cvr, {}};
  event.facts = {{"cvr", cvr},
                 {"tables", std::to_string(tables.size())},
                 {"first", std::to_string(tables.front().number)},
                 {"last", std::to_string(tables.back().number)},
                 {"version", std::to_string(disclosure::fingerprint_version)}};
  return setting.ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
    for (const Fresh& each : tables) {
      TRY(writer.execute("DELETE FROM safetable_cells WHERE cvr = ? AND number = ?", cvr, each.number));
      TRY(insert_digests(writer, cvr, each.number, each.digests));
    }
    return {};
  });
}

Result<void> renew(const Setting& setting, std::string_view actor, const std::string& cvr,
                   const std::atomic<bool>& stop, Renewed& done) {
  const Path folder = folder_of(setting.instance, cvr);
  std::vector<Fresh> fresh;
  const auto write_them = [&]() -> Result<void> {
    if (fresh.empty()) return {};
    TRY(write(setting, actor, cvr, fresh));
    done.tables += fresh.size();
    fresh.clear();
    return {};
  };
  for (const Row& row : TRY(rows_behind(setting.ledger.database(), cvr))) {
    if (stop) break;
    const auto record = read_record(setting.world, folder, row);
    if (record.ok())
      fresh.push_back({row.number, cells_digests(*record)});
    else
      ++done.unreadable;
    if (fresh.size() >= tables_at_once) TRY(write_them());
  }
  return write_them();
}

}  // namespace

Result<Renewed> renew_fingerprints(const Setting& setting, std::string_view actor,
                                   const std::atomic<bool>& stop) {
  Renewed done;
  for (const std::string& cvr : TRY(behind(setting.ledger.database())))
    TRY(renew(setting, actor, cvr, stop, done));
  return done;
}

}  // namespace fvm::safetable
