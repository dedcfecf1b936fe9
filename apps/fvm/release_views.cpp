#include "fvm/release_views.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "release/json.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;
using disclosure::Finding;
using disclosure::Severity;

// Texts of states and severities, so that a person reads words of his own language.
std::string state_text(Language language, release::State state) {
  return message(language, "release.state_" + std::string(release::name_of(state)));
}

std::string severity_text(Language language, Severity severity) {
  if (severity == Severity::note) return message(language, "release.severity_note");
  return message(language,
                 severity == Severity::review ? "release.severity_review" : "release.severity_block");
}

void print_findings(const Context& context, const std::vector<Finding>& findings, std::string_view type) {
  for (const Finding& finding : findings) {
    print("  " + severity_text(context.language, finding.severity) + "  " +
          release::finding_text(context.language, finding, type));
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

// What a person wrote must not look like lines of ours.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

void print_vote(const Context& context, const release::Vote& vote) {
  static constexpr const char* keys[] = {"release.vote_approve", "release.vote_send_back",
                                         "release.vote_reject"};
  print("  " + vote.reviewer + ": " + message(context.language, keys[static_cast<size_t>(vote.ballot)]) +
        (vote.reason.empty() ? "" : "  " + one_line(vote.reason)));
  for (const auto& [position, text] : vote.comments)
    print("    " + std::to_string(position) + ": " + one_line(text));
}

// What is special about its copies, if anything is.
std::vector<std::string> kept_texts(Language language, const release::Request& request) {
  std::vector<std::string> texts;
  if (request.retained) texts.push_back(retained_text(language, request));
  if (request.bytes_gone)
    texts.push_back(message(language, "release.copies_gone", {{"date", to_text(*request.bytes_gone)}}));
  return texts;
}

// What became of a mail, in words; what a newer version wrote, as it stands.
std::string fact_text(Language language, const release::DeliveryFact& fact) {
  static constexpr std::string_view keys[] = {"release.fact_link_made",    "release.fact_link_shown",
                                              "release.fact_link_fetched", "release.fact_link_arrived",
                                              "release.fact_link_refused", "release.fact_delayed",
                                              "release.fact_delay_told"};
  for (const std::string_view key : keys) {
    if (key.substr(key.find("fact_") + 5) == fact.what) return message(language, key);
  }
  return fact.what;
}

const char* would(bool blocks, bool leaves) {
  return blocks ? "release.would_block" : leaves ? "release.would_leave" : "release.would_pass";
}

}  // namespace

std::string retained_text(Language language, const release::Request& request) {
  return message(language, "release.retained_by",
                 {{"by", request.retained->by},
                  {"since", to_text(request.retained->since)},
                  {"reason", one_line(request.retained->reason)}});
}

void show_staged(const Context& context, const std::vector<Staged>& files) {
  json::array all;
  for (const Staged& file : files) {
    const std::string type = file.table ? file.table->format : file.report ? file.report->type : "";
    const bool blocks = file.refusal || (file.report && file.report->blocks);
    all.push_back(json::object{
        {"name", file.name},
        {"bytes", file.bytes},
        {"type", type},
        {"would_block", blocks},
        {"would_leave", file.leaves},
        {"safe_table", file.table ? file.table->table : 0},
        {"findings", file.report ? release::findings_json(file.report->findings, type) : json::array()}});
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
    all.push_back(release::request_json(request));
    if (context.json) continue;
    std::string line = request.number + "  " + request.project + "  " +
                       state_text(context.language, request.state) + "  " + request.author + "  " +
                       std::to_string(request.files.size()) + "  " + to_text(request.created);
    for (const std::string& text : kept_texts(context.language, request)) line += "  " + text;
    print(line);
  }
  if (context.json) print(json::serialize(json::object{{"releases", std::move(all)}}));
  if (requests.empty()) say(context, "release.none");
}

void show_request(const Context& context, const release::Request& request,
                  const std::vector<notify::Notice>& notices) {
  if (context.json) {
    json::object document = release::request_json(request);
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
  print("  " + one_line(request.purpose));
  for (const std::string& text : kept_texts(context.language, request)) print("  " + text);
  for (const release::File& file : request.files) {
    print(file.name + "  " + std::to_string(file.bytes) + " bytes  SHA-256 " + file.sha256);
    print_findings(context, file.findings, file.type);
    print_tables(context, file);
  }
  for (const release::Vote& vote : request.votes) print_vote(context, vote);
  for (const release::Answer& answer : request.answers)
    print("  " + std::to_string(answer.position) + "  " + answer.rule + ": " + one_line(answer.text));
  for (const release::Step& step : request.history) {
    print("  " + to_text(step.at) + "  " + state_text(context.language, step.from) + " → " +
          state_text(context.language, step.to) + "  " + step.actor +
          (step.reason.empty() ? "" : "  " + step.reason));
  }
  for (const release::DeliveryFact& fact : request.deliveries) {
    print("  " + to_text(fact.at) + "  " + fact_text(context.language, fact) + "  " + fact.who +
          (fact.detail.empty() ? "" : "  " + fact.detail));
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
