// What the cases' service works with in this program: the clock's settings and what other rooms do at a step.
#pragma once

#include "agreement/service.hpp"
#include "casework/service.hpp"
#include "fvm/services.hpp"

namespace fvm::cli {

// `services` must outlive them.
agreement::Setting agreement_setting(const Context& context, const Services& services);
casework::Setting casework_setting(const Context& context, const Services& services);

}  // namespace fvm::cli
