// What this room's files share: its tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "account/types.hpp"
#include "audit/ledger.hpp"

namespace fvm::account {

// One script per version of the tables; only ever added to.
const std::vector<std::string_view>& table_scripts();

// What is known of an account beside its roles.
struct Credential {
  std::string professional, password;  // empty: not bound, not set
};
Result<Credential> credential_of(const store::Database& store, int64_t user);
// The account that a professional uuid is bound to; empty when there is none.
Result<std::optional<identity::User>> bound_user(const store::Database& store, std::string_view professional);
// Until when nobody listens to this professional uuid; nothing: now.
Result<std::optional<Time>> locked_until(const store::Database& store, std::string_view professional,
                                         Time now);
// Of the institution that the account belongs to.
Result<std::string> cvr_of(const store::Database& store, const identity::User& user);

// Ends all open sessions of an account but `but`; how many.
Result<int64_t> end_sessions(audit::Writer& writer, int64_t user, std::string_view reason,
                             std::string_view but = {});

}  // namespace fvm::account
