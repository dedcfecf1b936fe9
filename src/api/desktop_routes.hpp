// The API of desktops, at the same door as that of cases (casework_routes.hpp). The portal starts none and
// sees none: fvm-steward starts it, fvm-desk shows it, and what the portal gets is an address with a ticket
// that is worth nothing without the user's MitID.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "http/router.hpp"

namespace fvm::api {

// Of the session that asks: said by the gate, whatever the request says. Nobody's on the Unix socket.
inline constexpr const char* login_header = "fvm-login";

struct DesktopAsked {
  std::string act, project, user, login, language;  // as in wire::AskDesktop
};
struct DesktopAccess {
  // fvm-steward's answer (JSON: DesktopView in web/src/shapes.ts).
  std::function<Result<std::string>(const DesktopAsked& asked)> ask;
};

// Adds, below /api/v1/projects/{project}/desktop: GET (is one open?), POST (opens one, or goes on with it:
// 201 with the address where it is shown, good once and for a minute), DELETE (ends it). ?language=da|en;
// Danish otherwise. `access` must outlive the router.
void add_desktop_routes(http::Router& router, const DesktopAccess& access);

}  // namespace fvm::api
