// What a refresh writes of a table of which the project has rows already.
#include "runner/build_testing.hpp"

namespace fvm::runner {
namespace {

using namespace testing;
using Members = std::set<int64_t>;

// A refresh: 1 stays, 2 goes, 3 comes.
class Refresh : public Build {
 protected:
  Refresh() {
    must(
        connection_->run("COPY (SELECT *, NULL::DATE AS index_day, true AS is_main, false AS is_control, "
                         "NULL::BIGINT AS match_set, "
                         "NULL::VARCHAR AS cohort FROM (VALUES (1::BIGINT, " +
                         std::to_string(1 + person_shift) + "::BIGINT), (2, " +
                         std::to_string(2 + person_shift) + ")) v(mirror, project)) TO " +
                         duck::quote_text((folder_ / "former.parquet").string()) + " (FORMAT PARQUET)"));
    document_.former = true;
    document_.any = {persons("(1),(3)")};
  }
  std::string row(int person, int mother, const std::string& code) {
    return "(" + std::to_string(person) + "::BIGINT, " + std::to_string(mother) + "::BIGINT, 8::BIGINT, '" +
           code + "', DATE '2020-01-02')";
  }
  std::set<std::string> codes(const BuiltGroup& group) {
    std::set<std::string> out;
    for (const BuiltFile& file : group.files) {
      auto result = valued(connection_->query(
          "SELECT kode FROM read_parquet(" + duck::quote_text((folder_ / "out" / file.path).string()) + ")"));
      while (duck::Chunk chunk = valued(result.next())) {
        for (size_t i = 0; i < chunk.rows(); ++i) out.emplace(chunk.column(0).text(i));
      }
    }
    return out;
  }
};
using Codes = std::set<std::string>;
using What = BuiltGroup::What;

TEST_F(Refresh, OnlyTheFilesOfThoseWhoCameAndWentAreTouched) {
  const std::string stays = mirror_file("stays", row(1, 9, "a") + "," + row(7, 9, "b"));
  const std::string goes = mirror_file("goes", row(2, 9, "c") + "," + row(1, 9, "d"));
  const std::string comes = mirror_file("comes", row(3, 9, "e") + "," + row(1, 9, "f"));
  const std::string both = mirror_file("both", row(3, 9, "g") + "," + row(2, 9, "h") + "," + row(1, 9, "i"));
  const std::string fresh = mirror_file("fresh", row(1, 9, "j") + "," + row(2, 9, "k"));
  document_.tables = {contacts({{fresh}}, {{stays}, {goes}, {comes}, {both}})};
  population();
  const auto groups = valued(build_table(*connection_, document_, 0));
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(codes(groups[0]), Codes{"j"});
  EXPECT_EQ(groups[1].what, What::again);
  EXPECT_EQ(groups[1].index, 1u);
  EXPECT_EQ(codes(groups[1]), Codes{"d"});
  EXPECT_EQ(groups[2].what, What::again);
  EXPECT_EQ(groups[2].index, 3u);
  EXPECT_EQ(codes(groups[2]), (Codes{"g", "i"}));
  EXPECT_EQ(groups[3].what, What::more);
  EXPECT_EQ(groups[3].index, 2u);
  EXPECT_EQ(codes(groups[3]), Codes{"e"});
}

TEST_F(Refresh, ARelativeWhoComesOrGoesChangesTheRowsOfOthers) {
  const std::string same = mirror_file("same", row(1, 9, "a"));
  const std::string came = mirror_file("came", row(1, 3, "b"));
  const std::string went = mirror_file("went", row(1, 2, "c"));
  document_.tables = {contacts({}, {{same}, {came}, {went}})};
  population();
  const auto groups = valued(build_table(*connection_, document_, 0));
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].index, 1u);
  EXPECT_EQ(groups[1].index, 2u);
  for (const BuiltGroup& group : groups) EXPECT_EQ(group.what, What::again);
}

TEST_F(Refresh, AKeptPopulationAsksNobodyAndWritesNoMap) {
  document_.population_kept = true;
  document_.any = {"SELECT this is never run"};
  const std::string fresh = mirror_file("fresh", row(1, 9, "a") + "," + row(3, 9, "b"));
  document_.tables = {contacts({{fresh}}, {{mirror_file("old", row(2, 9, "c"))}})};
  document_.tables[0].providers.clear();
  EXPECT_EQ(members(), (Members{1, 2}));
  const auto groups = valued(build_table(*connection_, document_, 0));
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(codes(groups[0]), Codes{"a"});
  EXPECT_FALSE(valued(write_map(*connection_, document_)));
  must(add_providers(*connection_, "SELECT 4::BIGINT AS mirror"));
  EXPECT_TRUE(valued(write_map(*connection_, document_))) << "a provider that the project has not seen yet";
}

// Of the population only those are computed whom the changed rows lead to.
TEST_F(Refresh, OnlyTheAffectedAreAskedForAndTheOthersStay) {
  document_.change = BuildChange{{"SELECT 3::BIGINT AS mirror"}, {}, false};
  EXPECT_EQ(members(), (Members{1, 2, 3})) << "2 does not meet the criterion, but nothing of 2 has changed";
  EXPECT_EQ(counts_.persons, 3u);
  EXPECT_EQ(valued(connection_->query_number("SELECT sum(mirror) FROM came")), 3);
  EXPECT_EQ(valued(connection_->query_number("SELECT count(*) FROM went")), 0);
}

TEST_F(Refresh, AnAffectedPersonWhoMeetsTheCriteriaNoMoreGoes) {
  document_.any = {persons("(3)")};
  document_.change = BuildChange{{"SELECT 2::BIGINT AS mirror", "SELECT 3::BIGINT AS mirror"}, {}, false};
  EXPECT_EQ(members(), (Members{1, 3}));
  EXPECT_EQ(valued(connection_->query_number("SELECT sum(mirror) FROM went")), 2);
}

// 3 was a number of nobody in the population and becomes one of 1; 2 was said to be 9's.
TEST_F(Refresh, NumbersThatAreLinkedInAnotherWayAreAffected) {
  document_.any = {persons("(1),(9)")};
  document_.successions = {"SELECT 1::BIGINT AS alias, 3::BIGINT AS successor"};
  document_.change = BuildChange{{}, {"SELECT 9::BIGINT AS alias, 2::BIGINT AS successor"}, true};
  const auto pairs = population();
  EXPECT_EQ(pairs.at(1), 1 + person_shift);
  EXPECT_EQ(pairs.at(3), 1 + person_shift);
  EXPECT_EQ(pairs.at(9), 9 + person_shift);
  EXPECT_FALSE(pairs.contains(2)) << "a person of its own now, whom no criterion holds of";
}

}  // namespace
}  // namespace fvm::runner
