// What a refresh writes of a table of which the project has rows already.
#include <random>

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
  EXPECT_EQ(valued(write_map(*connection_, document_)), MapWritten::nothing);
}

TEST_F(Refresh, AProviderThatTheProjectHasNotSeenYetIsAChangeOfTheMap) {
  document_.population_kept = true;
  EXPECT_EQ(members(), (Members{1, 2}));
  must(add_providers(*connection_, "SELECT 4::BIGINT AS mirror"));
  EXPECT_EQ(valued(write_map(*connection_, document_)), MapWritten::changes);
  EXPECT_EQ(valued(connection_->query_number(
                "SELECT project FROM read_parquet(" +
                duck::quote_text((folder_ / "out/population/changes.parquet").string()) +
                ") WHERE mirror IS NULL")),
            4 + provider_shift);
  const std::string changes = (folder_ / "out/population/changes.parquet").string();
  EXPECT_EQ(
      valued(connection_->query_number("SELECT mirror * 100000000 + project FROM " +
                                       map_of_providers((folder_ / "former.parquet").string(), changes))),
      4 * 100000000 + 4 + provider_shift);
}

// The same files, some with lists of their numbers and some without: a list only spares looking.
TEST_F(Refresh, ListsOfNumbersChangeNothing) {
  for (const bool listed : {false, true}) {
    open();
    const auto file = [&](const std::string& name, const std::string& values) {
      return listed ? with_lists(mirror_file(name, values)) : mirror_file(name, values);
    };
    const std::string stays = file("stays", row(1, 9, "a") + "," + row(7, 9, "b"));
    const std::string goes = file("goes", row(2, 9, "c") + "," + row(1, 9, "d"));
    const std::string comes = file("comes", row(3, 9, "e") + "," + row(1, 9, "f"));
    const std::string mother = file("mother", row(1, 3, "g"));
    document_.tables = {contacts({}, {{stays}, {goes}, {comes}, {mother}})};
    population();
    const auto groups = valued(build_table(*connection_, document_, 0));
    ASSERT_EQ(groups.size(), 3u) << listed;
    EXPECT_EQ(codes(groups[0]), Codes{"d"});
    EXPECT_EQ(codes(groups[1]), Codes{"g"});
    EXPECT_EQ(codes(groups[2]), Codes{"e"});
  }
}

TEST_F(Refresh, AFileWhoseListSaysNobodyIsNotRead) {
  const std::string file = with_lists(mirror_file("lies", row(8, 9, "x")));
  mirror_file("lies", row(3, 9, "e"));  // the list is still the one of before
  document_.tables = {contacts({}, {{file}})};
  population();
  EXPECT_TRUE(valued(build_table(*connection_, document_, 0)).empty());
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

// A history of refreshes, each from what the one before left: the map says who is in the population, and
// forgets no pseudonym.
class MapHistory : public Refresh {
 protected:
  std::string base() const { return (folder_ / "former.parquet").string(); }
  std::string changes() const { return (folder_ / "former_changes.parquet").string(); }

  void refresh(const Members& wanted, const Members& touched) {
    open();
    document_.any = {"SELECT person FROM (VALUES " + values(wanted) +
                     ") v(person) SEMI JOIN affected_number f ON "
                     "f.mirror = v.person WHERE person > 0"};
    document_.change = BuildChange{
        {"SELECT mirror FROM (VALUES " + values(touched) + ") v(mirror) WHERE mirror > 0"}, {}, false};
    document_.former_changes = std::filesystem::exists(changes());
    document_.persons_before = persons_;
    population();
    persons_ = counts_.persons;
    written_.insert(valued(write_map(*connection_, document_)));
    const Path made = folder_ / "out" / "population";
    if (std::filesystem::exists(made / "population.parquet")) {
      std::filesystem::rename(made / "population.parquet", base());
      std::filesystem::remove(changes());
    }
    if (std::filesystem::exists(made / "changes.parquet"))
      std::filesystem::rename(made / "changes.parquet", changes());
  }
  static std::string values(const Members& numbers) {
    std::string out = "(-1::BIGINT)";
    for (const int64_t number : numbers) out += ", (" + std::to_string(number) + ")";
    return out;
  }
  Members read(const std::string& query) {
    Members out;
    for (const uint64_t number : valued(numbers_of(*connection_, query)))
      out.insert(static_cast<int64_t>(number));
    return out;
  }
  uint64_t persons_ = 2;
  std::set<MapWritten> written_;
};

TEST_F(MapHistory, SaysWhoIsInAndForgetsNoPseudonym) {
  std::mt19937 chance(std::random_device{}());
  Members in{1, 2}, ever{1, 2};
  for (int step = 0; step < 40; ++step) {
    Members touched;
    for (size_t i = chance() % 4; i > 0; --i) {
      const int64_t person = 1 + static_cast<int64_t>(chance() % 60);
      touched.insert(person);
      if (chance() % 3 > 0 || person == 1)
        in.insert(person);
      else
        in.erase(person);
    }
    ever.insert(in.begin(), in.end());  // who came and went between two refreshes was never seen
    refresh(in, touched);
    ASSERT_EQ(read("SELECT mirror FROM " + map_now(base(), changes())), in) << step;
    ASSERT_EQ(persons_, in.size()) << step;
    std::string seen = "SELECT project - " + std::to_string(person_shift) + " FROM read_parquet([" +
                       duck::quote_text(base());
    if (std::filesystem::exists(changes())) seen += ", " + duck::quote_text(changes());
    ASSERT_EQ(read(seen + "], union_by_name = true)"), ever) << step;
  }
  EXPECT_EQ(written_.size(), 3u) << "some steps changed nothing, some added changes, some made the base anew";
}

}  // namespace
}  // namespace fvm::runner
