#include "identity/suspension.hpp"

#include <algorithm>
#include <array>

namespace fvm::identity {
namespace {

constexpr std::array<std::string_view, 3> names = {"user", "project", "institution"};

}  // namespace

std::string_view name_of(Scope scope) {
  return names[static_cast<size_t>(scope)];
}

std::optional<Scope> scope_named(std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Scope>(found - names.begin());
}

Result<int64_t> suspend(audit::Writer& writer, Scope scope, std::string_view subject,
                        std::string_view reference) {
  TRY(writer.execute("INSERT INTO suspension (scope, subject, reference, began) VALUES (?, ?, ?, ?)",
                     name_of(scope), subject, reference, writer.now()));
  return writer.last_row();
}

Result<std::string> pause(audit::Writer& writer, Scope scope, std::string_view subject,
                          const std::optional<Date>& until) {
  const std::string reference = "P-" + std::to_string(TRY(suspend(writer, scope, subject, "")));
  TRY(writer.execute("UPDATE suspension SET reference = ?, counts = 0, until = ? WHERE id = ?", reference,
                     until ? to_text(*until) : "", writer.last_row()));
  return reference;
}

Result<int64_t> lift(audit::Writer& writer, std::string_view reference) {
  TRY(writer.execute("UPDATE suspension SET ended = ? WHERE reference = ? AND ended IS NULL", writer.now(),
                     reference));
  return writer.changed_rows();
}

Result<void> disregard(audit::Writer& writer, std::string_view reference) {
  return writer.execute("UPDATE suspension SET counts = 0 WHERE reference = ?", reference);
}

Result<bool> is_suspended(const store::Database& store, Scope scope, std::string_view subject) {
  auto row =
      TRY(store.prepare("SELECT 1 FROM suspension WHERE scope = ? AND subject = ? AND ended IS NULL LIMIT 1",
                        name_of(scope), subject));
  return row.step();
}

Result<std::vector<Suspension>> suspensions(const store::Database& store, std::string_view subject) {
  auto row = TRY(store.prepare(
      "SELECT id, scope, subject, reference, began, ended, counts, until FROM suspension WHERE ?1 = '' OR "
      "subject = ?1 ORDER BY id",
      subject));
  std::vector<Suspension> all;
  while (TRY(row.step())) {
    Suspension each{row.integer(0), scope_named(row.text(1)).value_or(Scope::institution),
                    row.text(2),    row.text(3),
                    row.time(4),    std::nullopt};
    if (!row.is_null(5)) each.ended = row.time(5);
    each.counts = row.integer(6) != 0;
    if (!row.text(7).empty()) each.until = TRY(parse_date(row.text(7)));
    all.push_back(std::move(each));
  }
  return all;
}

Result<bool> was_suspended(const store::Database& store, std::string_view subject, Time since) {
  auto row = TRY(store.prepare(
      "SELECT 1 FROM suspension WHERE subject = ? AND counts = 1 AND (ended IS NULL OR ended >= ?) LIMIT 1",
      subject, since));
  return row.step();
}

}  // namespace fvm::identity
