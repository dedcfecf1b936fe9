// Sending, for the verbs that do it: release send, table --send.
#pragma once

#include <string>

#include "fvm/context.hpp"
#include "fvm/services.hpp"
#include "release/service.hpp"

namespace fvm::cli {

// Begins a request and takes it as far as it goes by itself: blocked, in review, or cleared.
Result<release::Request> send_draft(const Context& context, const Services& services,
                                    const release::Draft& draft);
// Wakes the courier; it looks by itself every few seconds, so it is no error when it is not running.
void wake_courier(const Services& services, const std::string& number);

}  // namespace fvm::cli
