// Cells of which more than one kind of units knows something, drawn as small tables: what is told (the
// number), what is hidden (…), of the counted, for the sake of all.
#include <gtest/gtest.h>

#include <filesystem>

#include <fmt/format.h>

#include "runner/table_others.hpp"
#include "runner/table_testing.hpp"

namespace fvm::runner {
namespace {

constexpr int64_t in_mirror = 1000;

class TableOthersTest : public TableFolderTest {
 protected:
  TableOthersTest() {
    write("population",
          fmt::format("SELECT i + {0} AS mirror, i AS project, NULL::BIGINT AS provider_mirror FROM "
                      "range(1, 500) r(i) UNION ALL SELECT NULL, -i, i FROM range(1, 500) r(i)",
                      in_mirror));
  }

  // A row of the drawing: a place, its persons (of these numbers), and the providers whom they went to.
  struct Place {
    std::string name;
    int persons_from = 0, persons_to = 0, providers_from = 0, providers_to = 0;
    int kroner = 10, kroner_of_first_provider = 10;
  };
  // Everybody of the place went to everybody there.
  void visits(const std::vector<Place>& places) {
    std::string rows, names;
    std::map<std::string, size_t> numbers;
    for (size_t i = 0; i < places.size(); ++i) {
      const Place& at = places[i];
      const auto [number, is_new] = numbers.emplace(at.name, numbers.size());
      rows += fmt::format(
          "{}SELECT p, -d AS d, {}::UINTEGER AS combination, CASE WHEN d = {} THEN {} ELSE {} END::DOUBLE + "
          "p % 3 AS x "
          "FROM range({}, {}) r(p), range({}, {}) s(d)",
          i == 0 ? "" : " UNION ALL ", number->second, at.providers_from, at.kroner_of_first_provider,
          at.kroner, at.persons_from, at.persons_to + 1, at.providers_from, at.providers_to + 1);
      if (is_new) names += fmt::format("{}({}::UINTEGER, '{}')", i == 0 ? "" : ", ", number->second, at.name);
    }
    write("combinations", "FROM (VALUES " + names + ") v(combination, d0)");
    for (const auto& [unit, file] : {std::pair("p", "persons"), {"d", "providers"}})
      write(file, fmt::format("SELECT {0}::BIGINT AS unit, combination, sum(x) AS x0, count(*)::DOUBLE AS n, "
                              "false AS missing, false AS "
                              "negative FROM ({1}) GROUP BY ALL",
                              unit, rows));
  }

  TableJudgement job(bool providers, const std::string& pairs) {
    TableJudgement out{.engine = {.memory_mib = 256, .threads = 1, .output = folder_ + "/out"}};
    out.input = folder_, out.number = number_;
    out.dimensions = {{.name = "place", .parent = ""}};
    out.providers = providers, out.pairs = pairs, out.prefix = providers ? "providers-" : "";
    out.released = released_, out.values = values_[out.prefix];
    if (providers)
      for (ReleasedTable& table : out.released) table.published.clear();
    return out;
  }
  struct Asked {
    bool providers = false;  // are counted
    bool alone = false;      // no others in it
    bool sum = false;
  };
  // "all 94 | a … | b 12": what is told of each.
  std::string drawn(const Asked& asked) {
    TableJudgement wanted = job(asked.providers, asked.providers ? "providers" : "persons");
    TableJudgement other = job(!asked.providers, asked.providers ? "persons" : "providers");
    other.is_other = true;
    for (TableJudgement* each : {&wanted, &other}) {
      if (!asked.sum) continue;
      each->columns = {"kroner"};
      each->measures = {{TableFigure::sum, 0, 0, 50}};
    }
    if (!asked.alone) wanted.others = {other};
    const auto judged = judge_table(real_world(), wanted);
    if (!judged.ok()) return judged.error().code;
    keep(*judged, asked);
    std::string out;
    for (size_t cell = 0; cell < judged->counts.size(); ++cell) {
      const std::string code = judged->dimensions[0].code(cell);
      const bool open = judged->marks[cell] == static_cast<char>(TableMark::open);
      out += fmt::format("{}{} {}", cell == 0 ? "" : " | ", cell == 0 ? "all" : code.substr(1),
                         open ? fmt::format("{:.0f}", judged->counts[cell]) : "…");
    }
    return out;
  }

  // It is out: the next table is judged against it.
  void keep(const JudgedTable& judged, const Asked& asked) {
    for (const char* prefix : {"", "providers-"})
      for (const char* file :
           {"atoms.parquet", "places.parquet", "knowledge.bin", "values.parquet", "values.bin"}) {
        const std::string from = fmt::format("{}/out/{}{}", folder_, prefix, file);
        if (!std::filesystem::exists(from)) continue;
        std::filesystem::rename(from, fmt::format("{}/ledger/{}-{}{}", folder_, number_, prefix, file));
        if (std::string_view(file) == "values.bin") values_[prefix] = number_;
      }
    ReleasedTable table{
        .number = number_++, .dimensions = judged.dimensions, .marks = judged.marks, .published = {}};
    for (size_t cell = 0; cell < judged.counts.size(); ++cell)
      table.published.push_back(judged.marks[cell] == 'o' ? judged.counts[cell] : -1);
    if (asked.providers) table.published.clear();
    released_.push_back(std::move(table));
  }

  int64_t number_ = 1;
  std::vector<ReleasedTable> released_;
  std::map<std::string, int64_t> values_;  // of each prefix the newest table that had some
};

// place  persons  providers
// a      30       8
// b      30       1
// c      30       7
// d      30       6
TEST_F(TableOthersTest, a_practice_alone_hides_its_forty_patients) {
  visits({{"a", 1, 30, 1, 8}, {"b", 31, 60, 9, 9}, {"c", 61, 90, 10, 16}, {"d", 91, 120, 17, 22}});
  // b is not named: one provider has it. Somebody else's number has to go, too.
  const std::string told = drawn({});
  EXPECT_EQ(told.find(" b "), std::string::npos) << told;
  EXPECT_NE(told.find(" …"), std::string::npos) << told;
  EXPECT_NE(told.find(" 30"), std::string::npos) << told;
}

TEST_F(TableOthersTest, alone_they_are_told) {
  visits({{"a", 1, 30, 1, 8}, {"b", 31, 60, 9, 9}, {"c", 61, 90, 10, 16}, {"d", 91, 120, 17, 22}});
  EXPECT_EQ(drawn({.alone = true}), "all 120 | a 30 | b 30 | c 30 | d 30");
}

// place  persons  providers
// a      30       8
// b      2        7
// c      30       7
TEST_F(TableOthersTest, two_patients_hide_their_seven_practices) {
  visits({{"a", 1, 30, 1, 8}, {"b", 31, 32, 9, 15}, {"c", 61, 90, 16, 22}});
  const std::string told = drawn({.providers = true});
  EXPECT_EQ(told.find(" b "), std::string::npos) << told;
  EXPECT_NE(told.find(" …"), std::string::npos) << told;
  EXPECT_EQ(drawn({.providers = true, .alone = true}).find("…"), std::string::npos);
}

// The second table has a's patients but those whom only practice 8 saw: among persons ten, among practices
// one.
TEST_F(TableOthersTest, what_differs_by_one_practice_is_not_told_twice) {
  visits({{"a", 1, 30, 1, 8}, {"c", 61, 90, 16, 22}});
  EXPECT_EQ(drawn({}), "all 60 | a 30 | c 30");
  visits({{"a", 1, 20, 1, 7}, {"c", 61, 90, 16, 22}});
  EXPECT_EQ(drawn({}), "all … | a … | c 30");
}

TEST_F(TableOthersTest, persons_alone_may_differ_by_ten) {
  visits({{"a", 1, 30, 1, 8}, {"c", 61, 90, 16, 22}});
  EXPECT_EQ(drawn({.alone = true}), "all 60 | a 30 | c 30");
  visits({{"a", 1, 20, 1, 7}, {"c", 61, 90, 16, 22}});
  EXPECT_EQ(drawn({.alone = true}), "all 50 | a 20 | c 30");
}

// A practice that is in both cells, with 25 patients more in one of them.
TEST_F(TableOthersTest, what_differs_by_the_patients_of_one_practice_is_not_told_twice) {
  const std::vector<Place> without{{"a", 1, 10, 1, 8}, {"c", 61, 90, 16, 22}};
  auto with = without;
  with.push_back({"a", 11, 35, 1, 1});
  visits(with);
  EXPECT_EQ(drawn({}), "all 65 | a 35 | c 30");
  visits(without);
  EXPECT_EQ(drawn({}), "all … | a … | c 30");
}

// A table of practices after one of persons: what was told of these is remembered of those.
TEST_F(TableOthersTest, kinds_meet_in_each_others_ledger) {
  visits({{"a", 1, 30, 1, 8}, {"c", 61, 90, 16, 22}});
  EXPECT_EQ(drawn({}), "all 60 | a 30 | c 30");
  visits({{"a", 1, 20, 1, 7}, {"c", 61, 90, 16, 22}});
  EXPECT_EQ(drawn({.providers = true}), "all … | a … | c 7");
}

// place  kroner of practice 1  of each other
// a      10,000                10
TEST_F(TableOthersTest, nearly_all_of_a_sum_is_one_practices) {
  visits({{"a", 1, 30, 1, 8, 10, 10'000}, {"c", 61, 90, 16, 22}, {"d", 91, 120, 23, 30}});
  const std::string told = drawn({.sum = true});
  EXPECT_NE(told.find("| a …"), std::string::npos) << told;
}

TEST_F(TableOthersTest, of_persons_alone_nobody_has_nearly_all) {
  visits({{"a", 1, 30, 1, 8, 10, 10'000}, {"c", 61, 90, 16, 22}, {"d", 91, 120, 23, 30}});
  EXPECT_EQ(drawn({.alone = true, .sum = true}), "all 90 | a 30 | c 30 | d 30");
}

}  // namespace
}  // namespace fvm::runner
