// Settings of fvm-desk, as its parts want them.
#pragma once

#include "config/desk.hpp"
#include "oidc/types.hpp"

namespace fvm::desk {

// "https://skrivebord.example.dk", without a slash at its end; the portal's in the same way.
std::string origin(const config::DeskConfig& config);
std::string portal_origin(const config::DeskConfig& config);

// "desk.same_name": under the portal's host name its scripts could reach our pages' cookies; on this very
// machine only another port is asked for. "desk.same_client": the portal knows its own client's secret.
// "desk.no_broker".
Result<void> check_names(const config::DeskConfig& config);
// "desk.no_secret", "login.bad_setting".
Result<oidc::Settings> broker_settings(World& world, const config::Instance& instance,
                                       const config::DeskConfig& config);

}  // namespace fvm::desk
