// SET fvm.safe = on: a plain SELECT … GROUP BY is answered as a safe table. CALL fvm.safe_group_by('SELECT
// …') does so for one statement.
#pragma once

#include <memory>

#include "runner/sql_session.hpp"

namespace fvm::runner {

// Null when the setting is off, or the statement groups nothing: then it is run as any other.
Result<std::shared_ptr<pgwire::Statement>> prepare_groups(SqlSession& session, const Words& words,
                                                          std::span<const uint32_t> types);
// The same of a text, whatever the setting says. Error: "groups.no_group_by" when it groups nothing.
Result<std::shared_ptr<pgwire::Statement>> groups_of_text(SqlSession& session, const std::string& sql);

}  // namespace fvm::runner
