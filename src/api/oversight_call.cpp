#include "api/oversight_call.hpp"

#include <boost/json.hpp>

#include "api/json_route.hpp"

namespace fvm::api {
namespace {

http::Response answer(const OversightAccess& access, const http::Request& request, const OversightBody& body,
                      const OversightRight& right) {
  return for_actor(request, [&](const std::string& user) -> Result<http::Response> {
    std::unique_lock lock(access.mutex);
    OversightCall call{access, request, user, {}, lock};
    if (right) TRY(right(call));
    call.body = TRY(object_or_none_in(request));
    return body(call);
  });
}

}  // namespace

void add_oversight_route(http::Router& router, const OversightAccess& access, http::Route route,
                         OversightBody body, const OversightRight& right) {
  route.handler = [&access, body = std::move(body), right](const http::Request& request) {
    return answer(access, request, body, right);
  };
  router.add(std::move(route));
}

}  // namespace fvm::api
