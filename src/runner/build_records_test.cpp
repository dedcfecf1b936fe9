// Keys of records that are no numbers: found out when two become one, in what the project has and nowhere
// else.
#include <gtest/gtest.h>

#include "crypto/identifier.hpp"
#include "runner/build_testing.hpp"

namespace fvm::runner {
namespace {

using namespace testing;

class BuiltRecords : public Build {
 protected:
  // Texts that begin with the same letter are packed to one number; digits are numbers.
  BuiltRecords() {
    must(
        connection_->run("CREATE MACRO packed_text(t) AS CASE WHEN regexp_full_match(t, '[0-9]+') THEN 0 "
                         "ELSE 1000 + ascii(t) END"));
    document_.any = {persons("(1),(2)")};
    population();
  }
  // A table whose column kode is a key of records.
  void table(const std::string& name, const std::string& rows) {
    built({{mirror_file(name, rows)}}, {});
    document_.tables.back().records = {
        "SELECT t.kode AS text FROM read_parquet(getvariable('files'), union_by_name = true) t JOIN "
        "population p ON "
        "p.mirror = t.cpr"};
  }
  std::string check() {
    const auto checked = check_record_texts(*connection_, document_);
    return checked.ok() ? "" : checked.error().code + " " + std::string(checked.error().argument("count"));
  }
};

const std::string none = ", NULL::BIGINT, NULL::BIGINT, ", day = ", DATE '2020-01-01')";

TEST_F(BuiltRecords, DifferentTextsAndTheSameOneAgainAreNoCollision) {
  table("a", "(1::BIGINT" + none + "'ab'" + day + ", (1" + none + "'ab'" + day + ", (2" + none + "'b'" + day);
  table("b", "(1::BIGINT" + none + "'ab'" + day);
  EXPECT_EQ(check(), "");
}

TEST_F(BuiltRecords, TwoTextsOfOneNumberAreFoundAlsoInTwoTables) {
  table("a", "(1::BIGINT" + none + "'ab'" + day + ", (2" + none + "'b'" + day);
  table("b", "(1::BIGINT" + none + "'ac'" + day);
  EXPECT_EQ(check(), "build.record_keys_met 2");
}

TEST_F(BuiltRecords, NumbersNeverMeetAndWhatIsNotTheProjectsDoesNotCount) {
  table("a", "(1::BIGINT" + none + "'12'" + day + ", (2" + none + "'13'" + day + ", (3" + none + "'ab'" +
                 day + ", (1" + none + "'ac'" + day);
  EXPECT_EQ(check(), "") << "person 3 is not in the population";
}

// The worker's own functions: what is spread, what is noted.
TEST_F(Build, RecordKeysAreNotedWhenTheyAreNoNumbers) {
  RecordKeys keys;
  must(add_record_functions(*connection_, *keeper_, document_.project, keys));
  const auto number = [&](const std::string& sql) {
    return valued(connection_->query_number("SELECT " + sql));
  };
  EXPECT_EQ(number("project_record('17')") - number("project_record('16')"), 1);
  EXPECT_EQ(number("packed_text('17')"), 0);
  EXPECT_FALSE(keys.texts) << "packed_text only asks";
  EXPECT_EQ(number("packed_text('a-17')"), static_cast<int64_t>(crypto::pack_record("a-17")));
  EXPECT_FALSE(keys.texts);
  number("project_record('a-17')");
  EXPECT_TRUE(keys.texts);
  EXPECT_NE(crypto::pack_record("a-17"), crypto::pack_record("a-17", 1));
  EXPECT_EQ(crypto::pack_record("17"), crypto::pack_record("17", 1))
      << "numbers are the same under every spread";
}

}  // namespace
}  // namespace fvm::runner
