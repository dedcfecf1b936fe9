// A session as part of the transaction that logs somebody in.
#pragma once

#include <string_view>

#include "account/service.hpp"

namespace fvm::account {

Result<Opened> open_session(const Setting& setting, audit::Writer& writer, const identity::User& user,
                            const Proof& proof, std::string_view user_agent);

}  // namespace fvm::account
