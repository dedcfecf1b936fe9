#include "selftest/service.hpp"

#include <algorithm>

#include "notify/outbox.hpp"
#include "selftest/checks.hpp"

namespace fvm::selftest {
namespace {

constexpr std::string_view tables = R"sql(
CREATE TABLE selftest_run (
  id INTEGER PRIMARY KEY,
  began INTEGER NOT NULL,
  ended INTEGER NOT NULL
) STRICT;
CREATE TABLE selftest_check (
  run INTEGER NOT NULL REFERENCES selftest_run (id),
  name TEXT NOT NULL,
  outcome INTEGER NOT NULL,
  tried INTEGER NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (run, name)
) STRICT;
)sql";

struct Entry {
  const char *name, *words;
  Result<Found> (*look)(const Setting& setting);
};
constexpr Entry checks[] = {
    {"sandbox", "selftest.check_sandbox", check_sandbox}, {"powers", "selftest.check_powers", check_powers},
    {"scanner", "selftest.check_scanner", check_scanner}, {"ledger", "selftest.check_ledger", check_ledger},
    {"tables", "selftest.check_tables", check_tables},    {"copies", "selftest.check_copies", check_copies}};

std::string joined(const std::vector<std::string>& words) {
  constexpr size_t words_max = 20;
  std::string out;
  for (size_t i = 0; i < std::min(words.size(), words_max); ++i) out += (i == 0 ? "" : ", ") + words[i];
  return words.size() > words_max ? out + " …" : out;
}

Check look(const Setting& setting, const Entry& entry) {
  const auto found = entry.look(setting);
  if (!found.ok()) {
    const auto what = std::find_if(found.error().arguments.begin(), found.error().arguments.end(),
                                   [](const auto& each) { return each.first == "what"; });
    const bool told = what != found.error().arguments.end();
    return {entry.name, Outcome::unknown, 0, found.error().code + (told ? ": " + what->second : "")};
  }
  if (found->nothing) return {entry.name, Outcome::nothing, 0, ""};
  const Outcome outcome = found->failed.empty() ? Outcome::held : Outcome::failed;
  return {entry.name, outcome, found->tried, joined(found->failed)};
}

Result<void> keep(audit::Writer& writer, const Run& run) {
  TRY(writer.execute("INSERT INTO selftest_run (began, ended) VALUES (?, ?)", run.began, run.ended));
  const int64_t id = writer.last_row();
  for (const Check& check : run.checks) {
    TRY(writer.execute(
        "INSERT INTO selftest_check (run, name, outcome, tried, detail) VALUES (?, ?, ?, ?, ?)", id,
        check.name, static_cast<int64_t>(check.outcome), check.tried, check.detail));
  }
  if (run.held()) return {};
  for (const char* audience : {"role:security", "role:operator"})
    TRY(notify::tell(writer, audience, "self-test", "notice.selftest_failed"));
  return {};
}

Arguments facts_of(const Run& run) {
  Arguments facts;
  for (const Check& check : run.checks) {
    const bool well = check.outcome == Outcome::held || check.outcome == Outcome::nothing;
    facts.push_back({check.name, std::string(name_of(check.outcome)) + (well ? "" : ": " + check.detail)});
  }
  return facts;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::held:
      return "held";
    case Outcome::failed:
      return "failed";
    case Outcome::unknown:
      return "unknown";
    case Outcome::nothing:
      return "nothing";
  }
  return "unknown";
}

std::string_view words_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::held:
      return "selftest.outcome_held";
    case Outcome::failed:
      return "selftest.outcome_failed";
    case Outcome::unknown:
      return "selftest.outcome_unknown";
    case Outcome::nothing:
      return "selftest.outcome_nothing";
  }
  return "selftest.outcome_unknown";
}

std::string_view words_of(const Check& check) {
  const auto* known = std::find_if(std::begin(checks), std::end(checks),
                                   [&](const Entry& each) { return each.name == check.name; });
  return known == std::end(checks) ? std::string_view(check.name) : known->words;
}

size_t Run::count(Outcome outcome) const {
  return static_cast<size_t>(std::count_if(checks.begin(), checks.end(),
                                           [&](const Check& each) { return each.outcome == outcome; }));
}

Result<void> migrate(audit::Ledger& ledger) {
  return ledger.migrate("selftest", {tables});
}

Result<Run> run(const Setting& setting, std::string_view actor) {
  Run run{.began = setting.world.now()};
  for (const Entry& entry : checks) run.checks.push_back(look(setting, entry));
  run.ended = setting.world.now();
  TRY(setting.ledger.write({std::string(actor), "selftest.run", "service", facts_of(run)},
                           [&](audit::Writer& writer) { return keep(writer, run); }));
  return run;
}

Result<std::optional<Run>> newest(const store::Database& store) {
  auto row = TRY(store.prepare("SELECT id, began, ended FROM selftest_run ORDER BY id DESC LIMIT 1"));
  if (!TRY(row.step())) return std::optional<Run>();
  Run run{.began = row.time(1), .ended = row.time(2)};
  auto check = TRY(
      store.prepare("SELECT name, outcome, tried, detail FROM selftest_check WHERE run = ? ORDER BY rowid",
                    row.integer(0)));
  while (TRY(check.step()))
    run.checks.push_back({check.text(0), static_cast<Outcome>(check.integer(1)),
                          static_cast<uint64_t>(check.integer(2)), check.text(3)});
  return std::optional(std::move(run));
}

bool is_due(const std::optional<Run>& newest, Time since, Time now) {
  constexpr int64_t hour = 3'600'000'000, day = 24 * hour;
  constexpr int64_t night_begins = 1, night_ends = 4;  // UTC: 2 to 6 in Denmark, summer and winter
  const int64_t idle = now.microseconds - (newest ? newest->began : since).microseconds;
  if (!newest) return idle >= hour;
  const int64_t clock = now.microseconds % day / hour;
  const bool night = clock >= night_begins && clock < night_ends;
  return night ? idle >= day / 2 : idle >= day + 6 * hour;
}

}  // namespace fvm::selftest
