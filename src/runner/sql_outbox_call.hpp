// What lies in /outbox and what sending it would lead to, in SQL:
//
//   CALL fvm.outbox();                            -- all files
//   CALL fvm.outbox('t.xlsx');                    -- one
//   CALL fvm.outbox(ARRAY['a.csv', 'b.csv']);     -- these, and what they tell together
//   CALL fvm.outbox(wait => 'no');                -- without waiting for what is still looked at
//
// One row for each finding, one for a file without any: file, answer (a code, docs/outbox.md), so_far (what
// is known while the answer is pending), meaning (the same as a sentence), rule, place, shape, severity,
// what_to_do. The rows of several files together come last and have no file. The service's steward has
// looked; here it is only shown.
#pragma once

#include <memory>
#include <string_view>

#include <boost/json.hpp>

#include "base/messages.hpp"
#include "runner/sql_listed_rows.hpp"
#include "runner/sql_session.hpp"

namespace fvm::runner {

inline constexpr std::string_view outbox_call_name = "outbox";

// Is it CALL fvm.outbox(…)?
bool is_outbox_call(const Words& words);
// SQLSTATE 42601, 42883 for what cannot be read.
Result<std::shared_ptr<pgwire::Statement>> prepare_outbox_call(SqlSession& session,
                                                               const std::shared_ptr<const Words>& words);

// The rows of an answer (safetable/session_outbox.hpp), of `files` or of all. "release.no_such_file" (usage).
// Throws what Boost.JSON throws on an answer of another form. Pure.
Result<std::vector<ListedRow>> outbox_rows(const boost::json::object& told,
                                           const std::vector<std::string>& files, Language language);

}  // namespace fvm::runner
