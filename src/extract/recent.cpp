#include "extract/recent.hpp"

namespace fvm::extract {

Result<std::vector<BuildLine>> recent_builds(const store::Database& database, size_t count) {
  auto row = TRY(database.prepare(
      "SELECT b.id, b.project, b.state, b.started, b.ended, coalesce(v.persons, 0), coalesce((SELECT "
      "sum(t.rows) FROM "
      "project_table t WHERE t.project = v.project AND t.version = v.version), 0), coalesce(b.reason, '') "
      "FROM project_build b LEFT JOIN project_version v ON v.build = b.id "
      "ORDER BY b.state IN ('started', 'built') DESC, b.id DESC LIMIT ?",
      static_cast<int64_t>(count)));
  std::vector<BuildLine> out;
  while (TRY(row.step())) {
    BuildLine line{.build = row.integer(0),
                   .project = row.text(1),
                   .state = row.text(2),
                   .started = row.time(3),
                   .persons = static_cast<uint64_t>(row.integer(5)),
                   .rows = static_cast<uint64_t>(row.integer(6)),
                   .reason = row.text(7)};
    if (!row.is_null(4)) line.ended = row.time(4);
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace fvm::extract
