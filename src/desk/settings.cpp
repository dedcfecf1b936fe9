#include "desk/settings.hpp"

namespace fvm::desk {
namespace {

constexpr uint64_t secret_bytes_max = 4096;

std::string origin_of(std::string url, uint16_t port) {
  while (url.ends_with('/')) url.pop_back();
  return url.empty() ? "http://127.0.0.1:" + std::to_string(port) : url;
}

// "https://a.dk:8443/x" -> "a.dk:8443".
std::string server_of(const std::string& url) {
  const size_t begin = url.find("://");
  if (begin == std::string::npos) return {};
  return url.substr(begin + 3, url.find('/', begin + 3) - begin - 3);
}

std::string host_of(const std::string& url) {
  const std::string server = server_of(url);
  return server.substr(0, server.rfind(':'));
}

}  // namespace

std::string origin(const config::DeskConfig& config) {
  return origin_of(config.desk.public_url, config.desk.port);
}
std::string portal_origin(const config::DeskConfig& config) {
  return origin_of(config.portal.public_url, config.portal.port);
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
  const auto& mitid = config.mitid;
  const Path file = instance.root() / config.desk.client_secret_file;
  const auto text = config.desk.client_secret_file.empty() ? Result<std::string>(std::string())
                                                           : world.read_file(file, secret_bytes_max);
  std::string secret = text.ok() ? *text : std::string();
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return usage("desk.no_secret", {{"file", file.string()}});
  return oidc::Settings{
      .issuer = mitid.issuer,
      .client_id = config.desk.client_id,
      .client_secret = std::move(secret),
      .secret_in_form = mitid.authentication == "client_secret_post",
      .redirect_uri = origin(config) + "/login/callback",
      .scope = mitid.scope,
      .algorithms = mitid.algorithms,
      .assurance = mitid.assurance,
      .identity_type = mitid.identity_type,
      .claims = {mitid.claim_professional, mitid.claim_cvr, mitid.claim_identity_type, mitid.claim_assurance},
      .skew_seconds = mitid.skew_seconds};
}

net::HttpsOptions https_options(const config::DeskConfig& config) {
  net::HttpsOptions options{.hosts = config.mitid.hosts,
                            .ca_file = config.mitid.ca_file,
                            .plain_loopback = config.mitid.plain_loopback == "allowed"};
  options.hosts.push_back(server_of(config.mitid.issuer));
  return options;
}

}  // namespace fvm::desk
