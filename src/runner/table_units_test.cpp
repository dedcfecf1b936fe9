// Persons and their combinations of values, from the first job to the second: also when the file is not what
// the first job writes, when it does not fit into memory at once, and when a pair comes many times.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "runner/table_pairs.hpp"
#include "runner/table_rows.hpp"
#include "runner/table_testing.hpp"
#include "runner/table_units.hpp"

namespace fvm::runner {
namespace {

using Text = TableCodes::Text;

class TableUnitsTest : public TableFolderTest {
 protected:
  TableJudgement job(uint64_t memory_mib = 256) const {
    TableJudgement out{.engine = {.memory_mib = memory_mib, .threads = 2}};
    out.input = folder_;
    return out;
  }
  std::string read_error(size_t combinations) {
    const auto units = read_units(connection_, job(), combinations);
    return units.ok() ? "" : units.error().code;
  }
};

// What `rows` (unit, value, above) gives, gathered and numbered, as "unit: value/above".
std::multiset<std::string> listed(const TableUnits& units, const TableCombinations& combinations) {
  std::multiset<std::string> out;
  for (const auto& part : units.parts)
    for (size_t unit = 0; unit < part.mirror.size(); ++unit)
      for (const uint32_t each : part.of(unit)) {
        const auto& [value, parent] = combinations.values[0][combinations.index[0][each]];
        out.insert(fmt::format("{}: {}/{}", part.mirror[unit], value.value_or("?"), parent.value_or("?")));
      }
  return out;
}

// What reads the rows must not be asked before the engine has joined them: it would keep rows that are none.
TEST_F(TableUnitsTest, only_rows_that_the_join_leaves_are_read) {
  run("CREATE TABLE asked AS SELECT i AS key, i % 7 AS value FROM range(20000) t(i);"
      "CREATE TABLE known AS SELECT i AS key FROM range(0, 20000, 4) t(i)");
  TableRows rows(1);
  const auto read =
      rows.read(connection_, "(SELECT key, value FROM asked SEMI JOIN known USING (key))", {.rows = 5000});
  ASSERT_TRUE(read.ok()) << read.error().code;
  EXPECT_EQ(rows.part(0).size(), 5000u);
}

TEST_F(TableUnitsTest, pairs_arrive_as_the_rows_said_them) {
  const std::vector<TableDimension> dimensions{{.name = "kommune", .parent = "region"}};
  const TableNumbers numbers(dimensions);
  TablePairs pairs(numbers, 64 << 20);
  ASSERT_TRUE(connection_.register_function(pairs.function()).ok());
  // 30,000 persons, every third in two places, each row seven times; some places have long names or none.
  run("CREATE TABLE rows AS SELECT CASE WHEN i = 5 THEN NULL ELSE i % 30000 END AS unit, CASE i % 7 WHEN 0 "
      "THEN "
      "NULL WHEN 1 THEN 'a place with a long name ' || i % 11 ELSE 'k' || i % 500 END AS place, CASE WHEN i "
      "% 5 "
      "> 0 THEN 'r' || i % 500 % 4 END AS above FROM (SELECT CASE WHEN i % 3 = 0 THEN i ELSE i % 30000 END "
      "AS i "
      "FROM range(60000) r(i)), range(7)");
  const auto seen = connection_.query_number("SELECT sum(table_pair(unit::BIGINT, place, above)) FROM rows");
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(*seen, 420000);
  ASSERT_TRUE(pairs.is_whole(420000));
  ASSERT_TRUE(pairs.write(connection_, folder_ + "/pairs.parquet").ok());
  ASSERT_TRUE(numbers.write(connection_, folder_ + "/combinations.parquet").ok());
  write("population", "SELECT i + 1000000 AS mirror, i AS project FROM range(30000) r(i)");

  std::multiset<std::string> expected;
  auto result = connection_.query(
      "SELECT DISTINCT format('{}: {}/{}', unit + 1000000, coalesce(place, '?'), coalesce(above, '?')) FROM "
      "rows "
      "WHERE unit IS NOT NULL");
  while (const duck::Chunk chunk = result->next().value())
    for (size_t i = 0; i < chunk.rows(); ++i) expected.emplace(chunk.column(0).text(i));
  const auto combinations =
      read_combinations(connection_, folder_ + "/combinations.parquet", dimensions).value();
  // With little memory the same, in several goes.
  for (const uint64_t memory_mib : {256, 1}) {
    const auto units = read_units(connection_, job(memory_mib), combinations.size());
    ASSERT_TRUE(units.ok());
    EXPECT_EQ(listed(*units, combinations), expected) << memory_mib;
    EXPECT_FALSE(units->single);
  }
}

TEST_F(TableUnitsTest, pairs_that_do_not_fit_are_not_whole) {
  const std::vector<TableDimension> dimensions{{.name = "kommune", .parent = ""}};
  TablePairs pairs(TableNumbers{dimensions}, 1 << 20);
  ASSERT_TRUE(connection_.register_function(pairs.function()).ok());
  ASSERT_TRUE(connection_.run("SELECT sum(table_pair(i, 'x')) FROM range(1000000) r(i)").ok());
  EXPECT_FALSE(pairs.is_whole(1000000));
}

TEST_F(TableUnitsTest, a_row_too_many_is_noticed) {
  const std::vector<TableDimension> dimensions{{.name = "kommune", .parent = ""}};
  TablePairs pairs(TableNumbers{dimensions}, 1 << 20);
  ASSERT_TRUE(connection_.register_function(pairs.function()).ok());
  ASSERT_TRUE(connection_.run("SELECT sum(table_pair(i, 'x')) FROM range(11) r(i)").ok());
  EXPECT_FALSE(pairs.is_whole(10));
}

TEST_F(TableUnitsTest, too_many_values_are_refused_while_they_are_counted) {
  const std::vector<TableDimension> dimensions{{.name = "kommune", .parent = ""}};
  const TableNumbers numbers(dimensions);
  ASSERT_TRUE(connection_.register_function(numbers.function()).ok());
  const auto values = [&](size_t count) {
    return connection_.run(
        fmt::format("SELECT max(table_combination(i::VARCHAR)) FROM range({}) r(i)", count));
  };
  ASSERT_TRUE(values(table_values_max).ok());
  const auto more = values(table_values_max + 1);
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().code, "table.too_many_values");
}

TEST_F(TableUnitsTest, units_are_counted_once_a_value_and_once_an_upper_level) {
  write("combinations",
        "FROM (VALUES (0::UINTEGER, 'a', 'r'), (1, 'b', 'r'), (2, NULL, NULL), (3, 'c', 's')) t(combination, "
        "d0, "
        "p0)");
  write("pairs", "FROM (VALUES (1, 0), (1, 1), (2, 0), (3, 2), (3, 0), (3, 1)) t(unit, combination)");
  write("population", "SELECT i + 10 AS mirror, i AS project FROM range(9) r(i)");
  TableJudgement wanted = job();
  wanted.dimensions = {{.name = "kommune", .parent = "region"}};
  const auto combinations =
      read_combinations(connection_, folder_ + "/combinations.parquet", wanted.dimensions).value();
  const auto counted =
      count_units(read_units(connection_, wanted, combinations.size()).value(), combinations, wanted);
  std::string values;
  for (const TableValue& each : counted.values[0])
    values += fmt::format("{}:{} ", each.value.value_or("?"), each.units);
  EXPECT_EQ(values, "a:3 b:2 ?:1 ") << "nobody is in c";
  EXPECT_EQ(counted.parents[0].at("r"), 3u) << "in two places of one region is in the region once";
}

TEST_F(TableUnitsTest, persons_with_several_numbers_of_the_mirror_have_the_least_of_them) {
  write("pairs", "SELECT 7 AS unit, 0 AS combination");
  write("population", "FROM (VALUES (30, 7), (20, 7), (NULL, 7), (10, 8)) t(mirror, project)");
  const auto units = read_units(connection_, job(), 1).value();
  ASSERT_EQ(units.parts.size(), 1u);
  EXPECT_EQ(units.parts[0].mirror, std::vector<int64_t>{20});
}

TEST_F(TableUnitsTest, changes_of_the_map_take_the_place_of_what_it_says) {
  write("pairs", "FROM (VALUES (7, 0), (8, 0), (9, 0)) t(unit, combination)");
  write("population", "FROM (VALUES (30, 7), (10, 8)) t(mirror, project)");
  write("population_changes", "FROM (VALUES (30, NULL), (40, 7), (50, 9), (NULL, 6)) t(mirror, project)");
  const auto units = read_units(connection_, job(), 1).value();
  ASSERT_EQ(units.parts.size(), 1u);
  auto mirror = units.parts[0].mirror;
  std::sort(mirror.begin(), mirror.end());
  EXPECT_EQ(mirror, (std::vector<int64_t>{10, 40, 50}));
  write("population_changes", "FROM (VALUES (10, NULL)) t(mirror, project)");
  EXPECT_EQ(read_error(1), "table.unit_unknown") << "8 is nobody in the project now";
}

TEST_F(TableUnitsTest, who_is_nobody_in_the_project_is_refused_or_left_out) {
  write("pairs", "FROM (VALUES (7, 0), (9, 0)) t(unit, combination)");
  write("population", "FROM (VALUES (30, 7), (NULL, 9)) t(mirror, project)");
  EXPECT_EQ(read_error(1), "table.unit_unknown");
  TableJudgement left_out = job();
  left_out.leave_unknown = true;
  EXPECT_EQ(read_units(connection_, left_out, 1).value().parts[0].mirror, std::vector<int64_t>{30});
}

TEST_F(TableUnitsTest, a_pair_that_nobody_wrote_is_no_result) {
  write("population", "SELECT i + 10 AS mirror, i AS project FROM range(9) r(i)");
  for (const char* pair : {"(1, 2)", "(1, -1)", "(1, NULL)", "(NULL, 1)", "(1, 4294967296)"}) {
    write("pairs", fmt::format("FROM (VALUES (2, 1), {}) t(unit, combination)", pair));
    EXPECT_EQ(read_error(2), "table.bad_result") << pair;
  }
  write("pairs", "SELECT 1 AS unit, 0 AS combination");
  EXPECT_EQ(read_error(0), "table.bad_result") << "of a combination when there is none";
  EXPECT_EQ(read_error(1), "");
}

TEST_F(TableUnitsTest, combinations_that_nobody_wrote_are_no_result) {
  const std::vector<TableDimension> dimensions{{.name = "kommune", .parent = ""}};
  const auto error = [&](const std::string& rows) {
    write("combinations", "FROM (VALUES " + rows + ") t(combination, d0)");
    const auto read = read_combinations(connection_, folder_ + "/combinations.parquet", dimensions);
    return read.ok() ? "" : read.error().code;
  };
  EXPECT_EQ(error("(1, 'b'), (0, 'a'), (2, NULL)"), "");
  EXPECT_EQ(error("(0, 'a'), (0, 'b')"), "table.bad_result") << "twice the same number";
  EXPECT_EQ(error("(0, 'a'), (2, 'b')"), "table.bad_result") << "a number left out";
  EXPECT_EQ(error("(0, 'a'), (1, 'a')"), "table.bad_result") << "twice the same values";
  EXPECT_EQ(error("(0, 'a'), (NULL, 'b')"), "table.bad_result") << "no number";
}

}  // namespace
}  // namespace fvm::runner
