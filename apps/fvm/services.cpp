#include "fvm/services.hpp"

#include "account/service.hpp"
#include "agreement/service.hpp"
#include "casework/store.hpp"
#include "catalogue/catalogue.hpp"
#include "disclosure/rule_values.hpp"
#include "enclave/service.hpp"
#include "extract/precheck.hpp"
#include "extract/service.hpp"
#include "identity/service.hpp"
#include "intake/service.hpp"
#include "mirror/deliveries.hpp"
#include "safetable/service.hpp"
#include "sanction/store.hpp"
#include "selftest/service.hpp"
#include "wire/keeper.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"

namespace fvm::cli {
namespace {

audit::Signer keeper_signer(const Path& socket) {
  return [socket](const std::string& text) -> Result<audit::Signed> {
    auto signature = TRY(wire::sign_checkpoint(socket, text));
    return audit::Signed{std::move(signature.bytes), std::move(signature.public_key)};
  };
}

// Every room brings its own tables.
Result<void> migrate_all(audit::Ledger& ledger) {
  TRY(identity::migrate(ledger));
  TRY(account::migrate(ledger));
  TRY(catalogue::migrate(ledger));
  TRY(casework::migrate(ledger));
  TRY(mirror::migrate(ledger));
  TRY(extract::migrate(ledger));
  TRY(extract::migrate_precheck(ledger));
  TRY(agreement::migrate(ledger));
  TRY(intake::migrate(ledger));
  TRY(enclave::migrate(ledger));
  TRY(safetable::migrate(ledger));
  TRY(selftest::migrate(ledger));
  return sanction::migrate(ledger);  // and release
}

}  // namespace

Result<std::unique_ptr<audit::Ledger>> open_ledger(const Context& context, const config::Instance& instance) {
  return audit::Ledger::open(context.world, instance.audit(), instance.store_file(),
                             keeper_signer(instance.keeper_socket()));
}

Result<Services> open_services(const Context& context) {
  config::Instance instance(context.instance);
  auto config = TRY(config::read_config(context.world, instance.config_file()));
  TRY(disclosure::RuleSettings::of(config.disclosure.rules));  // told now, not at the first table
  auto ledger = TRY(open_ledger(context, instance));
  TRY(migrate_all(*ledger));
  return Services{std::move(instance), std::move(config), std::move(ledger)};
}

void wake_steward(const Services& services, const char* duty) {
  auto steward = wire::connect(services.instance.steward_socket(), "fvm-steward");
  if (steward.ok()) (void)steward->call<wire::Done>(wire::Wake{duty});
}

}  // namespace fvm::cli
