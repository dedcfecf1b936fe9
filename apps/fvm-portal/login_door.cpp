#include "fvm-portal/login_door.hpp"

#include <algorithm>

#include "api/app_pages.hpp"
#include "config/places.hpp"

namespace fvm {
namespace {

constexpr uint64_t secret_bytes_max = 4096;

Result<std::string> read_secret(const config::Instance& instance, const std::string& name) {
  const Path file = instance.root() / name;  // an absolute name stays what it is
  const auto text = real_world().read_file(file, secret_bytes_max);
  std::string secret = text.ok() ? *text : std::string();
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (name.empty() || secret.empty()) return usage("login.no_secret", {{"file", file.string()}});
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

// "https://broker.example.dk:8443/realm" -> "broker.example.dk:8443": the issuer's own server may be asked.
std::string host_of(const std::string& issuer) {
  const size_t begin = issuer.find("://");
  if (begin == std::string::npos) return {};
  return issuer.substr(begin + 3, issuer.find('/', begin + 3) - begin - 3);
}

Result<oidc::Settings> settings_of(const config::Instance& instance, const config::Config::Mitid& c,
                                   const std::string& origin) {
  TRY(check_algorithms(c.algorithms));
  return oidc::Settings{
      .issuer = c.issuer,
      .client_id = c.client_id,
      .client_secret = TRY(read_secret(instance, c.client_secret_file)),
      .secret_in_form = c.authentication == "client_secret_post",
      .redirect_uri = origin + "/login/callback",
      .scope = c.scope,
      .algorithms = c.algorithms,
      .assurance = c.assurance,
      .identity_type = c.identity_type,
      .claims = {c.claim_professional, c.claim_cvr, c.claim_identity_type, c.claim_assurance},
      .skew_seconds = c.skew_seconds};
}

net::HttpsOptions https_of(const config::Config::Mitid& c) {
  net::HttpsOptions options{
      .hosts = c.hosts, .ca_file = c.ca_file, .plain_loopback = c.plain_loopback == "allowed"};
  options.hosts.push_back(host_of(c.issuer));
  return options;
}

std::string origin_of(const config::Config& config, uint16_t port) {
  std::string origin = config.portal.public_url;
  while (origin.ends_with('/')) origin.pop_back();
  return origin.empty() ? "http://127.0.0.1:" + std::to_string(port) : origin;
}

}  // namespace

LoginDoor::LoginDoor(const config::Instance& instance, const config::Config& config, std::string origin,
                     audit::Ledger& ledger, const api::ServiceFacts& facts, const api::Assets& assets)
    : origin_(std::move(origin)),
      gate_(real_world(), ledger, instance.store_file(),
            {origin_, int64_t{config.login.idle_minutes} * 60, int64_t{config.login.step_up_seconds}}),
      access_{.world = real_world(),
              .ledger = ledger,
              .gate = gate_,
              .facts = facts,
              .assets = assets,
              .seal = api::Seal(real_world())} {}

Result<void> LoginDoor::use_broker(const config::Instance& instance, const config::Config& config) {
  auto settings = TRY(settings_of(instance, config.mitid, origin_));
  auto common = TRY(account::CommonPasswords::read(real_world(), config::common_passwords_file()));
  accounts_.emplace(
      TRY(account::open_setting(real_world(), access_.ledger, instance.store_file(), std::move(common))));
  accounts_->session_seconds = int64_t{config.login.session_minutes} * 60;
  provider_.emplace(real_world(), std::move(settings), net::Https(https_of(config.mitid)));
  access_.accounts = &*accounts_;
  access_.provider = &*provider_;
  return {};
}

Result<std::unique_ptr<LoginDoor>> LoginDoor::open(const config::Instance& instance,
                                                   const config::Config& config, uint16_t port,
                                                   audit::Ledger& ledger, const api::ServiceFacts& facts,
                                                   const api::Assets& assets) {
  std::unique_ptr<LoginDoor> door(
      new LoginDoor(instance, config, origin_of(config, port), ledger, facts, assets));
  if (!config.mitid.issuer.empty()) TRY(door->use_broker(instance, config));
  return door;
}

void LoginDoor::add_routes(http::Router& router, const http::Router& behind) {
  api::add_login_routes(router, access_);
  api::add_login_api(router, access_);
  api::add_me_api(router, access_);
  api::add_app_pages(router, access_.facts, access_.assets);
  gate_.add_guarded(router, behind);
}

}  // namespace fvm
