// Practices by whose they are, drawn as small tables: what is told of each place (the number, or the sum),
// and what is hidden (…), with an owner's practices as one contributor and without.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <rapidcheck/gtest.h>

#include "runner/table.hpp"
#include "runner/table_percentile.hpp"
#include "runner/table_testing.hpp"

namespace fvm::runner {
namespace {

class TableHoldingsTest : public TableFolderTest {
 protected:
  TableHoldingsTest() {
    write("population",
          "SELECT NULL::BIGINT AS mirror, i AS project, 1000 + i AS provider_mirror FROM range(1, 500) r(i)");
  }

  // A row of the drawing: a place, its practices (of these numbers), whose they all are ("": each its own),
  // and what each has, with up to `spread` more.
  struct Place {
    std::string name;
    int from = 0, to = 0;
    std::string owner;
    int kroner = 100, spread = 7;
  };
  void practices(const std::vector<Place>& places) {
    std::string rows, names;
    std::map<std::string, size_t> numbers;
    for (const Place& at : places) {
      const auto [number, is_new] = numbers.emplace(at.name, numbers.size());
      if (is_new)
        names += fmt::format("{}({}::UINTEGER, '{}')", names.empty() ? "" : ", ", number->second, at.name);
      rows += fmt::format(
          "{}SELECT p AS unit, {}::UINTEGER AS combination, {}::DOUBLE + p % {} AS x0, nullif('{}', '') "
          "AS owner FROM range({}, {}) r(p)",
          rows.empty() ? "" : " UNION ALL ", number->second, at.kroner, at.spread, at.owner, at.from,
          at.to + 1);
    }
    write("combinations", "FROM (VALUES " + names + ") v(combination, d0)");
    write("pairs", "SELECT unit, combination, x0, false AS missing, false AS negative FROM (" + rows + ")");
    write("holders", "SELECT DISTINCT unit, hash(owner)::UBIGINT::HUGEINT // 2 AS holder FROM (" + rows +
                         ") WHERE owner IS NOT NULL");
    write("holdings",
          "SELECT CASE WHEN owner IS NULL THEN unit ELSE (hash(owner)::UBIGINT::HUGEINT // 2)::BIGINT END AS "
          "unit, owner IS NOT NULL AS "
          "named, "
          "combination, sum(x0) AS x0, count(*)::DOUBLE AS n, false AS missing, false AS negative FROM (" +
              rows + ") GROUP BY 1, 2, 3");
  }

  TableJudgement job() {
    TableJudgement out{.engine = {.memory_mib = 256, .threads = 1, .output = folder_ + "/out"}};
    out.input = folder_, out.number = 1, out.providers = true, out.prefix = "providers-";
    out.dimensions = {{.name = "place", .parent = ""}};
    return out;
  }
  enum class Owners { named, not_named };
  Result<JudgedTable> judged(Owners owners, std::optional<TableFigure> figure) {
    TableJudgement wanted = job(), holdings = job();
    holdings.is_other = holdings.holdings = true, holdings.pairs = "holdings", holdings.prefix = "holdings-";
    for (TableJudgement* each : {&wanted, &holdings})
      if (figure) each->columns = {"kroner"}, each->measures = {{*figure, 0, 0, 50}};
    if (owners == Owners::named) wanted.holders = "holders", wanted.others = {holdings};
    return judge_table(real_world(), wanted);
  }
  // "all 24 | a … | b 8": the number of practices, or the figure.
  std::string drawn(Owners owners, std::optional<TableFigure> figure = {}) {
    const auto table = judged(owners, figure);
    if (!table.ok()) return table.error().code;
    std::string out;
    for (size_t cell = 0; cell < table->counts.size(); ++cell) {
      const double value = figure ? table->figures[0][cell] : table->counts[cell];
      const bool open = table->marks[cell] == 'o' && std::isfinite(value);
      out += fmt::format("{}{} {}", cell == 0 ? "" : " | ",
                         cell == 0 ? "all" : table->dimensions[0].code(cell).substr(1),
                         open ? fmt::format("{:.0f}", value) : "…");
    }
    return out;
  }
  // Of a and b all is told where no owner is named; then a is hidden, and b is not.
  void expect_owners_hide_a(TableFigure figure) {
    EXPECT_EQ(drawn(Owners::not_named, figure).find("…"), std::string::npos);
    const std::string told = drawn(Owners::named, figure);
    EXPECT_NE(told.find("a …"), std::string::npos) << told;
    EXPECT_EQ(told.find("b …"), std::string::npos) << told;
  }
};

// place  practices  owners
// a      8          8
// b      8          1
// c      7          7
// d      9          2, one of them of eight
TEST_F(TableHoldingsTest, a_cell_is_of_enough_owners) {
  practices({{"a", 1, 8, ""}, {"b", 11, 18, "H"}, {"c", 21, 27, ""}, {"d", 31, 38, "K"}, {"d", 39, 39, "L"}});
  EXPECT_EQ(drawn(Owners::not_named), "all 32 | a 8 | b 8 | c 7 | d 9");
  const std::string told = drawn(Owners::named);
  EXPECT_EQ(told.find("b "), std::string::npos) << "not even named: " << told;
  EXPECT_NE(told.find("a 8"), std::string::npos) << told;
}

// place  practices  kroner
// a      9          three of K with 1,000 each, six with 10
// b      8          100
TEST_F(TableHoldingsTest, an_owner_has_nearly_all_of_a_sum) {
  practices({{"a", 1, 3, "K", 1000}, {"a", 4, 9, "", 10}, {"b", 11, 18, ""}, {"c", 21, 28, ""}});
  const std::string apart = drawn(Owners::not_named, TableFigure::sum);
  EXPECT_EQ(apart.find("…"), std::string::npos) << apart;
  const std::string told = drawn(Owners::named, TableFigure::sum);
  EXPECT_NE(told.find("a …"), std::string::npos) << told;
  EXPECT_NE(told.find("b 8"), std::string::npos) << told;  // 824, 8 practices with 100 and a little more
}

// The five highest of a are all K's.
TEST_F(TableHoldingsTest, the_highest_are_of_as_many_owners) {
  practices({{"a", 1, 5, "K", 300}, {"a", 6, 20, "", 200}, {"b", 31, 50, "", 200}});
  expect_owners_hide_a(TableFigure::maximum);
}

// Two of the five lowest are one owner's: they are of four.
TEST_F(TableHoldingsTest, the_lowest_are_of_as_many_owners) {
  practices({{"a", 1, 2, "K", 100}, {"a", 3, 20, "", 200}, {"b", 31, 50, "", 200}});
  expect_owners_hide_a(TableFigure::minimum);
}

// place  practices  kroner
// a      eight of K 2,000
//        24         300 and more
// b      30         200 and more
TEST_F(TableHoldingsTest, the_squares_of_one_owner_are_one_contribution) {
  practices({{"a", 1, 8, "K", 2000, 97}, {"a", 9, 32, "", 300, 97}, {"b", 41, 70, "", 200, 97}});
  const std::string apart = drawn(Owners::not_named, TableFigure::deviation);
  EXPECT_EQ(apart.find("…"), std::string::npos) << apart;
  const std::string told = drawn(Owners::named, TableFigure::deviation);
  EXPECT_NE(told.find("a …"), std::string::npos) << told;
}

// place  practices  kroner
// a      twelve, K's   100 each; 20 others 300 and more: the mode is one owner's
// b      ten           100 each; 20 others 300 and more
// c      ten           100 each; 20 of H 300 and more: all owners but H have 100
TEST_F(TableHoldingsTest, a_mode_is_of_enough_owners_and_not_of_nearly_all) {
  practices({{"a", 1, 12, "K", 100, 1},
             {"a", 13, 32, "", 300, 97},
             {"b", 41, 50, "", 100, 1},
             {"b", 51, 70, "", 300, 97},
             {"c", 101, 110, "", 100, 1},
             {"c", 111, 130, "H", 300, 97}});
  EXPECT_EQ(drawn(Owners::not_named, TableFigure::mode), "all 100 | a 100 | b 100 | c 100");
  EXPECT_EQ(drawn(Owners::named, TableFigure::mode), "all 100 | a … | b 100 | c …");
}

// Those around the middle of a are K's; b is the control.
TEST_F(TableHoldingsTest, a_percentile_is_shared_by_enough_owners) {
  practices({{"a", 1, 8, "", 100, 97},
             {"a", 9, 16, "K", 100, 97},
             {"a", 17, 20, "", 100, 97},
             {"b", 31, 50, "", 100, 97}});
  const std::string apart = drawn(Owners::not_named, TableFigure::percentile);
  const std::string told = drawn(Owners::named, TableFigure::percentile);
  EXPECT_EQ(apart.find("…"), std::string::npos) << apart;
  EXPECT_NE(apart.substr(apart.find("| a"), 6), told.substr(told.find("| a"), 6)) << apart << told;
  EXPECT_EQ(apart.substr(apart.find("| b")), told.substr(told.find("| b"))) << apart << told;
}

// Units that nobody owns take no atom of their own in the ledgers of values, which would fill these; what is
// an owner's does. Atoms: of practices' money; of holdings' money, and of how many practices each has.
TEST_F(TableHoldingsTest, what_nobody_owns_takes_no_atom_of_its_own) {
  const auto atoms = [&](const std::string& kind) {
    const auto found = connection_.query_number("SELECT count(DISTINCT atom) FROM read_parquet('" + folder_ +
                                                "/out/" + kind + "-values.parquet')");
    return found.ok() ? found.value() : -1;
  };
  practices({{"a", 1, 20, "", 100, 97}, {"b", 31, 50, "", 100, 97}});
  ASSERT_TRUE(judged(Owners::named, TableFigure::sum).ok());
  EXPECT_EQ(atoms("providers"), 2);  // one for each place, of twenty
  EXPECT_EQ(atoms("holdings"), 4);
  practices({{"a", 1, 20, "", 100, 97}, {"b", 31, 50, "", 100, 97}, {"a", 61, 63, "K"}, {"b", 64, 66, "K"}});
  ASSERT_TRUE(judged(Owners::named, TableFigure::sum).ok());
  EXPECT_EQ(atoms("providers"), 4);  // and K's in each
  EXPECT_EQ(atoms("holdings"), 8);
}

std::vector<HeldValue> ten_values(int owners) {
  std::vector<HeldValue> out;
  for (int i = 0; i < 10; ++i) {
    out.push_back({100.0 + 10 * i, 1, {}});
    if (owners > 0) out.back().holders.push_back(i % owners);
  }
  return out;
}

// values   100 110 … 190
// owners   0   1  0  1  …     two of them: no block is of five
TEST(TablePercentile, a_block_is_of_as_many_owners) {
  const disclosure::RuleValues rules;
  EXPECT_EQ(percentile(ten_values(0), 2, rules), percentile(ten_values(10), 2, rules));
  EXPECT_TRUE(std::isfinite(percentile(ten_values(5), 2, rules)));
  EXPECT_TRUE(std::isnan(percentile(ten_values(2), 2, rules)));
}

// Whether `told` is one of these, rounded to a step of 1, 2 or 5 times a power of ten.
bool is_one_of(const std::set<double>& values, double told) {
  for (const double value : values)
    for (int exponent = -8; exponent <= 6; ++exponent)
      for (const double factor : {1.0, 2.0, 5.0}) {
        const double step = factor * std::pow(10.0, exponent);
        if (std::abs(std::round(value / step) * step - told) < 1e-6) return true;
      }
  return false;
}

// Whoever asks for every percentile, with owners and without, learns where a block of owners ends only where
// one of units does, and no number that he could not have rounded himself.
RC_GTEST_PROP(TablePercentile, NamingOwnersTellsNoSecondNumber, ()) {
  const disclosure::RuleValues rules;
  const auto count = *rc::gen::inRange<size_t>(5, 60);
  auto drawn = *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(1, 400));
  std::sort(drawn.begin(), drawn.end());
  std::vector<HeldValue> apart;
  for (const int value : drawn) {
    if (apart.empty() || apart.back().value != value) apart.push_back({static_cast<double>(value), 0, {}});
    ++apart.back().units;
  }
  auto together = apart;
  for (HeldValue& each : together)
    for (double i = 0; i < each.units; ++i) each.holders.push_back(*rc::gen::inRange(0, 12));
  std::set<double> told_apart;
  for (size_t rank = 1; rank <= count; ++rank)
    told_apart.insert(percentile(apart, static_cast<double>(rank), rules));
  std::set<size_t> ends;  // of blocks of units: five of them, and those who have the same
  for (size_t at = 0, seen = 0, in = 0; at < apart.size(); ++at) {
    seen += static_cast<size_t>(apart[at].units), in += static_cast<size_t>(apart[at].units);
    if (in >= 5 && count - seen >= 5) ends.insert(seen), in = 0;
  }
  double before = std::numeric_limits<double>::quiet_NaN();
  for (size_t rank = 1; rank <= count; ++rank) {
    const double told = percentile(together, static_cast<double>(rank), rules);
    RC_ASSERT(std::isnan(told) || is_one_of(told_apart, told));
    const bool is_same = told == before || (std::isnan(told) && std::isnan(before));
    RC_ASSERT(rank == 1 || is_same || ends.contains(rank - 1));
    before = told;
  }
}

}  // namespace
}  // namespace fvm::runner
