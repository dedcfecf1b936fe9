// What is known must agree with what is asked.
#include "tabular/knowledge.hpp"

#include <gtest/gtest.h>

#include "tabular/decide.hpp"

namespace fvm::tabular {
namespace {

TEST(KnownUnits, CountsThatAreNotTheAtomsAreADefect) {
  const Hierarchy flat = Hierarchy::flat("all", {"a"});
  Knowledge known;
  ASSERT_TRUE(known.divide({{Knowledge::Part::nobody, 6}}).ok());
  CountTable table{{&flat}, {7, 7}, {}, groups_of(Shape({&flat}), {{1}})};
  const auto decided = decide(known, table, {}, {});
  ASSERT_FALSE(decided.ok());
  EXPECT_EQ(decided.error().code, "tabular.counts_differ");
  EXPECT_EQ(known.divide({{0, 3}, {0, 2}}).error().code, "tabular.parts_differ");
  EXPECT_EQ(known.units(), std::vector<double>{6});
  table.counts = {6, 6};
  EXPECT_EQ(decide(known, table, {}, {}).value().status, std::vector<Status>(2, Status::open));
}

}  // namespace
}  // namespace fvm::tabular
