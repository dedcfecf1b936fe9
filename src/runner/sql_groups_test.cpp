// Plain GROUP BYs read from DuckDB's own tree.
#include <gtest/gtest.h>

#include "duck/database.hpp"
#include "runner/sql_groups.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

class Engine {
 public:
  std::string ask(const std::string& sql) {
    auto result = connection_.query(sql).value();
    return std::string(result.next().value().column(0).text(0));
  }
  Result<std::optional<Groups>> read(const std::string& sql) {
    return read_groups(json::parse(ask("SELECT json_serialize_sql(" + duck::quote_text(sql) + ")")),
                       aggregates_);
  }
  std::string select(const Groups& groups) {
    return ask("SELECT json_deserialize_sql(" + duck::quote_text(json::serialize(groups.select)) + ")");
  }

 private:
  duck::Database database_ = duck::Database::open({.memory_mib = 256, .threads = 1}).value();
  duck::Connection connection_ = database_.connect().value();
  const Aggregates aggregates_{"count", "count_star", "sum", "avg", "mean", "max", "median"};
};

// No static: it must end before what DuckDB keeps for the thread does (duck/database.hpp).
std::unique_ptr<Engine> engine;

class GroupBy : public testing::Test {
 public:
  static void SetUpTestSuite() { engine = std::make_unique<Engine>(); }
  static void TearDownTestSuite() { engine.reset(); }
};

// "pnr: kommune, n=count(pnr) | SELECT …", the code of what is wrong, or "as any other".
std::string drawn(const std::string& sql) {
  const auto groups = engine->read(sql);
  if (!groups.ok()) return groups.error().code;
  if (!*groups) return "as any other";
  constexpr const char* names[] = {"", "count", "sum", "mean"};
  std::string out = (*groups)->unit + ":";
  for (const GroupsColumn& column : (*groups)->columns) {
    const std::string function = names[static_cast<size_t>(column.what)];
    out += " " + column.name + (function.empty() ? "" : "=" + function + "(" + column.of + ")");
  }
  for (const GroupsOrder& order : (*groups)->order)
    out += " " + std::string(order.descending ? "-" : "+") + std::to_string(order.column);
  return out + " | " + engine->select(**groups);
}

TEST_F(GroupBy, counts_sums_and_means_of_columns) {
  EXPECT_EQ(drawn("SELECT kommune, count(DISTINCT pnr) AS n FROM bef.person GROUP BY kommune"),
            "pnr: kommune n=count(pnr) | SELECT kommune AS kommune, pnr AS pnr FROM bef.person");
  EXPECT_EQ(drawn("SELECT p.koen, upper(kommune) k, count(DISTINCT p.pnr), sum(beloeb), avg(beloeb) FROM "
                  "bef.person AS p "
                  "WHERE (beloeb > 3) GROUP BY 1, k ORDER BY k DESC, 1"),
            "pnr: koen k count=count(pnr) sum=sum(beloeb) avg=mean(beloeb) -1 +0 | SELECT p.koen AS koen, "
            "upper(kommune) AS k, p.pnr AS pnr, beloeb AS beloeb FROM bef.person AS p WHERE (beloeb > 3)");
}

TEST_F(GroupBy, all_and_expressions_and_with) {
  EXPECT_EQ(drawn("WITH x AS (SELECT pnr, koen FROM bef.person) SELECT koen, count(DISTINCT pnr) FROM x "
                  "GROUP BY ALL"),
            "pnr: koen count=count(pnr) | WITH x AS (SELECT pnr, koen FROM bef.person)SELECT koen AS koen, "
            "pnr AS pnr FROM x");
  EXPECT_EQ(drawn("SELECT upper(koen) AS k, count(DISTINCT pnr) FROM t GROUP BY upper(koen)").substr(0, 24),
            "pnr: k count=count(pnr) ");
}

TEST_F(GroupBy, what_groups_nothing_is_as_any_other_statement) {
  EXPECT_EQ(drawn("SELECT * FROM bef.person"), "as any other");
  EXPECT_EQ(drawn("SELECT 1 UNION SELECT 2"), "as any other");
  EXPECT_EQ(drawn("SELECT relname, count(*) FROM pg_catalog.pg_class GROUP BY 1"), "as any other");
  EXPECT_EQ(drawn("SELECT table_name, count(*) FROM information_schema.columns GROUP BY 1"), "as any other");
  EXPECT_EQ(drawn("SELEC 1"), "as any other");
}

TEST_F(GroupBy, what_a_safe_table_cannot_be_is_said) {
  EXPECT_EQ(drawn("SELECT count(DISTINCT pnr) FROM t"), "groups.no_group_by");
  EXPECT_EQ(drawn("SELECT k, count(*) FROM t GROUP BY k"), "groups.count_rows");
  EXPECT_EQ(drawn("SELECT k, count(pnr) FROM t GROUP BY k"), "groups.count_rows");
  EXPECT_EQ(drawn("SELECT k, sum(x) FROM t GROUP BY k"), "groups.no_persons");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr), count(DISTINCT cpr) FROM t GROUP BY k"),
            "groups.two_units");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr), max(x) FROM t GROUP BY k"), "groups.aggregate");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr), sum(DISTINCT x) FROM t GROUP BY k"), "groups.aggregate");
  EXPECT_EQ(
      drawn("SELECT k, count(DISTINCT pnr), sum(CASE WHEN pnr = 7 THEN 1 ELSE 0 END) FROM t GROUP BY k"),
      "groups.not_plain");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr) FILTER (x > 1) FROM t GROUP BY k"), "groups.clause");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr) FROM t GROUP BY k HAVING count(*) > 3"), "groups.clause");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr) FROM t GROUP BY k LIMIT 3"), "groups.clause");
  EXPECT_EQ(drawn("SELECT DISTINCT k, count(DISTINCT pnr) FROM t GROUP BY k"), "groups.clause");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr) FROM t GROUP BY ROLLUP (k)"), "groups.clause");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr), sum(x) OVER () FROM t GROUP BY k"), "groups.clause");
  EXPECT_EQ(drawn("SELECT k || 'x', count(DISTINCT pnr) FROM t GROUP BY 1"), "groups.needs_name");
  EXPECT_EQ(drawn("SELECT k, j, count(DISTINCT pnr) FROM t GROUP BY k"), "groups.not_grouped");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr) FROM t GROUP BY k, j"), "groups.not_selected");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr) FROM t GROUP BY 3"), "groups.not_selected");
  EXPECT_EQ(drawn("SELECT upper(k) AS k, count(DISTINCT pnr) FROM t GROUP BY k"), "groups.not_selected")
      << "the column or what was made of it";
  EXPECT_EQ(drawn("SELECT x AS k, count(DISTINCT pnr), sum(k) FROM t GROUP BY 1"), "groups.name_twice");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr) FROM t GROUP BY k ORDER BY j"), "groups.order");
  EXPECT_EQ(drawn("SELECT *, count(DISTINCT pnr) FROM t GROUP BY ALL"), "groups.star");
}

TEST_F(GroupBy, an_aggregate_inside_an_expression_is_no_group) {
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr), sum(x) / 2 AS half FROM t GROUP BY k"),
            "groups.in_expression");
  EXPECT_EQ(drawn("SELECT k, count(DISTINCT pnr), sum(x) / 2 AS half FROM t GROUP BY ALL"),
            "groups.in_expression");
}

TEST_F(GroupBy, a_tree_of_another_form) {
  for (const char* text :
       {"{}", "[]", R"({"error": false, "statements": [{"node": 7}]})",
        R"({"error": false, "statements": [{"node": {"type": "SELECT_NODE", "group_expressions": [],
                               "select_list": 3, "from_table": {}}}]})"}) {
    const auto read = read_groups(json::parse(text), {});
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, "groups.unreadable");
  }
}

}  // namespace
}  // namespace fvm::runner
