#include "api/oversight_call.hpp"

#include <boost/json.hpp>

#include "api/json_route.hpp"

namespace fvm::api {
namespace {

http::Response answer(const OversightAccess& access, const http::Request& request,
                      const OversightBody& body) {
  return for_actor(request, [&](const std::string& user) -> Result<http::Response> {
    auto object = TRY(object_or_none_in(request));
    std::unique_lock lock(access.mutex);
    return body({access, request, user, std::move(object), lock});
  });
}

}  // namespace

void add_oversight_route(http::Router& router, const OversightAccess& access, http::Route route,
                         OversightBody body) {
  route.handler = [&access, body = std::move(body)](const http::Request& request) {
    return answer(access, request, body);
  };
  router.add(std::move(route));
}

}  // namespace fvm::api
