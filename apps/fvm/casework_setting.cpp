#include "fvm/casework_setting.hpp"

#include "agreement/precheck.hpp"

namespace fvm::cli {

agreement::Setting agreement_setting(const Context& context, const Services& services) {
  return {context.world, services.instance, services.config, *services.ledger};
}

casework::Setting casework_setting(const Context& context, const Services& services) {
  casework::Setting setting = agreement::casework_setting(agreement_setting(context, services));
  setting.hooks.precheck = agreement::precheck_hook(agreement_setting(context, services), context.user, true);
  return setting;
}

}  // namespace fvm::cli
