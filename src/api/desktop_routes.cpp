#include "api/desktop_routes.hpp"

#include "api/json_route.hpp"

namespace fvm::api {
namespace {

using http::Request;
using http::Response;

struct Act {
  const char *method, *name, *summary;
  unsigned status;
};
constexpr Act acts[] = {{"GET", "look", "Whether the actor has a desktop open in the project", 200},
                        {"POST", "open", "Opens one, or goes on with it: an address with a ticket", 201},
                        {"DELETE", "end", "Ends it, and all that runs in it", 200}};

Response answer(const DesktopAccess& access, const Request& request, const Act& act) {
  Response out = for_actor(request, [&](const std::string& user) -> Result<Response> {
    auto told = TRY(access.ask({act.name, request.parameters.at("project"), user,
                                std::string(request.header(login_header)), request.value("language")}));
    return Response{act.status, "application/json", std::move(told), {{"Cache-Control", "no-store"}}};
  });
  return out;
}

}  // namespace

void add_desktop_routes(http::Router& router, const DesktopAccess& access) {
  for (const Act& act : acts)
    router.add({act.method, "/api/v1/projects/{project}/desktop", act.summary,
                [&access, &act](const Request& request) { return answer(access, request, act); }});
}

}  // namespace fvm::api
