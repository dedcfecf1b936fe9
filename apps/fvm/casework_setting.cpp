#include "fvm/casework_setting.hpp"

namespace fvm::cli {

agreement::Setting agreement_setting(const Context& context, const Services& services) {
  return {context.world, services.instance, services.config, *services.ledger};
}

casework::Setting casework_setting(const Context& context, const Services& services) {
  return agreement::casework_setting(agreement_setting(context, services));
}

}  // namespace fvm::cli
