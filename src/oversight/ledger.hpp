// Search in the ledger, by operators and security officers.
#pragma once

#include "audit/page.hpp"
#include "oversight/types.hpp"

namespace fvm::oversight {

inline constexpr size_t records_max = 200;  // of one page

// "identity.role_missing" (refused) unless operator or security.
Result<void> may_search(const Setting& setting, const std::string& user);

// Each search is a record itself. While two reviewers look at a request each alone, no record is shown that
// says that one of them has looked or voted (release/visibility.hpp): also not to those who may search.
// As may_search.
Result<audit::Page> search(const Setting& setting, const std::string& user, audit::Wanted wanted,
                           const Aside& aside);

}  // namespace fvm::oversight
