#include "fvm/release_views.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace fvm::cli {
namespace {

namespace json = boost::json;
using disclosure::Finding;
using disclosure::Severity;

std::string_view word_of(Severity severity) {
  if (severity == Severity::note) return "note";
  return severity == Severity::review ? "review" : "block";
}

// Texts of states and severities, so that a person reads words of his own language.
std::string state_text(Language language, release::State state) {
  static constexpr std::string_view keys[] = {
      "release.state_staged",    "release.state_captured", "release.state_checking", "release.state_blocked",
      "release.state_in_review", "release.state_rejected", "release.state_approved", "release.state_sending",
      "release.state_failed",    "release.state_held",     "release.state_sent",     "release.state_recalled",
      "release.state_withdrawn"};
  return message(language, keys[static_cast<size_t>(state)]);
}

std::string severity_text(Language language, Severity severity) {
  if (severity == Severity::note) return message(language, "release.severity_note");
  return message(language,
                 severity == Severity::review ? "release.severity_review" : "release.severity_block");
}

bool has_letters(std::string_view type) {
  return type == "xlsx";
}

std::string finding_text(Language language, const Finding& finding, std::string_view type) {
  return message(language, finding.rule,
                 {{"place", disclosure::place_text(finding.place, has_letters(type))},
                  {"shape", finding.shape},
                  {"detail", finding.detail}});
}

json::object to_json(const Finding& finding, std::string_view type) {
  return {{"rule", finding.rule.substr(finding.rule.find('.') + 1)},
          {"severity", word_of(finding.severity)},
          {"place", disclosure::place_text(finding.place, has_letters(type))},
          {"sheet", finding.place.sheet},
          {"row", finding.place.row},
          {"column", finding.place.column},
          {"shape", finding.shape},
          {"detail", finding.detail},
          {"da", finding_text(Language::danish, finding, type)},
          {"en", finding_text(Language::english, finding, type)}};
}

json::array to_json(const std::vector<Finding>& findings, std::string_view type) {
  json::array all;
  for (const Finding& finding : findings) all.push_back(to_json(finding, type));
  return all;
}

// Of a file of a safe table, what of its record may be told.
json::value record_of(const release::File& file) {
  boost::system::error_code failed;
  json::value record = json::parse(file.disclosure, failed);
  return failed ? json::value(nullptr) : record;
}

json::object to_json(const release::File& file) {
  return {{"name", file.name},
          {"sha256", file.sha256},
          {"approved_sha256", file.approved_sha256},
          {"bytes", file.bytes},
          {"type", file.type},
          {"checked", file.checked},
          {"safe_table", file.table},
          {"disclosure_record", record_of(file)},
          {"tables_outside_audit", file.tables},
          {"same_as", json::array(file.same_as.begin(), file.same_as.end())},
          {"findings", to_json(file.findings, file.type)}};
}

json::object to_json(const release::Request& request) {
  json::array files, history;
  for (const release::File& file : request.files) files.push_back(to_json(file));
  for (const release::Step& step : request.history) {
    history.push_back(json::object{{"at", to_text(step.at)},
                                   {"actor", step.actor},
                                   {"role", release::name_of(step.role)},
                                   {"event", release::name_of(step.event)},
                                   {"from", release::name_of(step.from)},
                                   {"to", release::name_of(step.to)},
                                   {"reason", step.reason}});
  }
  return {{"release", request.number},
          {"project", request.project},
          {"author", request.author},
          {"recipient", request.recipient},
          {"purpose", request.purpose},
          {"state", release::name_of(request.state)},
          {"created", to_text(request.created)},
          {"changed", to_text(request.changed)},
          {"rules", disclosure::rules_version},
          {"files", std::move(files)},
          {"history", std::move(history)}};
}

void print_findings(const Context& context, const std::vector<Finding>& findings, std::string_view type) {
  for (const Finding& finding : findings) {
    print("  " + severity_text(context.language, finding.severity) + "  " +
          finding_text(context.language, finding, type));
  }
}

// What a reviewer, and the author, must know of tables that were not made here.
void print_tables(const Context& context, const release::File& file) {
  if (file.tables > 0)
    print("  " +
          message(context.language, "release.outside_audit", {{"tables", std::to_string(file.tables)}}));
  std::string same;
  for (const int64_t table : file.same_as) same += (same.empty() ? "" : ", ") + std::to_string(table);
  if (!same.empty()) print("  " + message(context.language, "release.same_as", {{"tables", same}}));
}

const char* would(bool blocks, bool leaves) {
  return blocks ? "release.would_block" : leaves ? "release.would_leave" : "release.would_pass";
}

}  // namespace

void show_staged(const Context& context, const std::vector<Staged>& files) {
  json::array all;
  for (const Staged& file : files) {
    const std::string type = file.table ? file.table->format : file.report ? file.report->type : "";
    const bool blocks = file.refusal || (file.report && file.report->blocks);
    all.push_back(
        json::object{{"name", file.name},
                     {"bytes", file.bytes},
                     {"type", type},
                     {"would_block", blocks},
                     {"would_leave", file.leaves},
                     {"safe_table", file.table ? file.table->table : 0},
                     {"findings", file.report ? to_json(file.report->findings, type) : json::array()}});
    if (context.json) continue;
    print(file.name + "  " + std::to_string(file.bytes) + " bytes  " +
          message(context.language, would(blocks, file.leaves)));
    if (file.refusal) print("  " + describe(context.language, *file.refusal));
    if (file.report) print_findings(context, file.report->findings, type);
  }
  if (context.json) print(json::serialize(json::object{{"files", std::move(all)}}));
  if (files.empty()) say(context, "release.outbox_empty");
}

void show_list(const Context& context, const std::vector<release::Request>& requests) {
  json::array all;
  for (const release::Request& request : requests) {
    all.push_back(to_json(request));
    if (context.json) continue;
    print(request.number + "  " + request.project + "  " + state_text(context.language, request.state) +
          "  " + request.author + "  " + std::to_string(request.files.size()) + "  " +
          to_text(request.created));
  }
  if (context.json) print(json::serialize(json::object{{"releases", std::move(all)}}));
  if (requests.empty()) say(context, "release.none");
}

void show_request(const Context& context, const release::Request& request,
                  const std::vector<notify::Notice>& notices) {
  if (context.json) {
    json::object document = to_json(request);
    json::array told;
    for (const notify::Notice& notice : notices) {
      told.push_back(
          json::object{{"audience", notice.audience},
                       {"at", to_text(notice.at)},
                       {"text", message(context.language, notice.key, {{"release", request.number}})}});
    }
    document["notices"] = std::move(told);
    return print(json::serialize(document));
  }
  print(request.number + "  " + state_text(context.language, request.state) + "  " + request.project + "  " +
        request.author + " → " + request.recipient);
  std::string purpose = request.purpose;  // on one line: it must not look like lines of ours
  std::replace(purpose.begin(), purpose.end(), '\n', ' ');
  print("  " + purpose);
  for (const release::File& file : request.files) {
    print(file.name + "  " + std::to_string(file.bytes) + " bytes  SHA-256 " + file.sha256);
    print_findings(context, file.findings, file.type);
    print_tables(context, file);
  }
  for (const release::Step& step : request.history) {
    print("  " + to_text(step.at) + "  " + state_text(context.language, step.from) + " → " +
          state_text(context.language, step.to) + "  " + step.actor +
          (step.reason.empty() ? "" : "  " + step.reason));
  }
  for (const notify::Notice& notice : notices) {
    print("  " + notice.audience + ": " +
          message(context.language, notice.key, {{"release", request.number}}));
  }
}

void show_resumed(const Context& context, size_t moved, size_t waiting) {
  if (context.json)
    return print(json::serialize(json::object{{"taken_up", moved}, {"waiting_for_mail", waiting}}));
  say(context, "release.resumed", {{"moved", std::to_string(moved)}, {"waiting", std::to_string(waiting)}});
}

}  // namespace fvm::cli
