#include "api/agreement_routes.hpp"

#include <boost/json.hpp>

#include "agreement/views.hpp"
#include "agreement/words.hpp"
#include "api/json_route.hpp"
#include "casework/visibility.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;

constexpr uint64_t file_bytes_max = 64u << 20;

struct Call {
  const agreement::Setting& setting;
  const Request& request;
  std::string user;
};
using Body = Result<Response> (*)(const Call&);

Response answer(AgreementAccess& access, const Request& request, Body body) {
  return for_actor(request, [&](const std::string& user) {
    const std::lock_guard lock(access.cases.mutex);
    return body({access.setting, request, user});
  });
}

Response content(std::string type, std::string body) {
  return {200, std::move(type), std::move(body), {{"Cache-Control", "no-store"}}};
}

Result<casework::Case> visible_case(const Call& call) {
  return casework::find_visible(call.setting.ledger.database(), call.request.parameters.at("number"),
                                call.user);
}

Result<Response> show(const Call& call) {
  const auto about = TRY(visible_case(call));
  const auto version = TRY(agreement::agreements_of(call.setting.ledger.database(), about.number));
  return content("application/json", json::serialize(agreement::to_json(call.setting.instance, version)));
}

Result<Response> accept(const Call& call) {
  const auto about = TRY(visible_case(call));
  const auto accepted = TRY(agreement::accept(call.setting, call.user, about.number));
  return content("application/json",
                 json::serialize(agreement::to_json(call.setting.instance, accepted.version)));
}

Result<Response> specification(const Call& call) {
  return content("application/toml", TRY(agreement::preview(call.setting, TRY(visible_case(call)))).text);
}

Result<Response> words(const Call& call) {
  TRY(visible_case(call));
  return document(200, TRY(agreement::words_of(call.setting, call.request.parameters.at("number"), call.user,
                                               TRY(version_in(call.request, "version")))));
}

// The agreement of that number, if it is one of the case's newest.
Result<agreement::Agreement> one(const Call& call) {
  const auto about = TRY(visible_case(call));
  const std::string& id = call.request.parameters.at("id");
  const auto version = TRY(agreement::agreements_of(call.setting.ledger.database(), about.number));
  for (const auto& each : version.agreements) {
    if (std::to_string(each.id) == id) return each;
  }
  return usage("agreement.unknown", {{"id", id}});
}

Result<Response> text(const Call& call) {
  return content("text/plain; charset=utf-8",
                 TRY(agreement::plain_text(call.setting.ledger.database(), TRY(one(call)).id)));
}

Result<Response> file(const Call& call, agreement::Format format, const char* type) {
  const auto found = TRY(one(call));
  if (found.pdf_sha256.empty()) {
    return refused("agreement.not_made",
                   {{"agreement", found.title}, {"case", found.case_number}, {"name", found.party.name}});
  }
  const Path path = agreement::file_of(call.setting.instance, found, format);
  return content(type, TRY(call.setting.world.read_file(path, file_bytes_max)));
}

Result<Response> pdf(const Call& call) {
  return file(call, agreement::Format::pdf, "application/pdf");
}
Result<Response> docx(const Call& call) {
  return file(call, agreement::Format::docx,
              "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
}

}  // namespace

void add_agreement_routes(http::Router& router, AgreementAccess& access) {
  const auto add = [&](const char* method, const std::string& below, const char* summary, Body body) {
    router.add({method, "/api/v1/applications/{number}" + below, summary,
                [&access, body](const Request& r) { return answer(access, r, body); }});
  };
  add("GET", "/specification", "The access specification that the application gives", specification);
  add("GET", "/words", "What it would give access to, in words", words);
  add("GET", "/agreements", "Its agreements, and who has accepted", show);
  add("POST", "/agreements", "Accepts what is the actor's to accept", accept);
  add("GET", "/agreements/{id}", "One agreement as text", text);
  add("GET", "/agreements/{id}/pdf", "One agreement as tagged PDF", pdf);
  add("GET", "/agreements/{id}/docx", "One agreement as DOCX", docx);
}

}  // namespace fvm::api
