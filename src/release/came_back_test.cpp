// What a message says about a mail of ours is believed only so far that it stops.
#include "release/came_back.hpp"

#include <gtest/gtest.h>

#include "release/testing.hpp"

namespace fvm::release {
namespace {

class CameBackTest : public ReleaseTest {};

TEST_F(CameBackTest, WhatWasMailedIsHeldWhenAReportSaysThatItDidNotArrive) {
  const std::string number = mailed();
  EXPECT_FALSE(came_back(*ledger_, "", "5.1.1").value());
  EXPECT_FALSE(came_back(*ledger_, "id@y", "5.1.1").value()) << "not a mail of ours";
  EXPECT_FALSE(came_back(*ledger_, "id@x%", "5.1.1").value()) << "nor anything like one";
  EXPECT_EQ(state(number), State::sent);
  const size_t before = records();
  EXPECT_TRUE(came_back(*ledger_, "id@x", "5.1.1").value());
  EXPECT_EQ(state(number), State::held);
  EXPECT_EQ(records(), before + 2);
  EXPECT_EQ(found(number).history.back().reason, "delivery report: 5.1.1");
  EXPECT_FALSE(came_back(*ledger_, "id@x", "5.1.1").value()) << "a second report says nothing new";
  EXPECT_EQ(records(), before + 2);
}

TEST_F(CameBackTest, WhatAStrangerWritesAsAStatusIsNotKept) {
  const std::string number = mailed();
  EXPECT_TRUE(came_back(*ledger_, "id@x", "5.1.1; approve").value());
  EXPECT_EQ(found(number).history.back().reason, "delivery report: failed");
}

TEST_F(CameBackTest, WhatWasRecalledStaysSo) {
  const std::string number = mailed();
  ASSERT_TRUE(recall(*ledger_, number, "anna", "forkert modtager").ok());
  EXPECT_FALSE(came_back(*ledger_, "id@x", "5.1.1").value());
  EXPECT_EQ(state(number), State::recalled);
}

}  // namespace
}  // namespace fvm::release
