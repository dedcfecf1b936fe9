// Which granted variables were ever used in a project's sessions. The SQL server in the sandbox notes names
// (runner/sql_usage.hpp) in the user's home; at the session's end they are compared with what was granted and
// kept. The user could have written that file: so only the names of granted variables are taken from it, and
// the answer serves minimisation, not control.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "extract/project.hpp"

namespace fvm::enclave {

inline constexpr uint64_t usage_bytes_max = 1u << 20;
inline constexpr const char* usage_name = ".fvm-usage";

struct Used {
  std::string schema, table, column;  // "*": the table was read whole
};
// What stands in that file about granted variables; nothing when there is none, or something else in its
// place.
std::vector<Used> read_usage(const Path& file, const extract::Project& project);
// As part of the record of a session's end.
Result<void> note_usage(audit::Writer& writer, const std::string& project, const std::vector<Used>& used);

// A granted variable of the project's current version.
struct VariableUse {
  std::string schema, table, column;
  Time granted_since{};            // when the table first was in the data set
  std::optional<Time> last_used;   // named by a statement; nothing: never
  std::optional<Time> last_whole;  // the table was read whole (SELECT *)
};
Result<std::vector<VariableUse>> usage_of(const store::Database& store, const extract::Project& project);
size_t count_unused(const std::vector<VariableUse>& uses);

// Whether members and caseworkers are to be told of unused variables: every so many days, first so many days
// after the first build; and the mark that they were.
Result<bool> usage_notice_due(const store::Database& store, const extract::Project& project, Time now,
                              uint32_t days);
Result<void> mark_usage_told(audit::Writer& writer, const std::string& project);

}  // namespace fvm::enclave
