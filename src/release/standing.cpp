#include "release/standing.hpp"

#include <algorithm>
#include <cctype>

#include "extract/project.hpp"
#include "identity/suspension.hpp"

namespace fvm::release {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;

Time days_before(Time now, int64_t days) {
  return {now.microseconds - days * day_microseconds};
}

Result<int64_t> number(store::Statement row) {
  TRY(row.step());
  return row.integer(0);
}

Result<bool> has_finding(const store::Database& store, std::string_view author, Time since) {
  return TRY(number(TRY(store.prepare("SELECT count(*) FROM release_step s JOIN release_request r ON r.id = "
                                      "s.request WHERE r.author = ? AND s.event = 'find' AND s.at >= ?",
                                      author, since)))) > 0;
}

Result<bool> tries_out(const store::Database& store, std::string_view author, Time since) {
  auto row =
      TRY(store.prepare("SELECT count(*), sum(state = 'blocked') FROM release_request WHERE author = ? AND "
                        "created >= ?",
                        author, since));
  TRY(row.step());
  return row.integer(1) * 100 > row.integer(0) * blocked_share_max;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

Rules Rules::of(const config::Config& config) {
  const auto& release = config.release;
  return {release.trusted_releases, release.sensitive,      release.questions,
          release.cell_count_min,   release.file_bytes_max, release.types};
}

Result<Standing> user_standing(const store::Database& store, const Rules& rules, Time now,
                               std::string_view author) {
  const Time warned_since = days_before(now, warned_days);
  if (TRY(has_finding(store, author, warned_since)) ||
      TRY(identity::was_suspended(store, author, warned_since)))
    return Standing::warned;
  if (rules.trusted_releases == 0 || TRY(tries_out(store, author, days_before(now, blocked_days))))
    return Standing::ordinary;
  const int64_t seen = TRY(number(TRY(store.prepare(
      "SELECT count(*) FROM release_request WHERE author = ? AND reviewers > 0 AND route <> '' AND state IN "
      "('sent', 'sampled', 'closed_ok')",
      author))));
  return seen >= rules.trusted_releases ? Standing::trusted : Standing::ordinary;
}

Result<Standing> institution_standing(const store::Database& store, Time now, std::string_view project) {
  const Time since = days_before(now, warned_days);
  const auto opened = TRY(extract::open_project(store, project));
  if (TRY(identity::was_suspended(store, opened.cvr, since)) ||
      TRY(identity::was_suspended(store, opened.number, since)))
    return Standing::warned;
  const int64_t findings = TRY(number(TRY(store.prepare(
      "SELECT count(*) FROM release_step s JOIN release_request r ON r.id = s.request JOIN project p ON "
      "p.number = r.project WHERE p.cvr = ? AND s.event = 'find' AND s.at >= ?",
      opened.cvr, since))));
  return findings > institution_findings_max ? Standing::warned : Standing::ordinary;
}

Result<Registers> registers_of(const store::Database& store, const Rules& rules, std::string_view project) {
  const auto opened = TRY(extract::open_project(store, project));
  for (const auto& table : opened.tables) {
    for (const std::string& name : rules.sensitive) {
      if (same_word(table.schema, name)) return Registers::sensitive;
    }
  }
  return Registers::ordinary;
}

Result<Situation> situation_of(const store::Database& store, const Rules& rules, Time now,
                               const Request& request, const std::vector<File>& files, bool cleared) {
  return Situation{.check = cleared ? Check::cleared : check_of(files),
                   .output = output_of(files),
                   .registers = TRY(registers_of(store, rules, request.project)),
                   .user = TRY(user_standing(store, rules, now, request.author)),
                   .institution = TRY(institution_standing(store, now, request.project))};
}

}  // namespace fvm::release
