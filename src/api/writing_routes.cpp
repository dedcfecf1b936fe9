#include "api/writing_routes.hpp"

#include "api/json_route.hpp"

namespace fvm::api {
namespace {

using http::Request;
using http::Response;

// What is wrong with the file is no fault of the HTTP request.
Response problem_of(const Error& error) {
  constexpr unsigned unprocessable = 422, too_many = 429;
  Response problem = http::problem(error);
  if (error.code == "order.busy" || error.code == "precheck.busy")
    return with_status(std::move(problem), too_many);
  const bool of_file = error.code.starts_with("spreadsheet.") && error.kind != Kind::surroundings;
  return of_file ? with_status(std::move(problem), unprocessable) : problem;
}

Response content(std::string body) {
  return {200, "application/json", std::move(body), {{"Cache-Control", "no-store"}}};
}

Response upload(const WritingAccess& access, const Request& request) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    const std::string name = request.value("name");
    if (name.empty() || request.body.empty()) return usage("order.no_file");
    auto read = access.read(user, name, request.body);
    if (!read.ok()) return problem_of(read.error());
    return content(std::move(*read));
  });
}

Response check(const WritingAccess& access, const Request& request) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    auto checked = access.check(user, request.parameters.at("number"));
    return checked.ok() ? content(std::move(*checked)) : problem_of(checked.error());
  });
}

}  // namespace

void add_writing_routes(http::Router& router, const WritingAccess& access) {
  router.add({"POST", "/api/v1/order-sheet", "Reads a filled order sheet",
              [&access](const Request& request) { return upload(access, request); }});
  router.add({"POST", "/api/v1/applications/{number}/check",
              "Has the machine look at the newest text, persons counted",
              [&access](const Request& request) { return check(access, request); }});
}

}  // namespace fvm::api
