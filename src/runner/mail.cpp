// A message in its sandbox.
//
// Document (JSON): "file" (the message), "output" (folder for its documents), "server" (whose
// Authentication-Results are believed), "message_bytes_max", "parts_max", "depth_levels_max".
// Or one document by itself: "file", "name" (as its sender calls it), "bytes_max"; result: "name" (safe),
// "kind", "test_virus".
// Result of a message: the headers, "text", "parts": [{"path": name below the output folder, "name",
// "declared", "kind", "bytes"}], "findings": [{"code", "detail"}].
#include "runner/mail.hpp"

#include <boost/json.hpp>

#include "base/world.hpp"
#include "disclosure/file_type.hpp"
#include "runner/jobs.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

json::array addresses(const std::vector<MailAddress>& list) {
  json::array out;
  for (const MailAddress& each : list) out.push_back({{"name", each.name}, {"address", each.address}});
  return out;
}

json::object headers(const Mail& mail) {
  return {{"message_id", mail.message_id},
          {"subject", mail.subject},
          {"date", mail.date},
          {"references", json::array(mail.references.begin(), mail.references.end())},
          {"from", addresses(mail.from)},
          {"reply_to", addresses(mail.reply_to)},
          {"has_return_path", mail.has_return_path},
          {"return_path", mail.return_path},
          {"auto_submitted", mail.auto_submitted},
          {"precedence", mail.precedence},
          {"suppress", mail.suppress},
          {"is_list", mail.is_list},
          {"is_report", mail.is_report},
          {"report",
           {{"action", mail.report.action},
            {"status", mail.report.status},
            {"message_id", mail.report.message_id}}},
          {"dmarc", mail.authentication.dmarc},
          {"dmarc_domain", mail.authentication.domain}};
}

Result<json::array> write_parts(const Mail& mail, const Path& folder) {
  constexpr unsigned file_mode = 0600;
  json::array out;
  for (const MailPart& part : mail.parts) {
    const std::string path = std::to_string(out.size() + 1);
    TRY(real_world().create_file(folder / path, part.bytes, file_mode));
    out.push_back({{"path", path},
                   {"name", part.name},
                   {"declared", part.declared},
                   {"kind", part.kind},
                   {"bytes", part.bytes.size()}});
  }
  return out;
}

Result<std::string> look_at_document(const json::object& document) {
  const Path file(std::string(document.at("file").as_string()));
  const auto bytes_max = document.at("bytes_max").to_number<uint64_t>();
  const std::string bytes = TRY(real_world().read_file(file, bytes_max));
  return json::serialize(json::object{{"name", safe_name(document.at("name").as_string(), 1)},
                                      {"kind", kind_of(bytes)},
                                      {"test_virus", disclosure::is_test_virus(bytes)}});
}

Result<std::string> run(const json::object& document) {
  if (document.contains("name")) return look_at_document(document);
  MailLimits limits;
  limits.message_bytes_max = document.at("message_bytes_max").to_number<uint64_t>();
  limits.parts_max = document.at("parts_max").to_number<size_t>();
  limits.depth_levels_max = document.at("depth_levels_max").to_number<size_t>();
  const Path file(std::string(document.at("file").as_string()));
  const Path output(std::string(document.at("output").as_string()));
  const std::string bytes = TRY(real_world().read_file(file, limits.message_bytes_max));
  const Mail mail = TRY(read_mail(bytes, limits, document.at("server").as_string()));
  json::object out = headers(mail);
  out["text"] = mail.text;
  out["parts"] = TRY(write_parts(mail, output));
  json::array& findings = out["findings"].emplace_array();
  for (const MailFinding& each : mail.findings)
    findings.push_back({{"code", each.code}, {"detail", each.detail}});
  return json::serialize(out);
}

}  // namespace

Result<std::string> mail(std::string_view document) {
  boost::system::error_code error;
  const json::value parsed = json::parse(document, error);
  if (error || !parsed.is_object()) return defect("job.bad_document", {{"job", "mail"}});
  try {
    return run(parsed.as_object());
  } catch (const std::exception&) {  // Boost.JSON on a field that is missing or of the wrong type
    return defect("job.bad_document", {{"job", "mail"}});
  }
}

}  // namespace fvm::runner
