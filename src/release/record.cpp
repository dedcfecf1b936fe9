#include "release/record.hpp"

#include <boost/json.hpp>
#include <iterator>

#include "crypto/sha256.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;

template <class T, size_t size>
std::string_view word(const std::string_view (&words)[size], T value) {
  return words[std::min(static_cast<size_t>(value), size - 1)];
}
constexpr std::string_view checks[] = {"cleared", "clean", "doubtful", "any"};
constexpr std::string_view outputs[] = {"tables", "code", "text", "pictures", "any"};
constexpr std::string_view register_words[] = {"ordinary", "sensitive", "any"};
constexpr std::string_view standings[] = {"ordinary", "trusted", "warned", "any"};
constexpr std::string_view severities[] = {"note", "review", "block"};

json::object json_of(const disclosure::Finding& finding) {
  return {{"rule", finding.rule},           {"severity", word(severities, finding.severity)},
          {"sheet", finding.place.sheet},   {"row", finding.place.row},
          {"column", finding.place.column}, {"shape", finding.shape},
          {"detail", finding.detail}};
}

json::object json_of(const File& file) {
  json::array findings;
  for (const auto& finding : file.findings) findings.push_back(json_of(finding));
  return {{"position", file.position},
          {"sha256", file.sha256},
          {"bytes", file.bytes},
          {"type", file.type},
          {"safe_table", file.table},
          {"table_record_sha256", file.record_sha256},
          {"findings", std::move(findings)}};
}

json::object json_of(const Situation& situation) {
  return {{"check", word(checks, situation.check)},
          {"output", word(outputs, situation.output)},
          {"registers", word(register_words, situation.registers)},
          {"user", word(standings, situation.user)},
          {"institution", word(standings, situation.institution)}};
}

json::object json_of(const Rules& rules) {
  json::array types, sensitive;
  for (const std::string& type : rules.types) types.emplace_back(type);
  for (const std::string& name : rules.sensitive) sensitive.emplace_back(name);
  return {{"cell_count_min", rules.cell_count_min},
          {"file_bytes_max", rules.file_bytes_max},
          {"mail_bytes_max", mail_bytes_max},
          {"trusted_releases", rules.trusted_releases},
          {"types", std::move(types)},
          {"sensitive", std::move(sensitive)}};
}

}  // namespace

DisclosureRecord make_record(const Request& request, const std::vector<File>& files, std::string_view route,
                             const Situation* situation, const Rules* rules, Time now) {
  json::array all;
  for (const File& file : files) all.push_back(json_of(file));
  json::object document{{"format", "fvm-disclosure-record-1"},
                        {"release", request.number},
                        {"revision", request.revision},
                        {"project", request.project},
                        {"checked", to_text(now)},
                        {"rules", disclosure::rules_version},
                        {"route", route}};
  document["situation"] = situation != nullptr ? json::value(json_of(*situation)) : json::value(nullptr);
  document["parameters"] = rules != nullptr ? json::value(json_of(*rules)) : json::value(nullptr);
  document["files"] = std::move(all);
  std::string text = json::serialize(document);
  std::string sha256 = crypto::sha256_hex(text);
  return {std::move(sha256), std::move(text)};
}

Result<void> check_record(const store::Database& store, const Request& request) {
  const auto record = TRY(record_of(store, request));
  bool whole = record && crypto::sha256_hex(record->document) == record->sha256;
  for (const File& file : request.files)
    whole = whole && !file.sha256.empty() && record->document.find(file.sha256) != std::string::npos;
  if (whole) return {};
  return refused("release.no_record", {{"release", request.number}});
}

Result<void> ensure_record(audit::Writer& writer, const Request& request) {
  if (TRY(record_of(writer, request))) return check_record(writer, request);
  return put_record(writer, request,
                    make_record(request, request.files, request.route, nullptr, nullptr, writer.now()));
}

}  // namespace fvm::release
