// The counts on small tables, against what one counts by hand and against a slow twin.
#include "runner/precheck.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <map>
#include <set>

namespace fvm::runner {
namespace {

using ::testing::ElementsAre;

template <class T>
T valued(Result<T> result) {
  if (!result.ok())
    throw std::runtime_error(result.error().code + " " + std::string(result.error().argument("reason")));
  return std::move(result).value();
}
void done(Result<void> result) {
  if (!result.ok())
    throw std::runtime_error(result.error().code + " " + std::string(result.error().argument("reason")));
}

struct Row {
  int person, day, code;
};

// Counts over rows; `persons` 1..n are the population.
PrecheckResult count(int persons, const std::vector<Row>& rows, const std::map<int, std::string>& sexes,
                     uint64_t persons_max = 1000) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("precheck_test_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "out" / "population");
  // One engine for all examples, an empty database in it for each; never closed, for at the end of the
  // program DuckDB's own statics may be gone before it.
  static const auto& database =
      *new duck::Database(valued(duck::Database::open({.memory_mib = 256, .threads = 2})));
  auto connection = valued(database.connect());
  done(connection.run("ATTACH ':memory:' AS example; USE example"));
  done(
      connection.run("CREATE TABLE rows(person BIGINT, day INTEGER, code INTEGER); CREATE TABLE sexes(person "
                     "BIGINT, value VARCHAR)"));
  std::string values, pairs;
  for (const Row& row : rows)
    values += fmt::format("{}({}, {}, {})", values.empty() ? "" : ", ", row.person, row.day, row.code);
  for (const auto& [person, sex] : sexes)
    pairs += fmt::format("{}({}, '{}')", pairs.empty() ? "" : ", ", person, sex);
  if (!values.empty()) done(connection.run("INSERT INTO rows VALUES " + values));
  if (!pairs.empty()) done(connection.run("INSERT INTO sexes VALUES " + pairs));
  PrecheckDocument document;
  document.build.input = folder, document.build.output = folder / "out";
  document.build.any = {"SELECT unnest(range(1, " + std::to_string(persons + 1) + "))::BIGINT AS person"};
  document.traits = {{"sex", "SELECT person, value FROM sexes"}};
  document.events = {{"T.rows",
                      {"day", "code"},
                      "SELECT p.project AS person, r.day AS c0, r.code AS c1 FROM rows r JOIN population p "
                      "ON p.mirror = r.person",
                      rows.size()}};
  document.persons_max = persons_max, document.rows_max = 1'000'000;
  auto result = valued(count_precheck(connection, document));
  done(connection.run("USE memory; DETACH example"));
  std::filesystem::remove_all(folder);
  return result;
}

TEST(Precheck, WhoIsAloneWithHisTraits) {
  const auto result = count(4, {{1, 1, 1}}, {{1, "M"}, {2, "F"}, {3, "F"}, {4, "F"}, {9, "M"}});
  EXPECT_EQ(result.persons, 4u);
  EXPECT_EQ(result.traits.all.persons, 4u);
  EXPECT_EQ(result.traits.all.unique, 1u) << "9 is outside the population and does not hide 1";
  EXPECT_THAT(result.traits.without, ElementsAre(0u));
}

TEST(Precheck, WhoIsAloneWithARow) {
  // 1 and 2 share (1, 1); 3 has (1, 2) alone; 4's row is 1's too but of the other sex.
  const auto result = count(4, {{1, 1, 1}, {2, 1, 1}, {3, 1, 2}, {4, 1, 1}, {3, 1, 2}},
                            {{1, "M"}, {2, "M"}, {3, "M"}, {4, "F"}});
  ASSERT_EQ(result.events.size(), 1u);
  EXPECT_EQ(result.events[0].persons, 4u);
  EXPECT_EQ(result.events[0].unique_any, 2u);
  EXPECT_EQ(result.events[0].unique_one, 2u);
  EXPECT_THAT(result.events[0].without, ElementsAre(2u, 1u)) << "without the code only 4 stands out";
}

TEST(Precheck, ManyRowsOneOfThemAlone) {
  std::vector<Row> rows{{1, 99, 99}};
  for (int day = 0; day < 50; ++day) rows.push_back({1, day, 1}), rows.push_back({2, day, 1});
  const auto result = count(2, rows, {{1, "M"}, {2, "M"}});
  EXPECT_EQ(result.events[0].unique_any, 1u);
  EXPECT_LE(result.events[0].unique_one, 1u);
  EXPECT_EQ(result.events[0].unique_one, count(2, rows, {{1, "M"}, {2, "M"}}).events[0].unique_one)
      << "the same pick each time";
}

TEST(Precheck, TheFingerprintIsTheSets) {
  const auto a = count(5, {}, {}), b = count(5, {{1, 1, 1}}, {{1, "M"}}), c = count(6, {}, {});
  EXPECT_EQ(a.fingerprint, b.fingerprint);
  EXPECT_NE(a.fingerprint, c.fingerprint);
  EXPECT_EQ(count(0, {}, {}).persons, 0u);
}

TEST(Precheck, ASampleIsComparedWithEverybody) {
  // Everybody has one twin: in a sample without its twins all would look alone.
  std::vector<Row> rows;
  for (int person = 1; person <= 400; ++person) rows.push_back({person, (person + 1) / 2, 1});
  const auto result = count(400, rows, {}, 40);
  EXPECT_EQ(result.events[0].sample, 10u);
  EXPECT_GT(result.events[0].persons, 10u);
  EXPECT_LT(result.events[0].persons, 100u);
  EXPECT_EQ(result.events[0].unique_any, 0u);
}

// Slow and obvious: compares every person's rows with everybody's.
uint64_t alone_slowly(int persons, const std::vector<Row>& rows, const std::map<int, std::string>& sexes) {
  const auto sex = [&](int person) {
    return sexes.contains(person) ? sexes.at(person) : std::string("none");
  };
  std::set<int> alone;
  for (const Row& mine : rows) {
    if (mine.person < 1 || mine.person > persons) continue;
    bool shared = false;
    for (const Row& other : rows) {
      shared |= other.person >= 1 && other.person <= persons && other.person != mine.person &&
                other.day == mine.day && other.code == mine.code && sex(other.person) == sex(mine.person);
    }
    if (!shared) alone.insert(mine.person);
  }
  return alone.size();
}

RC_GTEST_PROP(Precheck, AgreesWithASlowTwin, ()) {
  const int persons = *rc::gen::inRange(1, 8);
  const auto rows = *rc::gen::container<std::vector<Row>>(
      rc::gen::apply([](int person, int day, int code) { return Row{person, day, code}; },
                     rc::gen::inRange(0, 10), rc::gen::inRange(0, 3), rc::gen::inRange(0, 3)));
  std::map<int, std::string> sexes;
  for (int person = 0; person < 10; ++person) sexes[person] = *rc::gen::element<std::string>("M", "F");
  RC_ASSERT(count(persons, rows, sexes).events[0].unique_any == alone_slowly(persons, rows, sexes));
}

}  // namespace
}  // namespace fvm::runner
