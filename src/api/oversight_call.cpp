#include "api/oversight_call.hpp"

#include <boost/json.hpp>

#include "api/json_route.hpp"

namespace fvm::api {
namespace {

http::Response answer(const OversightAccess& access, const http::Request& request,
                      const OversightBody& body) {
  const std::string user(request.header(actor_header));
  if (user.empty()) return http::problem(401, "api.no_actor");
  auto object = request.body.empty() ? boost::json::object() : object_in(request);
  if (!object.ok()) return http::problem(object.error());
  const std::lock_guard lock(access.mutex);
  auto response = body({access, request, user, std::move(*object)});
  return response.ok() ? std::move(*response) : http::problem(response.error());
}

}  // namespace

Result<std::string> OversightCall::text(const char* name) const {
  const auto* found = body.if_contains(name);
  if (found == nullptr) return std::string();
  if (!found->is_string()) return usage("api.bad_member", {{"name", name}});
  return std::string(found->get_string());
}

Result<int64_t> OversightCall::number(const char* name) const {
  const auto* found = body.if_contains(name);
  if (found == nullptr) return int64_t{0};
  boost::system::error_code error;
  const auto value = found->to_number<int64_t>(error);
  if (error) return usage("api.bad_member", {{"name", name}});
  return value;
}

Result<std::vector<std::string>> OversightCall::texts(const char* name) const {
  const auto* found = body.if_contains(name);
  std::vector<std::string> all;
  if (found == nullptr) return all;
  if (!found->is_array()) return usage("api.bad_member", {{"name", name}});
  for (const auto& each : found->get_array()) {
    if (!each.is_string()) return usage("api.bad_member", {{"name", name}});
    all.emplace_back(each.get_string());
  }
  return all;
}

void add_oversight_route(http::Router& router, const OversightAccess& access, http::Route route,
                         OversightBody body) {
  route.handler = [&access, body = std::move(body)](const http::Request& request) {
    return answer(access, request, body);
  };
  router.add(std::move(route));
}

}  // namespace fvm::api
