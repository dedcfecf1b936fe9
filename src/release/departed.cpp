#include "release/departed.hpp"

#include "calendar/calendar.hpp"
#include "release/routes.hpp"
#include "release/types.hpp"

namespace fvm::release {
namespace {

PublicKind kind_of(std::string_view type, bool safe_table) {
  if (safe_table) return PublicKind::safe_table;
  switch (output_of(type)) {
    case Output::tables:
      return PublicKind::table;
    case Output::code:
      return PublicKind::program;
    case Output::text:
      return PublicKind::text;
    default:
      return PublicKind::other;
  }
}

}  // namespace

Result<std::vector<Departed>> departed(const store::Database& store, std::string_view project) {
  // One row a file, of the revision that was sent; a request's rows follow each other.
  auto row = TRY(store.prepare(
      "WITH left AS (SELECT request, min(at) AS at, min(revision) AS revision FROM release_step WHERE "
      "to_state = ?1 AND request IN (SELECT id FROM release_request WHERE project = ?2) GROUP BY request) "
      "SELECT left.request, left.at, f.type, f.safe_table > 0 FROM left JOIN release_file f ON f.request = "
      "left.request AND f.revision = left.revision ORDER BY left.at DESC, left.request",
      name_of(State::sent), project));
  std::vector<Departed> out;
  int64_t request = 0;
  while (TRY(row.step())) {
    const Date day = calendar::danish_date(row.time(1));
    if (out.empty() || out.back().year != day.year || out.back().month != day.month)
      out.push_back({day.year, day.month});
    if (row.integer(0) != request) ++out.back().releases;
    request = row.integer(0);
    ++out.back().files[static_cast<size_t>(kind_of(row.text(2), row.integer(3) != 0))];
  }
  return out;
}

}  // namespace fvm::release
