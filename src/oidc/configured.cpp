#include "oidc/configured.hpp"

#include <algorithm>

namespace fvm::oidc {
namespace {

constexpr uint64_t secret_bytes_max = 4096;

Result<std::string> read_secret(World& world, const config::Instance& instance, const Client& client) {
  const Path file = instance.root() / client.secret_file;  // an absolute name stays what it is
  const auto text = client.secret_file.empty() ? Result<std::string>(std::string())
                                               : world.read_file(file, secret_bytes_max);
  std::string secret = text.ok() ? *text : std::string();
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return usage(client.missing, {{"file", file.string()}});
  return secret;
}

// Only signatures that need a private key; the same secret on both sides is none.
Result<void> check_algorithms(const std::vector<std::string>& algorithms) {
  constexpr std::string_view known[] = {"RS256", "PS256", "ES256"};
  for (const std::string& each : algorithms) {
    if (std::find(std::begin(known), std::end(known), each) == std::end(known))
      return usage("login.bad_setting", {{"key", "mitid.algorithms"}, {"value", each}});
  }
  return {};
}

}  // namespace

std::string server_of(const std::string& url) {
  const size_t begin = url.find("://");
  if (begin == std::string::npos) return {};
  return url.substr(begin + 3, url.find('/', begin + 3) - begin - 3);
}

Result<Settings> configured(World& world, const config::Instance& instance,
                            const config::Config::Mitid& mitid, const Client& client) {
  TRY(check_algorithms(mitid.algorithms));
  return Settings{
      .issuer = mitid.issuer,
      .client_id = client.id,
      .client_secret = TRY(read_secret(world, instance, client)),
      .secret_in_form = mitid.authentication == "client_secret_post",
      .redirect_uri = client.origin + "/login/callback",
      .scope = mitid.scope,
      .algorithms = mitid.algorithms,
      .assurance = mitid.assurance,
      .identity_type = mitid.identity_type,
      .claims = {mitid.claim_professional, mitid.claim_cvr, mitid.claim_identity_type, mitid.claim_assurance},
      .skew_seconds = mitid.skew_seconds};
}

net::HttpsOptions https_options(const config::Config::Mitid& mitid) {
  net::HttpsOptions options{
      .hosts = mitid.hosts, .ca_file = mitid.ca_file, .plain_loopback = mitid.plain_loopback == "allowed"};
  options.hosts.push_back(server_of(mitid.issuer));
  return options;
}

}  // namespace fvm::oidc
