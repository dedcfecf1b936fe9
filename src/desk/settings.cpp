#include "desk/settings.hpp"

#include "config/origin.hpp"
#include "oidc/configured.hpp"

namespace fvm::desk {
namespace {

std::string host_of(const std::string& url) {
  const std::string server = oidc::server_of(url);
  return server.substr(0, server.rfind(':'));
}

}  // namespace

std::string origin(const config::DeskConfig& config) {
  return config::origin(config.desk.public_url, config.desk.port);
}
std::string portal_origin(const config::DeskConfig& config) {
  return config::origin(config.portal.public_url, config.portal.port);
}

Result<void> check_names(const config::DeskConfig& config) {
  if (config.mitid.issuer.empty()) return usage("desk.no_broker");
  const std::string own = origin(config), portal = portal_origin(config);
  const bool is_local = own.starts_with("http://127.0.0.1:") && portal.starts_with("http://127.0.0.1:");
  if (own == portal || (host_of(own) == host_of(portal) && !is_local))
    return usage("desk.same_name", {{"name", host_of(own)}});
  if (config.desk.client_id.empty() || config.desk.client_id == config.mitid.client_id)
    return usage("desk.same_client", {{"client", config.desk.client_id}});
  return {};
}

Result<oidc::Settings> broker_settings(World& world, const config::Instance& instance,
                                       const config::DeskConfig& config) {
  return oidc::configured(
      world, instance, config.mitid,
      {config.desk.client_id, config.desk.client_secret_file, origin(config), "desk.no_secret"});
}

}  // namespace fvm::desk
