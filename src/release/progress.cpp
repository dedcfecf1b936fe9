#include "release/progress.hpp"

#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "extract/project.hpp"
#include "release/check.hpp"
#include "release/record.hpp"
#include "release/review.hpp"
#include "release/revision.hpp"
#include "release/service.hpp"

namespace fvm::release {
namespace {

constexpr std::array moving = {State::staged,       State::captured,     State::checking,
                               State::check_failed, State::auto_cleared, State::consolidating};

// Copies every file that the author named; the state moves only when all are kept.
Result<void> capture(audit::Ledger& ledger, const config::Instance& instance, const Hands& hands,
                     const Request& request) {
  const auto folder = TRY(hold_folder(real_world(), instance, request.project));
  const Path outbox = instance.project_outbox(request.project, request.author);
  std::vector<File> files = request.files;
  const Descriptor still = hands.hold_still ? TRY(hands.hold_still()) : Descriptor();
  for (File& file : files) {
    const Descriptor fd = TRY(open_staged(outbox, file.name));
    const Kept kept = TRY(hands.keep(request.number, file.name, fd.get()));
    file.sha256 = kept.sha256;
    file.bytes = kept.bytes;
    file.word = TRY(word_on(hands.vouch, Word::kept, request.project, file.sha256));
  }
  crash_point("release.captured");
  const auto body = [&](audit::Writer& writer, Request&) -> Result<void> {
    for (const File& file : files) {
      TRY(update_file(writer, request, file));
      writer.fact("sha256_" + std::to_string(file.position), file.sha256);
    }
    return {};
  };
  TRY(take_step(ledger, request.number, user(request.author), Event::send, {}, body));
  crash_point("release.recorded");
  return {};
}

// Gone or no longer a file: there is nothing to keep, and the request ends.
bool is_about_the_file(const Error& error) {
  return error.code == "release.no_such_file" || error.code == "release.not_a_file";
}

// In the transaction that clears: what was recognised must still be in force.
Result<void> clear(audit::Writer& writer, const Request& request, File& file) {
  file.approved_sha256 = file.sha256;
  const std::string place = std::to_string(file.position);
  writer.fact("sha256_" + place, file.sha256);
  if (file.table == 0) return {};
  const auto project = TRY(extract::open_project(writer, request.project));
  if (!TRY(safetable::in_force(writer, project.cvr, file.table, file.sha256)))
    return refused("release.table_recalled",
                   {{"release", request.number}, {"table", std::to_string(file.table)}});
  writer.fact("table_" + place, std::to_string(file.table));
  writer.fact("record_sha256_" + place, file.record_sha256);
  return {};
}

Result<void> record_check(audit::Writer& writer, const Request& request, Checked& checked) {
  size_t findings = 0;
  for (File& file : checked.files) {
    if (checked.event == Event::clear) TRY(clear(writer, request, file));
    TRY(update_file(writer, request, file));
    TRY(replace_findings(writer, request, file));
    TRY(replace_small(writer, request, file));
    findings += file.findings.size();
  }
  writer.fact("findings", std::to_string(findings));
  writer.fact("rules", std::string(disclosure::rules_version));
  writer.fact("route", std::string(checked.route));
  writer.fact("record_sha256", checked.record.sha256);
  TRY(set_route(writer, request, checked.route, checked.reviewers));
  return put_record(writer, request, checked.record);
}

// Only what was captured for this project is checked for it; what the check refuses loses its word.
Result<Checked> checked_with_words(World& world, const store::Database& store, const Hands& hands,
                                   const Request& request) {
  TRY(require_words(hands.vouch, Word::kept, request, request.files));
  const auto kept = [&](const File& file) { return hands.open(file.sha256); };
  Checked checked = TRY(check_files(world, store, kept, hands, request));
  const Word word = checked.event == Event::block ? Word::kept : Word::checked;
  for (File& file : checked.files) file.word = TRY(word_on(hands.vouch, word, request.project, file.sha256));
  return checked;
}

Result<void> check(World& world, audit::Ledger& ledger, const Hands& hands, const Request& request) {
  auto checked = checked_with_words(world, ledger.database(), hands, request);
  if (!checked.ok()) {
    if (checked.error().kind == Kind::surroundings || checked.error().code == "release.not_checked")
      TRY(take_step(ledger, request.number, checker(), Event::fail, checked.error().code));
    return checked.error();
  }
  crash_point("release.checked");
  TRY(take_step(ledger, request.number, checker(), checked->event, {},
                [&](audit::Writer& writer, Request&) { return record_check(writer, request, *checked); }));
  crash_point("release.routed");
  return {};
}

// Whether the rules still need nobody to look.
Result<bool> still_cleared(const store::Database& store, const Hands& hands, Time now,
                           const Request& request) {
  const bool tables = request.route == "safe_table";
  const auto situation = TRY(situation_of(store, hands.rules, now, request, request.files, tables));
  return route_for(situation).reviewers == 0;
}

// What was cleared may leave only if everything that was true then still is: else it is checked again, or an
// operator looks at it.
Result<void> admit(World& world, audit::Ledger& ledger, const Hands& hands, const Request& request) {
  if (!TRY(still_cleared(ledger.database(), hands, world.now(), request))) {
    TRY(take_step(ledger, request.number, checker(), Event::check));
    return {};
  }
  const auto may = may_leave(ledger.database(), world.now(), request);
  if (!may.ok() && may.error().kind == Kind::refused) {
    TRY(hold(ledger, request.number, checker(), may.error().code));
    return {};
  }
  TRY(may);
  TRY(take_step(ledger, request.number, checker(), Event::admit, {},
                [&](audit::Writer& writer, Request& now) -> Result<void> {
                  if (!TRY(still_cleared(writer, hands, writer.now(), now)))
                    return refused("release.moved", {{"release", now.number}});
                  return may_leave(writer, writer.now(), now);
                }));
  return {};
}

Result<void> capture_or_abandon(audit::Ledger& ledger, const config::Instance& instance, const Hands& hands,
                                const Request& request) {
  auto captured = capture(ledger, instance, hands, request);
  if (captured.ok() || !is_about_the_file(captured.error())) return captured;
  TRY(take_step(ledger, request.number, checker(), Event::abandon, captured.error().code));
  return captured.error();
}

Result<void> one_step(World& world, audit::Ledger& ledger, const config::Instance& instance,
                      const Hands& hands, const Request& request) {
  switch (request.state) {
    case State::captured:
    case State::check_failed:
      TRY(take_step(ledger, request.number, checker(), Event::check));
      return {};
    case State::checking:
      return check(world, ledger, hands, request);
    case State::auto_cleared:
      return admit(world, ledger, hands, request);
    case State::consolidating:
      return follow_votes(ledger, request);
    default:
      return capture_or_abandon(ledger, instance, hands, request);
  }
}

// What is begun, or cleared, waits as it is while the author or the project is closed: without a copy, a step
// or a record.
Result<bool> waits(const store::Database& store, const Request& request) {
  if (request.state != State::staged && request.state != State::auto_cleared) return false;
  return is_closed_for_now(store, request);
}

// A scan that could not be run is tried again after a minute, then two, four … an hour.
int64_t pause_seconds_of(const Request& request, int64_t idle_seconds) {
  constexpr int64_t most_seconds = 3600;
  if (request.state != State::check_failed || idle_seconds == 0) return idle_seconds;
  const auto failed = std::count_if(request.history.begin(), request.history.end(),
                                    [](const Step& step) { return step.event == Event::fail; });
  return std::min(most_seconds, idle_seconds << std::min<int64_t>(failed - 1, 10));
}

}  // namespace

Result<Request> advance(World& world, audit::Ledger& ledger, const config::Instance& instance,
                        const Hands& hands, std::string_view number) {
  for (;;) {
    Request request = TRY(find(ledger.database(), number));
    if (std::find(moving.begin(), moving.end(), request.state) == moving.end()) return request;
    if (TRY(waits(ledger.database(), request))) return request;
    auto stepped = one_step(world, ledger, instance, hands, request);
    Request now = TRY(find(ledger.database(), number));
    if (stepped.ok() && now.state == request.state) return now;  // votes that differ
    if (stepped.ok()) continue;
    // Somebody else may have taken the same step meanwhile; then there is no error.
    if (now.state == request.state || now.state == State::check_failed || is_about_the_file(stepped.error()))
      return stepped.error();
  }
}

Result<std::vector<std::string>> due_before_review(World& world, const store::Database& store,
                                                   int64_t idle_seconds) {
  std::vector<std::string> numbers;
  for (const Request& request : TRY(in_states(store, moving))) {
    const int64_t waited = world.now().microseconds - request.changed.microseconds;
    if (waited >= pause_seconds_of(request, idle_seconds) * 1'000'000) numbers.push_back(request.number);
  }
  return numbers;
}

Result<size_t> advance_all(World& world, audit::Ledger& ledger, const config::Instance& instance,
                           const Hands& hands, int64_t idle_seconds) {
  size_t moved = 0;
  for (const std::string& number : TRY(due_before_review(world, ledger.database(), idle_seconds))) {
    const size_t steps = TRY(find(ledger.database(), number)).history.size();
    const auto done = advance(world, ledger, instance, hands, number);
    if (done.ok() && done->history.size() > steps) ++moved;
    if (!done.ok()) log_error("release.stuck", done.error());
  }
  return moved;
}

}  // namespace fvm::release
