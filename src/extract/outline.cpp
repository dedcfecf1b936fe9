#include <map>
#include <set>

#include "extract/store.hpp"
#include "identity/suspension.hpp"

namespace fvm::extract {
namespace {

template <class Described>
Standing standing(const Described& project, const Date& today) {
  if (project.state != State::open || project.valid_to < today) return Standing::ended;
  if (project.suspended) return Standing::held;
  return today < project.valid_from ? Standing::coming : Standing::running;
}

}  // namespace

Standing standing_of(const Project& project, const Date& today) {
  return standing(project, today);
}
Standing standing_of(const Outline& project, const Date& today) {
  return standing(project, today);
}

State state_of(std::string_view stored, bool sealed) {
  if (stored != "open") return State::closed;
  return sealed ? State::sealed : State::open;
}

Result<std::vector<Outline>> outlines(const store::Database& database) {
  std::map<std::string, std::vector<std::string>> schemas;
  auto table = TRY(
      database.prepare("SELECT DISTINCT project, schema_name FROM project_table JOIN project ON number = "
                       "project AND project.version = project_table.version WHERE schema_name <> 'project' "
                       "ORDER BY schema_name"));
  while (TRY(table.step())) schemas[table.text(0)].push_back(table.text(1));
  std::set<std::pair<identity::Scope, std::string>> suspended;
  for (const auto& each : TRY(identity::suspensions(database, "")))
    if (!each.ended && each.counts) suspended.emplace(each.scope, each.subject);
  std::vector<Outline> out;
  auto row = TRY(
      database.prepare("SELECT number, title, authority, valid_from, valid_to, state, sealed IS NOT NULL, "
                       "cvr, purpose FROM project ORDER BY number"));
  while (TRY(row.step())) {
    Outline& one = out.emplace_back(Outline{row.text(0), row.text(1), row.text(2), row.text(8)});
    one.valid_from = TRY(parse_date(row.text(3))), one.valid_to = TRY(parse_date(row.text(4)));
    one.state = state_of(row.text(5), row.integer(6) != 0);
    one.suspended = suspended.contains({identity::Scope::project, one.number}) ||
                    suspended.contains({identity::Scope::institution, row.text(7)});
    one.schemas = std::move(schemas[one.number]);
  }
  return out;
}

}  // namespace fvm::extract
