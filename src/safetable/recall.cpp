// Tables that are taken back. What they told is known all the same, so nothing is taken out of what the next
// table is judged against.
#include <algorithm>

#include "base/blank.hpp"
#include "extract/project.hpp"
#include "identity/service.hpp"
#include "safetable/outputs.hpp"
#include "safetable/store.hpp"

namespace fvm::safetable {
namespace {

constexpr size_t reason_bytes_max = 2000;

// Members may take back what their project told; so may an operator.
Result<bool> may_recall(const store::Database& store, const std::string& user, std::string_view project) {
  const auto account = identity::find_user(store, user);
  if (!account.ok() && account.error().kind == Kind::usage) return false;
  if (!account.ok()) return account.error();
  if (!account->may_act()) return false;
  return account->has(identity::Role::operator_) || TRY(identity::is_member(store, project, account->name));
}

Result<void> recall_inside(audit::Writer& writer, const std::string& user, std::string_view project,
                           int64_t number, const std::string& reason) {
  const auto opened = TRY(extract::open_project(writer, project));
  const Error unknown =
      usage("table.unknown", {{"table", std::to_string(number)}, {"project", opened.number}});
  if (!TRY(may_recall(writer, user, opened.number)))
    return refused("table.recall_not_allowed", {{"project", opened.number}});
  const auto rows = TRY(rows_of(writer, opened.cvr));
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.number == number && row.project == opened.number;
  });
  if (found == rows.end()) return unknown;
  for (const Recall& before : TRY(recalls_of(writer, opened.cvr)))
    if (before.table == number)
      return refused("table.recalled", {{"table", std::to_string(number)}, {"reason", before.reason}});
  writer.subject(opened.number);
  writer.fact("cvr", opened.cvr);
  writer.fact("record_sha256", found->record_sha256);
  return recall_with(writer, user, opened.cvr, number, reason);
}

}  // namespace

Result<std::vector<Recall>> recalls_of(const store::Database& store, std::string_view cvr) {
  auto row = TRY(store.prepare(
      "SELECT number, recalled, who, reason FROM safetable_recall WHERE cvr = ? ORDER BY number", cvr));
  std::vector<Recall> out;
  while (TRY(row.step())) out.push_back({row.integer(0), row.time(1), row.text(2), row.text(3)});
  return out;
}

Result<void> recall_with(audit::Writer& writer, const std::string& user, std::string_view cvr, int64_t number,
                         const std::string& reason) {
  return writer.execute(
      "INSERT OR IGNORE INTO safetable_recall (cvr, number, recalled, who, reason) VALUES (?, ?, ?, ?, ?)",
      cvr, number, writer.now(), user, reason);
}

Result<void> recall_table(audit::Ledger& ledger, const std::string& user, std::string_view project,
                          int64_t number, const std::string& reason) {
  if (is_blank(reason) || reason.size() > reason_bytes_max)
    return usage("table.no_reason", {{"max", std::to_string(reason_bytes_max)}});
  const auto done = ledger.write(
      {user, "table.recalled", std::string(project), {{"table", std::to_string(number)}}},
      [&](audit::Writer& writer) { return recall_inside(writer, user, project, number, reason); });
  if (!done.ok() && done.error().kind == Kind::refused)
    TRY(ledger.record({user,
                       "table.recall_refused",
                       std::string(project),
                       {{"table", std::to_string(number)}, {"why", done.error().code}}}));
  return done;
}

}  // namespace fvm::safetable
