#include "release/check.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "extract/project.hpp"
#include "release/revision.hpp"
#include "safetable/outside.hpp"

namespace fvm::release {
namespace {

// The scan broke on what it read; doing it again would end the same way, for ever.
bool failed_on_the_file(const Error& error) {
  constexpr std::array codes = {"job.died", "job.timed_out", "job.memory_exhausted", "job.result_too_large",
                                "release.scan_unreadable"};
  return std::find(codes.begin(), codes.end(), error.code) != codes.end();
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
struct Overall {
  bool blocked = false;
  bool cleared = true;  // nobody has to look
  bool person = false;  // somebody has to, whatever the route says
  std::vector<disclosure::Outline> outlines;
};

// A file of a safe table is not scanned: which numbers are in it was decided when the table was made.
Result<void> take_tables(const store::Database& store, const Request& request, const Report& report,
                         File& file) {
  file.tables = report.tables.size();
  const auto project = TRY(extract::open_project(store, request.project));
  std::set<int64_t> same;
  for (const std::string& digest : report.tables)
    for (const int64_t table : TRY(safetable::tables_with(store, project.cvr, digest))) same.insert(table);
  file.same_as.assign(same.begin(), same.end());
  return {};
}

constexpr uint64_t name_traits_min = 3;

// Nothing stays of a check before.
void forget_check(File& file) {
  file = {.position = file.position, .name = file.name, .sha256 = file.sha256, .bytes = file.bytes};
}

Result<void> check_file(const store::Database& store, const Bytes& bytes, const Hands& hands,
                        const Request& request, File& file, Overall& overall) {
  std::optional<safetable::Recognised> table;
  if (hands.recognise) table = TRY(hands.recognise(request, file));
  forget_check(file);
  if (table) {
    take_table(*table, file);
    overall.cleared &= table->plain_words && hands.tables_leave;
    overall.person |= !hands.tables_leave;
  } else {
    Report report = TRY(scan_or_block(hands, request, file, bytes));
    file.type = report.type;
    if (!report.tables.empty()) TRY(take_tables(store, request, report, file));
    file.findings = std::move(report.findings);
    report.outline.name = file.name;
    if (disclosure::traits_in_name(file.name) >= name_traits_min)
      report.outline.shapes.push_back({"name", 1});
    file.small = report.outline.shapes;
    overall.outlines.push_back(std::move(report.outline));
    overall.blocked |= report.blocks;
    overall.cleared = false;
  }
  file.checked = true;
  return {};
}

void add_finding(File& file, std::string_view rule, std::string detail) {
  file.findings.push_back({std::string(rule), disclosure::severity_of(rule), {}, {}, std::move(detail)});
}

// A person reads the address of what would leave by itself when it is more than a name.
Result<const Route*> choose_route(const store::Database& store, const Hands& hands, Time now,
                                  const Request& request, const Overall& overall, Checked& checked) {
  checked.situation = TRY(situation_of(store, hands.rules, now, request, checked.files, overall.cleared));
  if (overall.person) checked.situation.check = Check::doubtful;
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

}  // namespace

Result<Report> scan_or_block(const Hands& hands, const Request& request, const File& file,
                             const Bytes& from) {
  auto report = hands.scan(request, file, from);
  if (report.ok() || !failed_on_the_file(report.error())) return report;
  disclosure::Findings findings;
  findings.add("finding.scan_failed", {}, {}, report.error().code);
  return Report{"unknown", findings.list(), true, {}};
}

Result<Checked> check_files(World& world, const store::Database& store, const BytesOf& bytes_of,
                            const Hands& hands, const Request& request) {
  Checked checked{.files = request.files};
  Overall overall;
  uint64_t bytes = 0;
  for (File& file : checked.files) {
    TRY(check_file(store, TRY(bytes_of(file)), hands, request, file, overall));
    bytes += file.bytes;
  }
  disclosure::Findings together;
  disclosure::check_together(overall.outlines, {hands.cell_count_min}, together);
  constexpr int64_t day = 86'400'000'000;
  const Time since{world.now().microseconds - disclosure::small_days * day};
  disclosure::check_over_time(overall.outlines, TRY(small_before(store, request, since)), together);
  for (const disclosure::Finding& finding : together.list())
    checked.files.front().findings.push_back(finding);
  if (bytes > mail_bytes_max && !overall.blocked) {
    add_finding(checked.files.front(), "finding.too_large", std::to_string(mail_bytes_max));
    overall.blocked = true;
  }
  if (overall.blocked) {
    checked.event = Event::block;
    checked.record = make_record(request, checked.files, {}, nullptr, &hands.rules, world.now());
    return checked;
  }
  const Route* route = TRY(choose_route(store, hands, world.now(), request, overall, checked));
  checked.route = route->name, checked.reviewers = route->reviewers;
  checked.event = event_of(*route);
  if (!open_questions(hands.rules, checked.files, request.answers).empty()) checked.event = Event::question;
  checked.record =
      make_record(request, checked.files, checked.route, &checked.situation, &hands.rules, world.now());
  return checked;
}

}  // namespace fvm::release
