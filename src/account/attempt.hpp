// How attempts fail: counted, recorded, and told with one text.
#pragma once

#include <string>
#include <string_view>

#include "account/service.hpp"

namespace fvm::account {

// Why, for the ledger alone; empty: it fits.
using Reason = std::string_view;

// One record; counts the failure against the professional uuid unless it is locked out already. Returns
// `code` as the error.
Error failed(const Setting& setting, const Proof& proof, std::string_view user, Reason reason,
             std::string_view code);
Result<void> forget_failures(audit::Writer& writer, std::string_view professional);

}  // namespace fvm::account
