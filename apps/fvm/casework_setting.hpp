// What the cases' service works with in this program: the clock's settings and what other rooms do at a step.
#pragma once

#include "casework/service.hpp"
#include "fvm/services.hpp"

namespace fvm::cli {

// `services` must outlive it.
casework::Setting casework_setting(const Context& context, const Services& services);

}  // namespace fvm::cli
