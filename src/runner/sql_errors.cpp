#include "runner/sql_errors.hpp"

#include <algorithm>
#include <charconv>

#include "pgwire/protocol.hpp"

namespace fvm::runner {
namespace {

// The first row whose class and part of the text fit.
struct Rule {
  std::string_view error_class, part, sqlstate;
};
constexpr Rule rules[] = {
    {"Parser Error", "", "42601"},
    {"Syntax Error", "", "42601"},
    {"Catalog Error", "Table Function", "42883"},
    {"Catalog Error", "Function with name", "42883"},
    {"Catalog Error", "Type with name", "42704"},
    {"Catalog Error", "configuration parameter", "42704"},
    {"Catalog Error", "Schema with name", "3F000"},
    {"Catalog Error", "No catalog + schema", "3F000"},
    {"Catalog Error", "already exists", "42P07"},
    {"Catalog Error", "Collation", "42704"},
    {"Catalog Error", "Copy Function", "42704"},
    {"Catalog Error", "does not exist", "42P01"},
    {"Catalog Error", "", "42704"},
    {"Binder Error", "is a table function", "42809"},
    {"Binder Error", "GROUP BY", "42803"},
    {"Binder Error", "mbiguous", "42702"},
    {"Binder Error", "No function matches", "42883"},
    {"Binder Error", "Referenced table", "42P01"},
    {"Binder Error", "Referenced column", "42703"},
    {"Binder Error", "does not have a column", "42703"},
    {"Binder Error", "not found in FROM", "42703"},
    {"Binder Error", "Cannot compare", "42804"},
    {"Binder Error", "already exists", "42P07"},
    {"Binder Error", "", "42000"},
    {"Permission Error", "", "42501"},
    {"Invalid Input Error", "configuration", "42501"},
    {"Invalid Input Error", "", "22023"},
    {"Invalid Configuration Error", "", "42501"},
    {"Invalid Error", "", "22023"},
    {"Missing Extension Error", "", "42501"},
    {"Extension Error", "", "42501"},
    {"Conversion Error", "out of range", "22003"},
    {"Conversion Error", "date field", "22008"},
    {"Conversion Error", "timestamp field", "22008"},
    {"Conversion Error", "", "22P02"},
    {"Out of Range Error", "", "22003"},
    {"Mismatch Type Error", "", "42804"},
    {"Constraint Error", "NOT NULL", "23502"},
    {"Constraint Error", "uplicate key", "23505"},
    {"Constraint Error", "oreign key", "23503"},
    {"Constraint Error", "CHECK", "23514"},
    {"Constraint Error", "", "23000"},
    {"Dependency Error", "", "2BP01"},
    {"TransactionContext Error", "onflict", "40001"},
    {"TransactionContext Error", "", "25000"},
    {"Not implemented Error", "", "0A000"},
    {"IO Error", "No files found", "58P01"},
    {"IO Error", "No such file", "58P01"},
    {"IO Error", "", "58030"},
    {"INTERRUPT Error", "", "57014"},
    {"Out of Memory Error", "", "53200"},
    {"Sequence Error", "", "55000"},
};

std::string_view state_of(std::string_view error_class, std::string_view text) {
  for (const auto& rule : rules)
    if (rule.error_class == error_class && text.find(rule.part) != std::string_view::npos)
      return rule.sqlstate;
  return "XX000";
}

size_t characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// DuckDB shows the place as an excerpt "LINE n: …" with a caret below; PostgreSQL as a number of characters.
std::string position_of(std::string_view excerpt, std::string_view sql) {
  const size_t colon = excerpt.find(": ");
  const size_t line_end = excerpt.find('\n');
  if (colon == std::string_view::npos || line_end == std::string_view::npos || sql.empty()) return {};
  int line = 0;
  std::from_chars(excerpt.data() + 5, excerpt.data() + colon, line);
  auto shown = excerpt.substr(colon + 2, line_end - colon - 2);
  const size_t caret = excerpt.find('^', line_end);
  if (line < 1 || caret == std::string_view::npos || caret - line_end - 1 < colon + 2) return {};
  size_t column = caret - line_end - 1 - colon - 2;
  size_t start = 0;
  for (int i = 1; i < line && start != std::string_view::npos; ++i) start = sql.find('\n', start) + 1;
  if (shown.starts_with("...")) shown.remove_prefix(3), column -= std::min<size_t>(column, 3);
  if (shown.ends_with("...")) shown.remove_suffix(3);
  const size_t found = sql.find(shown, start);
  if (found == std::string_view::npos) return {};
  return std::to_string(characters(sql.substr(0, found)) + column + 1);
}

Error translated(std::string_view reason, std::string_view sql) {
  const size_t colon = reason.find(": ");
  const auto error_class = reason.substr(0, colon == std::string_view::npos ? 0 : colon);
  auto body = colon == std::string_view::npos ? reason : reason.substr(colon + 2);
  const size_t excerpt = body.find("\nLINE ");
  const std::string position =
      excerpt == std::string_view::npos ? "" : position_of(body.substr(excerpt + 1), sql);
  body = body.substr(0, excerpt);
  std::string message(body.substr(0, body.find('\n'))), hint;
  if (const size_t rest = body.find('\n'); rest != std::string_view::npos) hint = body.substr(rest + 1);
  hint.erase(0, hint.find_first_not_of("\n\t "));
  while (!hint.empty() && (hint.back() == '\n' || hint.back() == ' ')) hint.pop_back();
  Error error = pgwire::sql_error(state_of(error_class, body), std::move(message));
  if (hint.find("\"pg_") != std::string::npos || hint.find("fvm_") != std::string::npos)
    hint.clear();  // not the user's
  if (!hint.empty()) error = std::move(error).with("hint", std::move(hint));
  if (!position.empty()) error = std::move(error).with("position", position);
  return error;
}

}  // namespace

Error to_sql_error(Error error, std::string_view sql) {
  if (error.argument("sqlstate").size() == 5) return error;
  if (error.code == "duck.interrupted")
    return pgwire::sql_error("57014", "canceling statement due to user request");
  if (error.code == "duck.out_of_memory")
    return pgwire::sql_error("53200", "out of memory")
        .with("detail", "The session may use " + std::string(error.argument("memory_mib")) + " MiB.")
        .with("hint", "Ask for fewer columns or rows, or aggregate before you sort or join.");
  if (error.code == "duck.failed") return translated(error.argument("reason"), sql);
  return error;
}

}  // namespace fvm::runner
