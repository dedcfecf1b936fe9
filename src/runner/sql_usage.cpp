#include "runner/sql_usage.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/descriptor.hpp"

namespace fvm::runner {
namespace {

bool is_name(const Token& token) {
  return token.kind == Token::Kind::word || token.kind == Token::Kind::name;
}

// The token's name without case; empty when it is none.
std::string name_of(const Token& token) {
  return is_name(token) ? lower(value_of(token)) : std::string();
}

// "register.table" names that register's; the bare name any of that name. A word after a dot that is no
// register (x.kontakter) may be an alias's column: it names no table.
bool names_table(const Tokens& tokens, const std::vector<std::string>& names, size_t at,
                 const GrantedTable& table) {
  if (names[at] != lower(table.name)) return false;
  if (at < 2 || !is(tokens[at - 1], ".")) return true;
  return names[at - 2] == lower(table.schema);
}

// Not count(*) nor a * b: what stands before a star that means "every column".
bool is_star_of_all(const Tokens& tokens, size_t at) {
  if (!is(tokens[at], "*") || at == 0) return false;
  const Token& before = tokens[at - 1];
  return is(before, "SELECT") || is(before, "DISTINCT") || is(before, "ALL") || is(before, ",") ||
         is(before, ".");
}

bool reads_whole(const Tokens& tokens) {
  bool selects = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (is_star_of_all(tokens, i) || is(tokens[i], "COLUMNS")) return true;
    selects = selects || is(tokens[i], "SELECT");
  }
  // DuckDB's "FROM t", "TABLE t" and "COPY t TO": every column without a star.
  return !tokens.empty() && !selects &&
         (is(tokens[0], "FROM") || is(tokens[0], "TABLE") || is(tokens[0], "COPY"));
}

}  // namespace

std::set<Touched> touched_by(const Tokens& significant, const std::vector<GrantedTable>& tables) {
  std::set<Touched> touched;
  std::vector<std::string> names;
  for (const Token& token : significant) names.push_back(name_of(token));
  const std::set<std::string> all_names(names.begin(), names.end());
  const bool whole = reads_whole(significant);
  for (const GrantedTable& table : tables) {
    bool named = false;
    for (size_t i = 0; i < names.size() && !named; ++i) named = names_table(significant, names, i, table);
    if (!named) continue;
    if (whole) touched.insert({table.schema, table.name, "*"});
    for (const std::string& column : table.columns) {
      if (all_names.contains(lower(column))) touched.insert({table.schema, table.name, column});
    }
  }
  return touched;
}

void Usage::see(const Tokens& significant) {
  if (file_.empty()) return;
  std::string lines;
  const std::lock_guard lock(mutex_);
  for (const Touched& one : touched_by(significant, tables_)) {
    if (seen_.insert(one).second) lines += one.schema + "." + one.table + "." + one.column + "\n";
  }
  if (lines.empty()) return;
  // That it is not written (a full disk) must not keep anybody from working.
  const Descriptor file(
      ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (file) [[maybe_unused]]
    const auto wrote = ::write(file.get(), lines.data(), lines.size());
}

}  // namespace fvm::runner
