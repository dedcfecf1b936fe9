// Which granted variables a session's statements name: read from the text, never from rows. A variable counts
// as used when a statement names it together with its table; "SELECT *" (and COPY of a table) counts as
// reading the table whole, which is kept apart and uses no variable by itself. So what a view, a CTE or an
// alias is made from counts where it is made. A name that two tables of one statement share counts for both.
// What Python or R read from /data without SQL is not seen here.
#pragma once

#include <compare>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/world.hpp"
#include "runner/sql_tokens.hpp"

namespace fvm::runner {

struct GrantedTable {
  std::string schema, name;  // "lpr_f", "kontakter"
  std::vector<std::string> columns;
};

struct Touched {
  std::string schema, table, column;  // column "*": the table was read whole
  auto operator<=>(const Touched&) const = default;
};

std::set<Touched> touched_by(const Tokens& significant, const std::vector<GrantedTable>& tables);

// Remembers what was touched and appends what is new, a line "schema.table.column" each, to `file` (none when
// empty). Whoever reads the file must not trust it: the session's user can write it too. Safe from several
// threads.
class Usage {
 public:
  Usage(std::vector<GrantedTable> tables, Path file) : tables_(std::move(tables)), file_(std::move(file)) {}
  void see(const Tokens& significant);

 private:
  const std::vector<GrantedTable> tables_;
  const Path file_;
  std::mutex mutex_;
  std::set<Touched> seen_;
};

}  // namespace fvm::runner
