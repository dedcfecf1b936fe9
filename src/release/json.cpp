#include "release/json.hpp"

#include <boost/json.hpp>

namespace fvm::release {
namespace {

namespace json = boost::json;
using disclosure::Finding;
using disclosure::Severity;

std::string_view word_of(Severity severity) {
  if (severity == Severity::note) return "note";
  return severity == Severity::review ? "review" : "block";
}

bool has_letters(std::string_view type) {
  return type == "xlsx";
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

// Of a file of a safe table, what of its record may be told.
json::value table_record_of(const File& file) {
  boost::system::error_code failed;
  json::value record = json::parse(file.disclosure, failed);
  return failed ? json::value(nullptr) : record;
}

json::value retained_json(const Request& request) {
  if (!request.retained) return nullptr;
  return json::object{{"by", request.retained->by},
                      {"since", to_text(request.retained->since)},
                      {"reason", request.retained->reason}};
}

json::value link_json(const Request& request) {
  if (!request.link) return nullptr;
  const Link& link = *request.link;
  json::array files;
  for (const LinkFile& file : link.files) {
    files.push_back(
        json::object{{"file", file.position},
                     {"fetched", to_text(file.first)},
                     {"fetches", file.fetches},
                     {"arrived", file.arrived ? json::value(to_text(*file.arrived)) : json::value(nullptr)}});
  }
  return json::object{{"made", to_text(link.made)},
                      {"expires", to_text(link.expires)},
                      {"opener", link.opener},
                      {"files", std::move(files)}};
}

json::array deliveries_json(const Request& request) {
  json::array all;
  for (const DeliveryFact& fact : request.deliveries)
    all.push_back(json::object{
        {"at", to_text(fact.at)}, {"what", fact.what}, {"who", fact.who}, {"detail", fact.detail}});
  return all;
}

json::object to_json(const Vote& vote) {
  json::array comments;
  for (const auto& [position, text] : vote.comments)
    comments.push_back(json::object{{"file", position}, {"text", text}});
  return {{"reviewer", vote.reviewer},
          {"vote", name_of(vote.ballot)},
          {"reason", vote.reason},
          {"comments", std::move(comments)}};
}

}  // namespace

namespace {

// Why a person reads a file is told in words, where it is not its kind.
std::string_view message_of(const Finding& finding) {
  struct Reason {
    std::string_view detail, message;
  };
  static constexpr Reason reasons[] = {{"prose", "finding.person_reads_prose"},
                                       {"chart", "finding.person_reads_chart"},
                                       {"printerSettings", "finding.person_reads_settings"},
                                       {"rows", "finding.person_reads_size"},
                                       {"cells", "finding.person_reads_size"},
                                       {"columns", "finding.person_reads_size"},
                                       {"tables", "finding.person_reads_size"},
                                       {"totals", "finding.person_reads_size"}};
  if (finding.rule != "finding.person_reads") return finding.rule;
  for (const Reason& reason : reasons)
    if (reason.detail == finding.detail) return reason.message;
  return finding.rule;
}

}  // namespace

std::string finding_text(Language language, const Finding& finding, std::string_view type) {
  std::string text = message(language, message_of(finding),
                             {{"place", disclosure::place_text(finding.place, has_letters(type))},
                              {"shape", finding.shape},
                              {"detail", finding.detail}});
  // Of the whole file: nothing stands in front.
  if (text.starts_with(": ")) {
    text.erase(0, 2);
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

json::array findings_json(const std::vector<Finding>& findings, std::string_view type) {
  json::array all;
  for (const Finding& finding : findings) all.push_back(to_json(finding, type));
  return all;
}

json::object file_json(const File& file) {
  return {{"name", file.name},
          {"sha256", file.sha256},
          {"approved_sha256", file.approved_sha256},
          {"bytes", file.bytes},
          {"type", file.type},
          {"checked", file.checked},
          {"safe_table", file.table},
          {"disclosure_record", table_record_of(file)},
          {"tables_outside_audit", file.tables},
          {"same_as", json::array(file.same_as.begin(), file.same_as.end())},
          {"findings", findings_json(file.findings, file.type)}};
}

json::object request_json(const Request& request) {
  json::array files, history, votes, answers;
  for (const Vote& vote : request.votes) votes.push_back(to_json(vote));
  for (const Answer& answer : request.answers)
    answers.push_back(json::object{{"file", answer.position}, {"rule", answer.rule}, {"text", answer.text}});
  for (const File& file : request.files) files.push_back(file_json(file));
  for (const Step& step : request.history) {
    history.push_back(json::object{{"at", to_text(step.at)},
                                   {"actor", step.actor},
                                   {"role", name_of(step.role)},
                                   {"event", name_of(step.event)},
                                   {"from", name_of(step.from)},
                                   {"to", name_of(step.to)},
                                   {"revision", step.revision},
                                   {"reason", step.reason}});
  }
  return {
      {"release", request.number},
      {"project", request.project},
      {"author", request.author},
      {"recipient", request.recipient},
      {"purpose", request.purpose},
      {"state", name_of(request.state)},
      {"created", to_text(request.created)},
      {"changed", to_text(request.changed)},
      {"revision", request.revision},
      {"route", request.route},
      {"reviewers", request.reviewers},
      {"votes", std::move(votes)},
      {"answers", std::move(answers)},
      {"rules", disclosure::rules_version},
      {"retained", retained_json(request)},
      {"bytes_gone", request.bytes_gone ? json::value(to_text(*request.bytes_gone)) : json::value(nullptr)},
      {"files", std::move(files)},
      {"link", link_json(request)},
      {"deliveries", deliveries_json(request)},
      {"history", std::move(history)}};
}

}  // namespace fvm::release
