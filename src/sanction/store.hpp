// SQL of this room: cases and their history.
#pragma once

#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "release/types.hpp"
#include "sanction/types.hpp"

namespace fvm::sanction {

// The tables of this room and of those below; call once when the ledger is opened.
Result<void> migrate(audit::Ledger& ledger);

// "sanction.unknown" when there is none.
Result<Case> find(const store::Database& store, std::string_view number);
// Newest first.
Result<std::vector<Case>> list(const store::Database& store, int64_t before = 0, int64_t most = -1);
// Whether something was decided against the user since then, and not overturned.
Result<bool> decided_before(const store::Database& store, std::string_view user, Time since);

// Whether a case is open about that release or, naming none, about its author in its project.
Result<bool> concerns(const store::Database& store, const release::Request& request);

Result<int64_t> insert_case(audit::Writer& writer, const Case& about);
// All that may change but the state.
Result<void> update_case(audit::Writer& writer, const Case& about);
Result<void> insert_step(audit::Writer& writer, const Case& about, const Step& step);

}  // namespace fvm::sanction
