#include "fvm-portal/login_door.hpp"

#include "api/app_pages.hpp"
#include "config/origin.hpp"
#include "config/places.hpp"
#include "oidc/configured.hpp"

namespace fvm {
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
  auto settings = TRY(oidc::configured(
      real_world(), instance, config.mitid,
      {config.mitid.client_id, config.mitid.client_secret_file, origin_, "login.no_secret"}));
  auto common = TRY(account::CommonPasswords::read(real_world(), config::common_passwords_folder()));
  accounts_.emplace(
      TRY(account::open_setting(real_world(), access_.ledger, instance.store_file(), std::move(common))));
  accounts_->session_seconds = int64_t{config.login.session_minutes} * 60;
  provider_.emplace(real_world(), std::move(settings), net::Https(oidc::https_options(config.mitid)));
  access_.accounts = &*accounts_;
  access_.provider = &*provider_;
  return {};
}

Result<std::unique_ptr<LoginDoor>> LoginDoor::open(const config::Instance& instance,
                                                   const config::Config& config, uint16_t port,
                                                   audit::Ledger& ledger, const api::ServiceFacts& facts,
                                                   const api::Assets& assets) {
  std::unique_ptr<LoginDoor> door(
      new LoginDoor(instance, config, config::origin(config.portal.public_url, port), ledger, facts, assets));
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
