#include "mirror/recent.hpp"

#include "mirror/store.hpp"
#include "store/database.hpp"

namespace fvm::mirror {
Result<std::vector<DeliveryLine>> recent_deliveries(const store::Database& database, size_t count) {
  auto row = TRY(database.prepare(
      "SELECT number, full_name, actor, status, started, done, rows_read, rows_accepted, rows_rejected, "
      "CASE WHEN status = 'held' THEN plan ELSE '' END FROM "
      "delivery ORDER BY status = 'held' DESC, status IN ('started', 'ingested') DESC, number DESC LIMIT ?",
      static_cast<int64_t>(count)));
  std::vector<DeliveryLine> all;
  while (TRY(row.step())) {
    DeliveryLine line{row.integer(0), row.text(1), row.text(2), status_of(row.text(3)), row.time(4)};
    if (!row.is_null(5)) line.done = row.time(5);
    line.rows_read = static_cast<uint64_t>(row.integer(6));
    line.rows_accepted = static_cast<uint64_t>(row.integer(7));
    line.rows_rejected = static_cast<uint64_t>(row.integer(8));
    if (line.status == Status::held) line.findings = TRY(plan_of_json(row.text(9))).findings;
    all.push_back(std::move(line));
  }
  return all;
}

}  // namespace fvm::mirror
