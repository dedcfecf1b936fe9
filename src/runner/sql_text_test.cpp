// What is done to SQL as text: splitting, recognising, rewriting, and errors on the way back.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "pgwire/protocol.hpp"
#include "runner/sql_copy.hpp"
#include "runner/sql_errors.hpp"
#include "runner/sql_rewrite.hpp"
#include "runner/sql_settings.hpp"
#include "runner/sql_tokens.hpp"
#include "runner/sql_types.hpp"

namespace fvm::runner {
namespace {

std::string rewritten(std::string_view sql, std::initializer_list<uint32_t> types = {}) {
  return rewrite_for_duckdb(sql, Settings(), std::span(types.begin(), types.size()));
}

rc::Gen<std::string> sql_like() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "SELECT", " ", "'a;b'", "E'\\''", "'", "\"q\"\"q\"", "\"", "--x\n", "/* ; */", "/*", "$$;$$",
          "$t$x$t$", "$1", "::", ":", "1.5e-3", ".5", "æ", ";", "(", ")", "pg_catalog", ".", "~", "regclass",
          "'{0}'", "COLLATE", "default", "OPERATOR", "current_user", "current_setting", "\n", "E", "$", "x")),
      [](const std::vector<std::string>& parts) {
        std::string sql;
        for (const auto& part : parts) sql += part;
        return sql;
      });
}

RC_GTEST_PROP(SqlTokens, NothingIsLost, ()) {
  const auto sql = *sql_like();
  std::string joined;
  for (const auto& token : read_tokens(sql)) {
    RC_ASSERT(!token.text.empty());
    joined += token.text;
  }
  RC_ASSERT(joined == sql);
}

RC_GTEST_PROP(SqlTokens, AnyBytesAreTokens, (const std::string& sql)) {
  (void)split_statements(sql);
  (void)rewritten(sql, {20, 25});
  (void)read_copy(significant(read_tokens(sql)));
}

RC_GTEST_PROP(SqlRewrite, AnySqlIsRewrittenWithoutHarm, ()) {
  const auto sql = *sql_like();
  (void)rewritten(sql, {20, 25});
  (void)read_copy(significant(read_tokens("COPY " + sql)));
}

TEST(SqlTokens, StatementsEndAtSemicolonsThatAreNotHidden) {
  EXPECT_EQ(split_statements("a; b ;; c;--d;\n"), (std::vector<std::string>{"a", " b ", " c"}));
  EXPECT_EQ(split_statements("SELECT ';', \";\", $$;$$, $x$;$x$ /* ; /* ; */ ; */ -- ;\n; b").size(), 2u);
  EXPECT_EQ(split_statements("SELECT E'\\';'; b").size(), 2u);
  EXPECT_TRUE(split_statements(" ; -- nothing\n /* x */ ").empty());
}

TEST(SqlTokens, Values) {
  EXPECT_EQ(value_of(read_tokens("'it''s'")[0]), "it's");
  EXPECT_EQ(value_of(read_tokens("E'a\\tb'")[0]), "a\tb");
  EXPECT_EQ(value_of(read_tokens("$q$x$q$")[0]), "x");
  EXPECT_EQ(value_of(read_tokens("\"A \"\"b\"")[0]), "A \"b");
  EXPECT_EQ(value_of(read_tokens("AbC")[0]), "abc");
}

TEST(SqlRewrite, OrdinarySqlIsLeftAlone) {
  for (const auto* sql :
       {"SELECT a::INTEGER, 'x' || b FROM lpr_f.kontakter WHERE c LIKE 'DE1%' -- ~ 'x'",
        "SELECT \"name\"::CHAR(3), list[1:2], {'a': 1} FROM t", "SELECT a ~~ 'x%', '~ ''x'''"})
    EXPECT_EQ(rewritten(sql), sql);
}

TEST(SqlRewrite, WhatPsqlWrites) {
  EXPECT_EQ(rewritten("c.relname OPERATOR(pg_catalog.=) 'x' COLLATE pg_catalog.default"),
            "c.relname = 'x'  ");
  EXPECT_EQ(rewritten("FROM pg_catalog.pg_class c"), "FROM fvm_catalog.pg_class c");
  EXPECT_EQ(rewritten("pg_catalog.format_type(a, b)"), "fvm_catalog.format_type(a, b)");
  EXPECT_EQ(rewritten("pg_catalog.array_to_string(a, ',')"), "array_to_string(a, ',')");
  EXPECT_EQ(rewritten("c.oid::pg_catalog.regclass"), "fvm_catalog.regclass_name(c.oid)");
  EXPECT_EQ(rewritten("'a.b'::regclass"), "fvm_catalog.regclass_oid('a.b')");
  EXPECT_EQ(rewritten("f(x, (y))::regtype"), "fvm_catalog.regtype_name(f(x, (y)))");
  EXPECT_EQ(rewritten("x::pg_catalog.text"), "x::text");
  EXPECT_EQ(rewritten("x::name"), "x::VARCHAR");
  EXPECT_EQ(rewritten("FROM information_schema.tables"), "FROM fvm_information.tables");
  EXPECT_EQ(rewritten("FROM pg_catalog.unnest(x) s"), "FROM unnest(x) s(s)");
}

TEST(SqlRewrite, RegularExpressionsFindAnywhere) {
  EXPECT_EQ(rewritten("a ~ '^DE'"), "a ~ '(?s).*(?:^DE).*'");
  EXPECT_EQ(rewritten("a !~* 'x'"), "a !~ '(?is).*(?:x).*'");
  EXPECT_EQ(rewritten("a ~ t.b AND c"), "a ~ ('(?s).*(?:' || t.b || ').*') AND c");
  EXPECT_EQ(rewritten("a ~ f(x, (y))"), "a ~ ('(?s).*(?:' || f(x, (y)) || ').*')");
  EXPECT_EQ(rewritten("SELECT ~a, (~b)"), "SELECT ~a, (~b)");
}

TEST(SqlRewrite, UsersSettingsAndParameters) {
  EXPECT_EQ(rewritten("SELECT current_user"), "SELECT fvm_catalog.\"current_user\"()");
  EXPECT_EQ(rewritten("SELECT t.current_user"), "SELECT t.current_user");
  EXPECT_EQ(rewritten("current_setting('TimeZone')"), "'UTC'");
  EXPECT_EQ(rewritten("current_setting('threads')"), "current_setting('threads')");
  EXPECT_EQ(rewritten("$1 + $2 + $3", {20, 0}), "CAST($1 AS BIGINT) + $2 + $3");
}

TEST(SqlCopy, OldAndNewOptions) {
  const auto command = read_copy(
      significant(read_tokens("COPY (SELECT ')' FROM t) TO STDOUT csv header delimiter ';' null as 'NA'")));
  ASSERT_TRUE(command.ok() && *command);
  EXPECT_EQ((*command)->source, "SELECT ')' FROM t");
  EXPECT_TRUE((*command)->options.header);
  EXPECT_EQ((*command)->options.delimiter, ';');
  EXPECT_EQ((*command)->options.null, "NA");
  const auto in = read_copy(
      significant(read_tokens("COPY s.t (a, \"B\") FROM STDIN WITH (FORMAT csv, HEADER true, QUOTE '''')")));
  ASSERT_TRUE(in.ok() && *in);
  EXPECT_EQ((*in)->table, "s.t");
  EXPECT_EQ((*in)->columns, (std::vector<std::string>{"a", "B"}));
  EXPECT_EQ((*in)->options.escape, '\'');
}

TEST(SqlCopy, FilesAreDuckDbsAndBadOptionsErrors) {
  EXPECT_FALSE(*read_copy(significant(read_tokens("COPY t TO 'x.csv' (HEADER)"))));
  EXPECT_FALSE(read_copy(significant(read_tokens("COPY t TO STDOUT (FORMAT binary)"))).ok());
  EXPECT_FALSE(read_copy(significant(read_tokens("COPY t TO STDOUT (DELIMITER 'ab')"))).ok());
  EXPECT_FALSE(read_copy(significant(read_tokens("COPY t TO STDOUT (nonsense 1)"))).ok());
  EXPECT_FALSE(read_copy(significant(read_tokens("COPY t TO STDOUT csv quote ','"))).ok());
}

TEST(SqlSettings, LocalValuesEndWithTheTransaction) {
  Settings settings;
  (void)settings.take_changed();
  ASSERT_TRUE(settings.set("application_name", "a", false).ok());
  ASSERT_TRUE(settings.set("APPLICATION_NAME", "b", true).ok());
  EXPECT_EQ(*settings.get("application_name"), "b");
  settings.transaction_ended();
  EXPECT_EQ(*settings.get("application_name"), "a");
  const auto changed = settings.take_changed();
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].second, "a");
  EXPECT_TRUE(settings.take_changed().empty());
}

TEST(SqlSettings, WhatCannotBeMetIsRefusedAndChangesNothing) {
  Settings settings;
  EXPECT_EQ(pgwire::sqlstate_of(settings.set("client_encoding", "LATIN1", false).error()), "22023");
  EXPECT_EQ(pgwire::sqlstate_of(settings.set("server_version", "9", false).error()), "55P02");
  EXPECT_EQ(pgwire::sqlstate_of(settings.set("nonsense", "1", false).error()), "42704");
  EXPECT_EQ(pgwire::sqlstate_of(settings.set("TimeZone", "Europe/Copenhagen", false).error()), "22023");
  EXPECT_EQ(*settings.get("client_encoding"), "UTF8");
}

TEST(SqlErrors, StatesHintsAndPlaces) {
  const std::string_view sql = "SELECT 1,\n  'æ', nope\nFROM t";
  const auto error = to_sql_error(usage("duck.failed", {{"reason",
                                                         "Binder Error: Referenced column \"nope\" not found "
                                                         "in FROM clause!\nCandidate bindings: \"a\"\n\n"
                                                         "LINE 2:   'æ', nope\n               ^"}}),
                                  sql);
  EXPECT_EQ(pgwire::sqlstate_of(error), "42703");
  EXPECT_EQ(error.argument("message"), "Referenced column \"nope\" not found in FROM clause!");
  EXPECT_EQ(error.argument("hint"), "Candidate bindings: \"a\"");
  EXPECT_EQ(error.argument("position"), "18");
  EXPECT_EQ(pgwire::sqlstate_of(to_sql_error(refused("duck.interrupted"), sql)), "57014");
  EXPECT_EQ(
      pgwire::sqlstate_of(to_sql_error(surroundings("duck.out_of_memory", {{"memory_mib", "64"}}), sql)),
      "53200");
  EXPECT_EQ(pgwire::sqlstate_of(to_sql_error(usage("duck.failed", {{"reason", "odd"}}), sql)), "XX000");
}

TEST(SqlTypes, NamesAsPostgresGivesThem) {
  EXPECT_EQ(column_name("count_star()"), "count");
  EXPECT_EQ(column_name("sum(a + (b))"), "sum");
  EXPECT_EQ(column_name("fvm_catalog.\"version\"()"), "version");
  EXPECT_EQ(column_name("(a + b)"), "(a + b)");
  EXPECT_EQ(column_name("CAST(a AS INTEGER)"), "CAST(a AS INTEGER)");
  EXPECT_EQ(column_name("plain"), "plain");
}

TEST(SqlTypes, DecimalsCarryTheirWidth) {
  duck::Column column{"a", {}};
  column.type.kind = duck::Kind::decimal;
  column.type.width = 9;
  column.type.scale = 2;
  EXPECT_EQ(to_postgres(column).modifier, ((9 << 16) | 2) + 4);
  column.type.kind = duck::Kind::list;
  EXPECT_EQ(to_postgres(column).type, pgwire::oid::text);
  EXPECT_FALSE(is_writable(column.type));
}

}  // namespace
}  // namespace fvm::runner
