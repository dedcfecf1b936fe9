#include "mirror/recent.hpp"

#include "store/database.hpp"

namespace fvm::mirror {
namespace {

Status status_of(std::string_view text) {
  for (const Status status :
       {Status::started, Status::ingested, Status::accepted, Status::refused, Status::abandoned})
    if (to_text(status) == text) return status;
  return Status::failed;
}

}  // namespace

Result<std::vector<DeliveryLine>> recent_deliveries(const store::Database& database, size_t count) {
  auto row = TRY(database.prepare(
      "SELECT number, full_name, actor, status, started, done, rows_read, rows_accepted, rows_rejected FROM "
      "delivery ORDER BY status IN ('started', 'ingested') DESC, number DESC LIMIT ?",
      static_cast<int64_t>(count)));
  std::vector<DeliveryLine> all;
  while (TRY(row.step())) {
    DeliveryLine line{row.integer(0), row.text(1), row.text(2), status_of(row.text(3)), row.time(4)};
    if (!row.is_null(5)) line.done = row.time(5);
    line.rows_read = static_cast<uint64_t>(row.integer(6));
    line.rows_accepted = static_cast<uint64_t>(row.integer(7));
    line.rows_rejected = static_cast<uint64_t>(row.integer(8));
    all.push_back(std::move(line));
  }
  return all;
}

}  // namespace fvm::mirror
