#include "runner/ingest_persons.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "duck/database.hpp"

namespace fvm::runner {
namespace {

// Whether the values of a query's one column are taken for persons.
bool suspicious(const std::string& query) {
  const auto database = duck::Database::open({.memory_mib = 256, .threads = 1});
  auto connection = database->connect();
  auto rows = connection->query(query);
  EXPECT_TRUE(rows.ok()) << query;
  PersonCounts counts;
  while (const duck::Chunk chunk = rows->next().value()) count_persons(chunk.column(0), counts);
  return counts.is_suspicious();
}

// Numbers of people born on many days, as text of ten digits.
constexpr const char* persons =
    "format('{:02d}{:02d}{:02d}{:04d}', 1 + i % 28, 1 + i // 28 % 12, i % 50, 1000 + i % 9000)";

std::string of(const std::string& value, size_t rows) {
  return fmt::format("SELECT {} FROM range({}) r(i)", value, rows);
}

TEST(Persons, AreSeenAsTextsNumbersAndDecimals) {
  const std::string text = persons;
  EXPECT_TRUE(suspicious(of(text, 5000)));
  EXPECT_TRUE(suspicious(of(text, 5)));
  EXPECT_TRUE(suspicious(of(text + "[1:6] || '-' || " + text + "[7:10]", 100)));
  EXPECT_TRUE(suspicious(of("'  ' || " + text + " || ' '", 100)));
  EXPECT_TRUE(suspicious(of(text + "::BIGINT", 100)));
  EXPECT_TRUE(suspicious(of(text + "::DOUBLE", 100)));
  EXPECT_TRUE(suspicious(of(text + " ", 9) + " UNION ALL SELECT 'ord' FROM range(100000)"));
}

TEST(Persons, OtherValuesAreNot) {
  EXPECT_FALSE(suspicious(of(persons, 4)));
  EXPECT_FALSE(suspicious(of("(hash(i) % 10000000000)::BIGINT", 100000)));
  EXPECT_FALSE(suspicious(of("lpad((hash(i) % 10000000000)::VARCHAR, 10, '0')", 100000)));
  EXPECT_FALSE(suspicious(of("(DATE '1950-01-01' + i::INTEGER)::VARCHAR", 10000)));
  EXPECT_FALSE(suspicious(of("'D' || (100000000 + i)", 10000)));
  EXPECT_FALSE(suspicious(of("NULL::VARCHAR", 10000)));
}

// From wherever keys begin to count, and however far they come.
TEST(Persons, KeysThatCountUpwardsAreNot) {
  for (const long start : {101'000'000L, 1'001'000'000L, 1'012'999'000L, 3'112'000'000L, 6'101'500'000L}) {
    for (const size_t rows : {size_t{20}, size_t{3000}, size_t{300'000}}) {
      EXPECT_FALSE(suspicious(of(fmt::format("{} + i", start), rows))) << start << " " << rows;
      EXPECT_FALSE(suspicious(of(fmt::format("lpad(({} + i)::VARCHAR, 10, '0')", start), rows))) << start;
    }
    // Every thousandth key only: it runs through a hundred days in a row and more.
    EXPECT_FALSE(suspicious(of(fmt::format("{} + i * 1000", start), 200'000))) << start;
  }
}

}  // namespace
}  // namespace fvm::runner
