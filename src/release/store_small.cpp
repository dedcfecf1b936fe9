// SQL of what is remembered of small tables and texts over the requests of a project.
#include <algorithm>
#include <map>

#include "release/store.hpp"

namespace fvm::release {

Result<void> replace_small(audit::Writer& writer, const Request& request, const File& file) {
  TRY(writer.execute("DELETE FROM release_small WHERE request = ? AND revision = ? AND position = ?",
                     request.id, request.revision, file.position));
  int64_t line = 0;
  for (const disclosure::SmallShape& small : file.small) {
    TRY(writer.execute(
        "INSERT INTO release_small (request, revision, position, line, shape, rows) VALUES (?, ?, ?, ?, ?, "
        "?)",
        request.id, request.revision, file.position, ++line, small.shape, static_cast<int64_t>(small.rows)));
  }
  return {};
}

Result<std::vector<disclosure::SmallBefore>> small_before(const store::Database& store,
                                                          const Request& request, Time since) {
  auto row = TRY(store.prepare(
      "SELECT DISTINCT s.shape, f.sha256, s.rows FROM release_request r "
      "JOIN release_small s ON s.request = r.id AND s.revision = r.revision "
      "JOIN release_file f ON f.request = r.id AND f.revision = s.revision AND f.position = s.position "
      "WHERE r.project = ? AND r.id <> ? AND r.created >= ? "
      "AND r.state NOT IN ('blocked', 'rejected', 'withdrawn', 'expired')",
      request.project, request.id, since));
  std::map<std::string, disclosure::SmallBefore> all;
  while (TRY(row.step())) {
    const std::string sha256 = row.text(1);
    const auto same = [&](const File& file) { return file.sha256 == sha256; };
    if (std::any_of(request.files.begin(), request.files.end(), same)) continue;
    disclosure::SmallBefore& sum = all[row.text(0)];
    sum.shape = row.text(0);
    ++sum.files, sum.rows += static_cast<uint64_t>(row.integer(2));
  }
  std::vector<disclosure::SmallBefore> list;
  for (auto& [shape, sum] : all) list.push_back(std::move(sum));
  return list;
}

}  // namespace fvm::release
