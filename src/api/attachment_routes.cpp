#include "api/attachment_routes.hpp"

#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "api/link_routes.hpp"
#include "http/pace.hpp"

namespace fvm::api {
namespace {

using http::Request;
using http::Response;

constexpr std::string_view cases = "/api/v1/applications/", below = "/attachments";

Response problem_of(const Error& error) {
  constexpr unsigned unprocessable = 422, too_many = 429;
  constexpr int64_t soon_seconds = 5;
  Response problem = http::problem(error);
  if (error.code == "attachment.busy") return http::come_back(too_many, error, soon_seconds);
  const bool of_case = error.code == "attachment.not_now" || error.code == "attachment.not_removable" ||
                       error.code == "attachment.unknown" || !error.code.starts_with("attachment.");
  return !of_case ? with_status(std::move(problem), unprocessable) : problem;
}

Response answer(const AttachmentAccess& access, const Request& request, const char* act, unsigned status) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    const auto id = request.parameters.find("id");
    const AttachmentAsked asked{.act = act,
                                .user = user,
                                .number = request.parameters.at("number"),
                                .id = id == request.parameters.end() ? "" : id->second,
                                .name = request.value("name"),
                                .bytes = request.body};
    auto told = access.ask(asked);
    if (!told.ok()) return problem_of(told.error());
    if (told->documents.empty())
      return Response{status, "application/json", std::move(told->json), {{"Cache-Control", "no-store"}}};
    const auto about = boost::json::parse(told->json).as_object();
    // Saved and never shown: it was written by a stranger, and this origin's cookies are not for it.
    return Response{200,
                    "application/octet-stream",
                    std::move(told->documents[0]),
                    {{"Cache-Control", "no-store"},
                     {"Content-Disposition", saved_as(about.at("name").as_string())},
                     {"Content-Security-Policy", "sandbox; default-src 'none'"}}};
  });
}

}  // namespace

void add_attachment_routes(http::Router& router, const AttachmentAccess& access) {
  const auto add = [&](const char* method, const char* rest, const char* summary, const char* act,
                       unsigned status) {
    router.add({method, std::string(cases) + "{number}" + std::string(below) + rest, summary,
                [&access, act, status](const Request& r) { return answer(access, r, act, status); }});
  };
  add("GET", "", "The documents of a case", "list", 200);
  add("POST", "", "Puts a document on a case", "add", 201);
  add("GET", "/{id}", "One of its documents, as it is", "read", 200);
  add("DELETE", "/{id}", "Takes away one that was not handed in yet", "remove", 200);
}

bool brings_attachment(const Request& head) {
  const std::string_view path = head.path;
  return head.method == "POST" && path.starts_with(cases) && path.ends_with(below);
}

}  // namespace fvm::api
