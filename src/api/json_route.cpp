#include "api/json_route.hpp"

#include <boost/json.hpp>

namespace fvm::api {

namespace json = boost::json;

http::Response document(unsigned status, const json::object& content) {
  return {status, "application/json", json::serialize(content), {{"Cache-Control", "no-store"}}};
}

http::Response with_status(http::Response problem, unsigned status) {
  json::object document = json::parse(problem.body).as_object();
  document["status"] = status;
  problem.status = status;
  problem.body = json::serialize(document);
  return problem;
}

Result<json::object> object_in(const http::Request& request) {
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) return usage("api.bad_json");
  return std::move(value.get_object());
}

}  // namespace fvm::api
