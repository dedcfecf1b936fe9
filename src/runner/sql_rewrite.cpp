#include "runner/sql_rewrite.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "duck/database.hpp"
#include "pgwire/protocol.hpp"
#include "runner/sql_postgres.hpp"
#include "runner/sql_tokens.hpp"

namespace fvm::runner {
namespace {

// What a cast to a PostgreSQL type becomes: a call (`from_text` when a constant is cast, else `from_value`),
// or a cast to `type`.
struct CastRule {
  std::string_view name, type, from_text, from_value;
};
constexpr CastRule cast_rules[] = {
    {"regclass", "", "regclass_oid", "regclass_name"},
    {"regtype", "", "regtype_oid", "regtype_name"},
    {"regnamespace", "", "regnamespace_oid", "regnamespace_name"},
    {"regproc", "VARCHAR", "", ""},
    {"regprocedure", "VARCHAR", "", ""},
    {"regoper", "VARCHAR", "", ""},
    {"regoperator", "VARCHAR", "", ""},
    {"regrole", "VARCHAR", "", ""},
    {"name", "VARCHAR", "", ""},
    {"char", "VARCHAR", "", ""},
    {"cstring", "VARCHAR", "", ""},
    {"oid", "BIGINT", "", ""},
    {"xid", "BIGINT", "", ""},
    {"jsonb", "JSON", "", ""},
};

// What a parameter is cast to when the client says its type. Not numeric: its digits would be cut; as text it
// takes the type of what it is compared with.
struct ParameterRule {
  uint32_t type;
  std::string_view name;
};
constexpr ParameterRule parameter_rules[] = {
    {pgwire::oid::boolean, "BOOLEAN"},     {pgwire::oid::int2, "SMALLINT"},
    {pgwire::oid::int4, "INTEGER"},        {pgwire::oid::int8, "BIGINT"},
    {pgwire::oid::float4, "FLOAT"},        {pgwire::oid::float8, "DOUBLE"},
    {pgwire::oid::date, "DATE"},           {pgwire::oid::time, "TIME"},
    {pgwire::oid::timestamp, "TIMESTAMP"}, {pgwire::oid::timestamptz, "TIMESTAMPTZ"},
    {pgwire::oid::uuid, "UUID"},           {pgwire::oid::text, "VARCHAR"},
    {pgwire::oid::varchar, "VARCHAR"},     {pgwire::oid::interval, "INTERVAL"},
};

class Rewriter {
 public:
  Rewriter(std::string_view sql, const Settings& settings, std::span<const uint32_t> types)
      : tokens_(read_tokens(sql)), settings_(settings), types_(types) {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      pieces_.emplace_back(tokens_[i].text);
      if (tokens_[i].kind != Token::Kind::space) real_.push_back(i);
    }
  }

  std::string run() {
    for (size_t k = 0; k < real_.size(); ++k) {
      if (at(k).kind == Token::Kind::parameter) parameter(k);
      if (is(at(k), "OPERATOR") && is(at(k + 1), "(")) operator_call(k);
      if (is(at(k), "~")) regular_expression(k, k);
      if (is(at(k), "COLLATE")) collation(k);
      if (is(at(k), "::")) cast(k);
      if (is_name(k, "pg_catalog") && is(at(k + 1), ".") && !is(at(k - 1), "::")) qualified(k);
      if (is_name(k, "information_schema") && is(at(k + 1), ".") &&
          (is_name(k + 2, "tables") || is_name(k + 2, "columns") || is_name(k + 2, "schemata")))
        piece(k) = "fvm_information";
      if (at(k).text == "'{0}'") piece(k) = "[0]";  // how psql asks whether a policy is for everyone
      if (is(at(k), "CURRENT_USER") || is(at(k), "SESSION_USER") || is(at(k), "CURRENT_ROLE")) user_name(k);
      if (is(at(k), "CURRENT_SETTING") && is(at(k + 1), "(")) current_setting(k);
    }
    std::string sql;
    for (const auto& piece : pieces_) sql += piece;
    return sql;
  }

 private:
  // The k-th token that is not space; an empty one beyond the ends.
  const Token& at(size_t k) const { return k < real_.size() ? tokens_[real_[k]] : nothing_; }
  std::string& piece(size_t k) { return pieces_[real_[k]]; }
  bool is_identifier(size_t k) const {
    return at(k).kind == Token::Kind::word || at(k).kind == Token::Kind::name;
  }
  bool is_name(size_t k, std::string_view lower_name) const {
    return is_identifier(k) && value_of(at(k)) == lower_name;
  }
  void blank(size_t from, size_t to) {
    for (size_t k = from; k < to && k < real_.size(); ++k) piece(k).clear();
  }

  void parameter(size_t k) {
    size_t number = 0;
    const auto digits = at(k).text.substr(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (number < 1 || number > types_.size()) return;
    const auto* rule = std::find_if(std::begin(parameter_rules), std::end(parameter_rules),
                                    [&](const ParameterRule& one) { return one.type == types_[number - 1]; });
    if (rule != std::end(parameter_rules))
      piece(k) = "CAST(" + piece(k) + " AS " + std::string(rule->name) + ")";
  }

  // OPERATOR(pg_catalog.~) is ~
  void operator_call(size_t k) {
    size_t end = k + 2;
    std::string symbol;
    for (; end < real_.size() && !is(at(end), ")"); ++end)
      if (at(end).kind == Token::Kind::symbol && !is(at(end), ".")) symbol += at(end).text;
    if (end >= real_.size()) return;
    blank(k, end + 1);
    piece(k) = symbol;
    if (symbol == "~" || symbol == "!~") regular_expression(k, end);
  }

  // PostgreSQL's ~ finds the expression anywhere, DuckDB's wants it to be the whole text. `first` and `last`
  // are the operator's tokens; !~, ~* and !~* are several.
  void regular_expression(size_t first, size_t last) {
    const bool plain = first == last;
    if (plain && (is(at(first - 1), "~") || is(at(first + 1), "~"))) return;       // ~~ is LIKE
    if (plain && !ends_operand(at(first - 1)) && !is(at(first - 1), "!")) return;  // ~a turns bits over
    const bool any_case = plain && is(at(last + 1), "*");
    const size_t start = any_case ? last + 2 : last + 1;
    const size_t end = operand_end(start);
    if (end == start) return;
    if (any_case) piece(last + 1).clear();
    const std::string before = any_case ? "(?is).*(?:" : "(?s).*(?:";
    if (at(start).kind == Token::Kind::text) {
      piece(start) = duck::quote_text(before + value_of(at(start)) + ").*");
      return;
    }
    piece(start) = "('" + before + "' || " + piece(start);
    piece(end - 1) += " || ').*')";
  }

  static bool ends_operand(const Token& token) {
    constexpr std::string_view keywords[] = {"SELECT", "WHERE",     "AND",     "OR",       "NOT", "ON",
                                             "THEN",   "ELSE",      "WHEN",    "CASE",     "BY",  "IN",
                                             "HAVING", "RETURNING", "BETWEEN", "DISTINCT", "ALL", "VALUES"};
    if (token.kind == Token::Kind::symbol) return is(token, ")") || is(token, "]");
    if (token.kind == Token::Kind::space) return false;  // there is none
    return std::none_of(std::begin(keywords), std::end(keywords),
                        [&](auto keyword) { return is(token, keyword); });
  }

  // One past the operand that begins at k: a constant, a parameter, a dotted name, a call, or brackets.
  size_t operand_end(size_t k) const {
    if (at(k).kind == Token::Kind::text || at(k).kind == Token::Kind::parameter) return k + 1;
    size_t end = k;
    while (is_identifier(end) && is(at(end + 1), ".") && is_identifier(end + 2)) end += 2;
    if (is_identifier(end)) ++end;
    if (!is(at(end), "(")) return end;
    for (int depth = 0; end < real_.size(); ++end) {
      if (is(at(end), "(")) ++depth;
      if (is(at(end), ")") && --depth == 0) return end + 1;
    }
    return k;
  }

  // COLLATE pg_catalog.default is the order that DuckDB has anyway.
  void collation(size_t k) {
    const size_t name = is_name(k + 1, "pg_catalog") && is(at(k + 2), ".") ? k + 3 : k + 1;
    if (is_name(name, "default")) blank(k, name + 1);
  }

  void qualified(size_t k) {
    if (!is_identifier(k + 2)) return;
    const auto name = value_of(at(k + 2));
    const bool call = is(at(k + 3), "(");
    if (is(at(k - 1), "AS")) return blank(k, k + 2);  // CAST(x AS pg_catalog.text)
    if (call && name == "current_setting" && at(k + 4).kind != Token::Kind::text) {
      piece(k) = catalogue_schema;
      piece(k + 2) = "fvm_setting";
      return;
    }
    if (call && (name == "generate_series" || name == "unnest")) alias_column(k + 3);
    if (call ? is_catalogue_function(name) : is_catalogue_relation(name))
      piece(k) = catalogue_schema;
    else if (call)
      blank(k, k + 2);
  }

  // FROM unnest(x) s: in PostgreSQL s is the value, in DuckDB a row. s(s) is the value in both.
  void alias_column(size_t open) {
    size_t close = open;
    for (int depth = 0; close < real_.size(); ++close) {
      if (is(at(close), "(")) ++depth;
      if (is(at(close), ")") && --depth == 0) break;
    }
    const auto& alias = at(close + 1);
    const bool keyword = is(alias, "AS") || is(alias, "WHERE") || is(alias, "ORDER") || is(alias, "JOIN");
    if (alias.kind != Token::Kind::word || keyword || is(at(close + 2), "(")) return;
    piece(close + 1) += "(" + std::string(alias.text) + ")";
  }

  void cast(size_t k) {
    const bool qualified = is_name(k + 1, "pg_catalog") && is(at(k + 2), ".");
    const size_t type = qualified ? k + 3 : k + 1;
    if (qualified) blank(k + 1, k + 3);
    if (!is_identifier(type)) return;
    const auto name = value_of(at(type));
    const auto* rule = std::find_if(std::begin(cast_rules), std::end(cast_rules),
                                    [&](const CastRule& one) { return one.name == name; });
    // CHAR(3) is standard SQL; "char" is PostgreSQL's own.
    if (rule == std::end(cast_rules) || (name == "char" && at(type).kind == Token::Kind::word)) return;
    if (!rule->type.empty()) {
      piece(type) = rule->type;
      return;
    }
    const size_t start = operand(k);
    if (start >= k) return;
    const bool constant = at(k - 1).kind == Token::Kind::text || at(k - 1).kind == Token::Kind::parameter ||
                          is_name(type + 2, "oid");
    piece(start) = std::string(catalogue_schema) + "." +
                   std::string(constant ? rule->from_text : rule->from_value) + "(" + piece(start);
    blank(k, type + 1);
    piece(k) = ")";
  }

  // Where the operand that ends before token k begins: a constant, a dotted name, or brackets with what is
  // called by them.
  size_t operand(size_t k) const {
    size_t start = k - 1;
    if (is(at(start), ")")) {
      for (int depth = 0; start < real_.size(); --start) {
        if (is(at(start), ")")) ++depth;
        if (is(at(start), "(") && --depth == 0) break;
      }
      if (start > 0 && start < real_.size() && is_identifier(start - 1)) --start;
    }
    while (start >= 2 && start < real_.size() && is_identifier(start) && is(at(start - 1), ".")) start -= 2;
    return start;
  }

  // DuckDB's current_user is always "duckdb".
  void user_name(size_t k) {
    if (is(at(k - 1), ".") || is(at(k + 1), ".") || is(at(k + 1), "(") || is(at(k - 1), "AS")) return;
    piece(k) = std::string(catalogue_schema) + ".\"" + lower(at(k).text) + "\"()";
  }

  void current_setting(size_t k) {
    if (at(k + 2).kind != Token::Kind::text) return;
    const auto value = settings_.get(value_of(at(k + 2)));
    const size_t end = is(at(k + 3), ")") ? k + 3 : is(at(k + 3), ",") && is(at(k + 5), ")") ? k + 5 : 0;
    if (!value.ok() || end == 0) return;
    blank(k, end + 1);
    piece(k) = duck::quote_text(*value);
  }

  Tokens tokens_;
  const Settings& settings_;
  std::span<const uint32_t> types_;
  std::vector<std::string> pieces_;
  std::vector<size_t> real_;
  const Token nothing_{};
};

}  // namespace

std::string rewrite_for_duckdb(std::string_view sql, const Settings& settings,
                               std::span<const uint32_t> types) {
  return Rewriter(sql, settings, types).run();
}

}  // namespace fvm::runner
