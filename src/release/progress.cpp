#include "release/progress.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/log.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "extract/project.hpp"
#include "release/service.hpp"
#include "safetable/outside.hpp"

namespace fvm::release {
namespace {

constexpr std::array before_review = {State::staged, State::captured, State::checking};

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
  } else {
    Report report = TRY(scan_kept(world, instance, hands, request, file));
    file.type = report.type;
    if (!report.tables.empty()) TRY(take_tables(store, request, report, file));
    file.findings = std::move(report.findings);
    verdict.blocked |= report.blocks;
    verdict.cleared = false;
  }
  file.checked = true;
  return {};
}

// In the transaction that clears: what was recognised must still be in force.
Result<void> clear(audit::Writer& writer, const Request& request, File& file) {
  const auto project = TRY(extract::open_project(writer, request.project));
  if (!TRY(safetable::in_force(writer, project.cvr, file.table, file.sha256)))
    return refused("release.table_recalled",
                   {{"release", request.number}, {"table", std::to_string(file.table)}});
  file.approved_sha256 = file.sha256;
  const std::string place = std::to_string(file.position);
  writer.fact("sha256_" + place, file.sha256);
  writer.fact("table_" + place, std::to_string(file.table));
  writer.fact("record_sha256_" + place, file.record_sha256);
  return {};
}

Result<void> check(World& world, audit::Ledger& ledger, const config::Instance& instance, const Hands& hands,
                   const Request& request) {
  std::vector<File> files = request.files;
  Verdict verdict;
  uint64_t bytes = 0;
  for (File& file : files) {
    TRY(check_file(world, ledger.database(), instance, hands, request, file, verdict));
    bytes += file.bytes;
  }
  if (verdict.cleared && !is_plain_mailbox(request.recipient)) {
    files.front().findings.push_back(
        {"finding.recipient_read", disclosure::severity_of("finding.recipient_read"), {}, {}, {}});
    verdict.cleared = false;
  }
  bool& blocked = verdict.blocked;
  if (bytes > mail_bytes_max && !blocked) {
    files.front().findings.push_back(
        {"finding.too_large", disclosure::Severity::block, {}, {}, std::to_string(mail_bytes_max)});
    blocked = true;
  }
  const Event event = blocked ? Event::block : verdict.cleared ? Event::clear : Event::pass;
  crash_point("release.checked");
  const auto body = [&](audit::Writer& writer, Request&) -> Result<void> {
    size_t findings = 0;
    for (File& file : files) {
      if (event == Event::clear) TRY(clear(writer, request, file));
      TRY(update_file(writer, request, file));
      TRY(replace_findings(writer, request, file));
      findings += file.findings.size();
    }
    writer.fact("findings", std::to_string(findings));
    writer.fact("rules", std::string(disclosure::rules_version));
    return {};
  };
  TRY(take_step(ledger, request.number, checker(), event, {}, body));
  return {};
}

Result<void> one_step(World& world, audit::Ledger& ledger, const config::Instance& instance,
                      const Hands& hands, const Request& request) {
  if (request.state == State::captured) {
    TRY(take_step(ledger, request.number, checker(), Event::check));
    return {};
  }
  if (request.state == State::checking) return check(world, ledger, instance, hands, request);
  auto captured = capture(ledger, instance, hands, request);
  if (captured.ok() || !is_about_the_file(captured.error())) return captured;
  TRY(take_step(ledger, request.number, checker(), Event::abandon, captured.error().code));
  return captured.error();
}

}  // namespace

Result<Request> advance(World& world, audit::Ledger& ledger, const config::Instance& instance,
                        const Hands& hands, std::string_view number) {
  for (;;) {
    Request request = TRY(find(ledger.database(), number));
    if (std::find(before_review.begin(), before_review.end(), request.state) == before_review.end())
      return request;
    auto stepped = one_step(world, ledger, instance, hands, request);
    if (stepped.ok()) continue;
    // Somebody else may have taken the same step meanwhile; then there is no error.
    if (TRY(find(ledger.database(), number)).state == request.state || is_about_the_file(stepped.error())) {
      return stepped.error();
    }
  }
}

Result<size_t> advance_all(World& world, audit::Ledger& ledger, const config::Instance& instance,
                           const Hands& hands, int64_t idle_seconds) {
  size_t moved = 0;
  for (const Request& request : TRY(in_states(ledger.database(), before_review))) {
    if (world.now().microseconds - request.changed.microseconds < idle_seconds * 1'000'000) continue;
    const auto done = advance(world, ledger, instance, hands, request.number);
    if (done.ok()) ++moved;
    if (!done.ok()) log_error("release.stuck", done.error());
  }
  return moved;
}

}  // namespace fvm::release
