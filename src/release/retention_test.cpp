// When copies are destroyed, and when they are not: the clock, open requests, second looks, cases, retention
// by a security officer, bytes that another request needs.
#include "release/retention.hpp"

#include <gtest/gtest.h>

#include "release/kept.hpp"
#include "release/testing.hpp"

namespace fvm::release {
namespace {

class RetentionTest : public ReleaseTest {
 protected:
  std::string rejected(const std::string& content = "a\n") {
    const std::string number = sent(content);
    EXPECT_EQ(code(say(number, "rita", Ballot::reject)), "");
    return number;
  }
  Destroyed due() {
    return destroy_due(
               *ledger_, *copies_, world_.now(),
               {10, [this](const auto&,
                           const Request& request) { return Result<bool>(request.number == open_case_); }})
        .value();
  }
  bool gone(const std::string& number) { return found(number).bytes_gone.has_value(); }
  std::string read(const std::string& number) {
    const auto bytes = copies_->read(found(number).files[0].sha256);
    return bytes.ok() ? *bytes : bytes.error().code;
  }
  size_t faults() { return verify_kept(world_, *instance_, *copies_, store())->faults.size(); }
  std::string open_case_;
};

TEST_F(RetentionTest, AfterItsTimeTheCopyIsGoneAndWhatWasSentStaysOnRecord) {
  const std::string number = rejected();
  const std::string sha256 = found(number).files[0].sha256;
  world_.pass_days(9);
  EXPECT_EQ(due().requests, 0u);
  EXPECT_EQ(read(number), "a\n");
  world_.pass_days(2);
  const Destroyed done = due();
  EXPECT_EQ(done.requests, 1u);
  EXPECT_EQ(done.copies, 1u);
  EXPECT_EQ(read(number), "release.kept_missing");
  EXPECT_TRUE(gone(number));
  EXPECT_EQ(found(number).files[0].sha256, sha256);
  EXPECT_FALSE(copies_->place_of(sha256)->has_key);
  for (const char* action : {"release.retention_over", "release.copy_destroyed"})
    EXPECT_NE(ledger_text().find(action), std::string::npos) << action;
  EXPECT_EQ(faults(), 0u);
  EXPECT_EQ(verify_kept(world_, *instance_, *copies_, store())->destroyed, 1u);
  EXPECT_EQ(due().requests, 0u) << "once";
}

TEST_F(RetentionTest, NothingThatIsStillUnderWay) {
  const std::string in_review = sent("a\n"), approved_one = approved(), mailed_one = mailed();
  world_.pass_days(5000);
  EXPECT_EQ(due().requests, 0u);
  execute("INSERT INTO release_period (first, last, commitment, seed) VALUES (0, 9000000000000000, '', '')");
  execute("INSERT INTO release_draw (request, period, institution, permille, drawn) VALUES (3, 1, '', 0, 0)");
  EXPECT_EQ(due().requests, 0u) << "the quota of its period may still draw it";
  execute("UPDATE release_period SET revealed = 1");
  EXPECT_EQ(due().requests, 1u);
  EXPECT_TRUE(gone(mailed_one));
  EXPECT_FALSE(gone(in_review) || gone(approved_one));
  EXPECT_EQ(read(approved_one), "g;antal\nA;50\n") << "the same bytes, needed by another";
}

TEST_F(RetentionTest, WhatIsDrawnWaitsUntilItIsLookedAt) {
  const std::string number = mailed();
  ASSERT_EQ(code(step(number, checker(), Event::sample)), "");
  world_.pass_days(5000);
  EXPECT_EQ(due().requests, 0u);
  ASSERT_EQ(code(step(number, user("ruth"), Event::close)), "");
  EXPECT_EQ(due().requests, 0u) << "its time counts from then";
  world_.pass_days(11);
  EXPECT_EQ(due().requests, 1u);
}

TEST_F(RetentionTest, AnOpenCaseStopsIt) {
  open_case_ = rejected();
  world_.pass_days(11);
  EXPECT_EQ(due().requests, 0u);
  open_case_.clear();
  EXPECT_EQ(due().requests, 1u);
}

TEST_F(RetentionTest, ASecurityOfficerRetainsAndLetsGo) {
  const std::string number = rejected();
  ASSERT_EQ(code(retain(*ledger_, number, "selma", "en sag")), "");
  EXPECT_EQ(found(number).retained->by, "selma");
  EXPECT_EQ(code(retain(*ledger_, number, "selma", "igen")), "release.retained_already");
  EXPECT_EQ(retained_now(store())->size(), 1u);
  world_.pass_days(5000);
  EXPECT_EQ(due().requests, 0u);
  EXPECT_EQ(read(number), "a\n");
  ASSERT_EQ(code(let_go(*ledger_, number, "selma", "sagen er slut")), "");
  EXPECT_EQ(code(let_go(*ledger_, number, "selma", "igen")), "release.not_retained");
  EXPECT_EQ(due().requests, 1u);
  EXPECT_EQ(code(retain(*ledger_, number, "selma", "for sent")), "release.bytes_gone");
  for (const char* action : {"release.retain", "release.let_go"})
    EXPECT_NE(ledger_text().find(action), std::string::npos) << action;
}

TEST_F(RetentionTest, NobodyElseDecidesThatAndWhoSeesNothingLearnsNothing) {
  const std::string number = rejected();
  for (const char* who : {"anna", "bo", "rita", "olga"})
    EXPECT_EQ(code(retain(*ledger_, number, who, "ord")), "release.not_security") << who;
  for (const char* who : {"eve", "nobody", ""})
    EXPECT_EQ(code(retain(*ledger_, number, who, "ord")), "release.unknown") << who;
  execute("INSERT INTO user_role SELECT id, 'security' FROM user WHERE name = 'bo'");
  EXPECT_EQ(code(retain(*ledger_, number, "bo", "ord")), "release.not_security") << "a member of the project";
  EXPECT_EQ(code(retain(*ledger_, number, "selma", " \n")), "release.no_reason");
  EXPECT_EQ(code(retain(*ledger_, number, "selma", "ord")), "") << "the control";
  EXPECT_EQ(code(let_go(*ledger_, number, "olga", "ord")), "release.not_security");
}

TEST_F(RetentionTest, BytesThatAnotherNeedsStayUntilHisTimeIsOver) {
  const std::string first = rejected("same\n");
  world_.pass_days(6);
  const std::string second = rejected("same\n");
  world_.pass_days(6);
  EXPECT_EQ(due().requests, 1u);
  EXPECT_TRUE(gone(first));
  EXPECT_EQ(read(second), "same\n");
  EXPECT_EQ(faults(), 0u);
  world_.pass_days(6);
  EXPECT_EQ(due().copies, 1u);
  EXPECT_EQ(read(second), "release.kept_missing");
}

// The keeper is down in the middle: what was decided is carried out the next time; and bytes that were sent
// again meanwhile stay.
TEST_F(RetentionTest, WhatWasDecidedIsCarriedOutLaterUnlessItWasSentAgain) {
  const std::string a = rejected("a\n"), b = rejected("b\n");
  world_.pass_days(11);
  keys_.down_ = true;
  EXPECT_EQ(due().requests, 2u);
  keys_.down_ = false;
  EXPECT_EQ(read(a), "a\n");
  EXPECT_EQ(faults(), 0u) << "they wait to be destroyed";
  const std::string again = sent("b\n");
  const Destroyed done = due();
  EXPECT_EQ(done.copies, 1u);
  EXPECT_EQ(read(a), "release.kept_missing");
  EXPECT_EQ(read(again), "b\n");
  EXPECT_NE(ledger_text().find("release.copy_kept_on"), std::string::npos);
  EXPECT_EQ(faults(), 0u);
}

TEST_F(RetentionTest, WhatComesBackFromABackupIsTold) {
  const std::string number = rejected();
  const Path file = copies_->place_of(found(number).files[0].sha256)->sealed;
  const std::string backup = world_.read_file(file, 1 << 20).value();
  world_.pass_days(11);
  ASSERT_EQ(due().copies, 1u);
  std::ofstream(file) << backup;
  EXPECT_EQ(read(number), "release.kept_locked");
  EXPECT_EQ(verify_kept(world_, *instance_, *copies_, store())->faults.at(0).what, KeptFault::What::left);
}

}  // namespace
}  // namespace fvm::release
