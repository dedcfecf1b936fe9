#include "api/order_routes.hpp"

#include "api/json_route.hpp"

namespace fvm::api {
namespace {

using http::Request;
using http::Response;

// What is wrong with the file is no fault of the HTTP request.
Response problem_of(const Error& error) {
  constexpr unsigned unprocessable = 422, too_many = 429;
  Response problem = http::problem(error);
  if (error.code == "order.busy") return with_status(std::move(problem), too_many);
  const bool of_file = error.code.starts_with("spreadsheet.") && error.kind != Kind::surroundings;
  return of_file ? with_status(std::move(problem), unprocessable) : problem;
}

Response upload(const OrderAccess& access, const Request& request) {
  return for_actor(request, [&](const std::string& user) -> Result<Response> {
    const std::string name = request.value("name");
    if (name.empty() || request.body.empty()) return usage("order.no_file");
    auto read = access.read(user, name, request.body);
    if (!read.ok()) return problem_of(read.error());
    return Response{200, "application/json", std::move(*read), {{"Cache-Control", "no-store"}}};
  });
}

}  // namespace

void add_order_routes(http::Router& router, const OrderAccess& access) {
  router.add({"POST", "/api/v1/order-sheet", "Reads a filled order sheet",
              [&access](const Request& request) { return upload(access, request); }});
}

}  // namespace fvm::api
