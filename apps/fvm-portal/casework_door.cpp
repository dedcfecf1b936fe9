#include "fvm-portal/casework_door.hpp"

#include "agreement/precheck.hpp"
#include "base/log.hpp"
#include "catalogue/catalogue.hpp"
#include "extract/service.hpp"
#include "identity/service.hpp"
#include "wire/keeper.hpp"

namespace fvm {
namespace {

audit::Signer keeper_signer(const Path& socket) {
  return [socket](const std::string& text) -> Result<audit::Signed> {
    auto signature = TRY(wire::sign_checkpoint(socket, text));
    return audit::Signed{std::move(signature.bytes), std::move(signature.public_key)};
  };
}

}  // namespace

CaseworkDoor::CaseworkDoor(std::unique_ptr<audit::Ledger> ledger, const config::Instance& instance,
                           const config::Config& config)
    : ledger_(std::move(ledger)),
      agreements_{real_world(), instance, config, *ledger_, {}, true},
      setting_(agreement::casework_setting(agreements_)),
      access_{.setting = setting_},
      agreement_access_{agreements_, access_} {
  // The portal may not start jobs: rules only. A caseworker's `fvm application check` counts.
  setting_.hooks.precheck = agreement::precheck_hook(agreements_, "fvm-portal", false);
  api::add_agreement_routes(router_, agreement_access_);
  api::add_casework_routes(router_, access_);
}

CaseworkDoor::~CaseworkDoor() = default;

Result<std::unique_ptr<CaseworkDoor>> CaseworkDoor::open(const config::Instance& instance,
                                                         const config::Config& config) {
  auto ledger = TRY(audit::Ledger::open(real_world(), instance.audit(), instance.store_file(),
                                        keeper_signer(instance.keeper_socket())));
  TRY(identity::migrate(*ledger));
  TRY(catalogue::migrate(*ledger));
  TRY(casework::migrate(*ledger));
  TRY(extract::migrate(*ledger));
  TRY(agreement::migrate(*ledger));
  std::unique_ptr<CaseworkDoor> door(new CaseworkDoor(std::move(ledger), instance, config));
  http::ServerOptions options{.unix_socket = instance.casework_socket().string(),
                              .threads = 1,
                              .connections_max = 64,
                              .body_bytes_max = casework::application_bytes_max + (64u << 10)};
  door->server_ = TRY(http::Server::start(
      options, [router = &door->router_](const http::Request& request) { return router->answer(request); }));
  log_event("portal.casework_ready", {{"socket", options.unix_socket}});
  return door;
}

}  // namespace fvm
