#include "release/progress.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/log.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "extract/project.hpp"
#include "release/record.hpp"
#include "release/review.hpp"
#include "release/revision.hpp"
#include "release/service.hpp"
#include "safetable/outside.hpp"

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
  for (File& file : files) {
    const Descriptor fd = TRY(open_staged(outbox, file.name));
    const Kept kept = TRY(hands.keep(request.number, file.name, fd.get()));
    file.sha256 = kept.sha256;
    file.bytes = kept.bytes;
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

// The bytes that were kept are those that the name says.
Result<bool> holds_kept(World& world, const config::Instance& instance, const File& file) {
  const Path path = kept_path(instance, file.sha256);
  if (!world.exists(path)) return false;  // scan_kept says so
  return crypto::to_hex(TRY(crypto::sha256_of_file(path)).sha256) == file.sha256;
}

// The scan broke on what it read; doing it again would end the same way, for ever.
bool failed_on_the_file(const Error& error) {
  constexpr std::array codes = {"job.died", "job.timed_out", "job.memory_exhausted", "job.result_too_large",
                                "release.scan_unreadable"};
  return std::find(codes.begin(), codes.end(), error.code) != codes.end();
}

Result<Report> scan_kept(World& world, const config::Instance& instance, const Hands& hands,
                         const Request& request, const File& file) {
  const Path path = kept_path(instance, file.sha256);
  if (!world.exists(path))
    return surroundings("release.kept_missing", {{"release", request.number}, {"sha256", file.sha256}});
  auto report = hands.scan(request, file, path);
  if (report.ok() || !failed_on_the_file(report.error())) return report;
  // The scanner died or ran out of time or memory on this file: it cannot be checked, so it may not leave.
  disclosure::Findings findings;
  findings.add("finding.scan_failed", {}, {}, report.error().code);
  return Report{"unknown", findings.list(), true, {}};
}

// A mailbox is a name, not a message: nobody reads the address of what leaves by itself.
bool is_plain_mailbox(std::string_view address) {
  constexpr size_t bytes_max = 40;
  constexpr int digits_max = 5;
  const std::string_view mailbox = address.substr(0, address.find('@'));
  const auto digits =
      std::count_if(mailbox.begin(), mailbox.end(), [](char c) { return c >= '0' && c <= '9'; });
  return mailbox.size() <= bytes_max && digits <= digits_max;
}

void take_table(const safetable::Recognised& table, File& file) {
  file.type = table.format;
  file.table = table.table;
  file.record_sha256 = table.record_sha256;
  file.disclosure = table.disclosure;
  disclosure::Findings findings;
  findings.add("finding.safe_table", {}, {}, std::to_string(table.table));
  if (!table.plain_words) findings.add("finding.safe_table_words");
  file.findings = findings.list();
}

// What the check says of all files together.
struct Verdict {
  bool blocked = false;
  bool cleared = true;  // nobody has to look
  bool person = false;  // somebody has to, whatever the route says
  std::vector<disclosure::Outline> outlines;
};

// A file of a safe table is not scanned: which numbers are in it was decided when the table was made.
Result<void> take_tables(const store::Database& store, const Request& request, const Report& report,
                         File& file) {
  file.tables = report.tables.size();
  file.same_as.clear();
  const auto project = TRY(extract::open_project(store, request.project));
  std::set<int64_t> same;
  for (const std::string& digest : report.tables)
    for (const int64_t table : TRY(safetable::tables_with(store, project.cvr, digest))) same.insert(table);
  file.same_as.assign(same.begin(), same.end());
  return {};
}

Result<void> check_file(World& world, const store::Database& store, const config::Instance& instance,
                        const Hands& hands, const Request& request, File& file, Verdict& verdict) {
  std::optional<safetable::Recognised> table;
  if (hands.recognise) table = TRY(hands.recognise(request, file));
  file.table = 0, file.record_sha256.clear(), file.disclosure.clear();
  if (table && TRY(holds_kept(world, instance, file))) {
    take_table(*table, file);
    verdict.cleared &= table->plain_words && hands.tables_leave;
    verdict.person |= !hands.tables_leave;
  } else {
    Report report = TRY(scan_kept(world, instance, hands, request, file));
    file.type = report.type;
    if (!report.tables.empty()) TRY(take_tables(store, request, report, file));
    file.findings = std::move(report.findings);
    report.outline.name = file.name;
    verdict.outlines.push_back(std::move(report.outline));
    verdict.blocked |= report.blocks;
    verdict.cleared = false;
  }
  file.checked = true;
  return {};
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

// What comes of the check, before it is written down.
struct Checked {
  std::vector<File> files;
  Event event{};
  Situation situation;
  std::string_view route;
  uint32_t reviewers = 1;
  DisclosureRecord record;
};

void add_finding(File& file, std::string_view rule, std::string detail) {
  file.findings.push_back({std::string(rule), disclosure::severity_of(rule), {}, {}, std::move(detail)});
}

// A person reads the address of what would leave by itself when it is more than a name.
Result<const Route*> choose_route(const store::Database& store, const Hands& hands, Time now,
                                  const Request& request, const Verdict& verdict, Checked& checked) {
  checked.situation = TRY(situation_of(store, hands.rules, now, request, checked.files, verdict.cleared));
  if (verdict.person) checked.situation.check = Check::doubtful;
  const Route* route = &route_for(checked.situation);
  if (route->reviewers > 0 || is_plain_mailbox(request.recipient)) return route;
  add_finding(checked.files.front(), "finding.recipient_read", {});
  checked.situation.check = Check::doubtful;
  return &route_for(checked.situation);
}

Event event_of(const Route& route) {
  if (route.reviewers == 0) return Event::clear;
  return route.reviewers == 1 ? Event::pass : Event::pass_two;
}

Result<void> record_check(audit::Writer& writer, const Request& request, Checked& checked) {
  size_t findings = 0;
  for (File& file : checked.files) {
    if (checked.event == Event::clear) TRY(clear(writer, request, file));
    TRY(update_file(writer, request, file));
    TRY(replace_findings(writer, request, file));
    findings += file.findings.size();
  }
  writer.fact("findings", std::to_string(findings));
  writer.fact("rules", std::string(disclosure::rules_version));
  writer.fact("route", std::string(checked.route));
  writer.fact("record_sha256", checked.record.sha256);
  TRY(set_route(writer, request, checked.route, checked.reviewers));
  return put_record(writer, request, checked.record);
}

Result<Checked> check_files(World& world, const audit::Ledger& ledger, const config::Instance& instance,
                            const Hands& hands, const Request& request) {
  Checked checked{.files = request.files};
  Verdict verdict;
  uint64_t bytes = 0;
  for (File& file : checked.files) {
    TRY(check_file(world, ledger.database(), instance, hands, request, file, verdict));
    bytes += file.bytes;
  }
  disclosure::Findings together;
  disclosure::check_together(verdict.outlines, {hands.cell_count_min}, together);
  for (const disclosure::Finding& finding : together.list())
    checked.files.front().findings.push_back(finding);
  if (bytes > mail_bytes_max && !verdict.blocked) {
    add_finding(checked.files.front(), "finding.too_large", std::to_string(mail_bytes_max));
    verdict.blocked = true;
  }
  if (verdict.blocked) {
    checked.event = Event::block;
    checked.record = make_record(request, checked.files, {}, nullptr, &hands.rules, world.now());
    return checked;
  }
  const Route* route = TRY(choose_route(ledger.database(), hands, world.now(), request, verdict, checked));
  checked.route = route->name, checked.reviewers = route->reviewers;
  checked.event = event_of(*route);
  if (!open_questions(hands.rules, checked.files, request.answers).empty()) checked.event = Event::question;
  checked.record =
      make_record(request, checked.files, checked.route, &checked.situation, &hands.rules, world.now());
  return checked;
}

Result<void> check(World& world, audit::Ledger& ledger, const config::Instance& instance, const Hands& hands,
                   const Request& request) {
  auto checked = check_files(world, ledger, instance, hands, request);
  if (!checked.ok()) {
    if (checked.error().kind == Kind::surroundings)
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
      return check(world, ledger, instance, hands, request);
    case State::auto_cleared:
      return admit(world, ledger, hands, request);
    case State::consolidating:
      return follow_votes(ledger, request);
    default:
      return capture_or_abandon(ledger, instance, hands, request);
  }
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
    auto stepped = one_step(world, ledger, instance, hands, request);
    Request now = TRY(find(ledger.database(), number));
    if (stepped.ok() && now.state == request.state) return now;  // votes that differ
    if (stepped.ok()) continue;
    // Somebody else may have taken the same step meanwhile; then there is no error.
    if (now.state == request.state || now.state == State::check_failed || is_about_the_file(stepped.error()))
      return stepped.error();
  }
}

Result<size_t> advance_all(World& world, audit::Ledger& ledger, const config::Instance& instance,
                           const Hands& hands, int64_t idle_seconds) {
  size_t moved = 0;
  for (const Request& request : TRY(in_states(ledger.database(), moving))) {
    const int64_t waited = world.now().microseconds - request.changed.microseconds;
    if (waited < pause_seconds_of(request, idle_seconds) * 1'000'000) continue;
    const auto done = advance(world, ledger, instance, hands, request.number);
    if (done.ok()) ++moved;
    if (!done.ok()) log_error("release.stuck", done.error());
  }
  return moved;
}

}  // namespace fvm::release
