// SQL of this room: requests, their files, findings and history.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "release/types.hpp"
#include "store/database.hpp"

namespace fvm::release {

// The tables of this room and of notify; call once when the ledger is opened.
Result<void> migrate(audit::Ledger& ledger);

// "release.unknown" when there is none.
Result<Request> find(const store::Database& store, std::string_view number);
// All, or one project's; newest first.
Result<std::vector<Request>> list(const store::Database& store, std::string_view project = {});
// Those in one of `states`, oldest first.
Result<std::vector<Request>> in_states(const store::Database& store, std::span<const State> states);
// How many requests of each project have left at least once.
Result<std::map<std::string, int64_t>> sent_of_projects(const store::Database& store);

Result<int64_t> insert_request(audit::Writer& writer, const Request& request);
Result<void> insert_step(audit::Writer& writer, const Request& request, const Step& step);
Result<void> update_file(audit::Writer& writer, const Request& request, const File& file);
Result<void> replace_findings(audit::Writer& writer, const Request& request, const File& file);

}  // namespace fvm::release
