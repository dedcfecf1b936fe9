// What stands still while somebody is closed, and that it costs nothing meanwhile.
#include "release/suspend.hpp"

#include <gtest/gtest.h>

#include "release/testing.hpp"

namespace fvm::release {
namespace {

class SuspendTest : public ReleaseTest {
 protected:
  void closing(const char* what, const std::function<Result<void>(audit::Writer&)>& body) {
    const auto done = ledger_->write({"test", what, "B-1", {}}, body);
    ASSERT_TRUE(done.ok()) << code(done);
  }
  void close_anna() {
    closing("test.closed", [](audit::Writer& w) -> Result<void> {
      TRY(identity::suspend(w, identity::Scope::user, "anna", "B-1"));
      TRY(hold_closed(w, "B-1"));
      return {};
    });
  }
  void open_anna() {
    closing("test.opened", [](audit::Writer& w) -> Result<void> {
      TRY(identity::lift(w, "B-1"));
      TRY(restore_open(w, "B-1"));
      return {};
    });
  }
  std::string begun() {
    put("t.csv", "g;antal\nA;50\n");
    return begin(*ledger_, "anna", {project, "mia@kommune.dk", "Tabel", {"t.csv"}, true}).value();
  }
  std::string cleared() {
    const std::string number = begun();
    EXPECT_TRUE(step(number, user("anna"), Event::send).ok());
    EXPECT_TRUE(step(number, checker(), Event::check).ok());
    EXPECT_TRUE(step(number, checker(), Event::clear).ok());
    execute("UPDATE release_request SET route = 'safe_table'");
    return number;
  }
  Result<size_t> round() { return advance_all(world_, *ledger_, *instance_, hands_, 0); }
};

TEST_F(SuspendTest, WhatSomebodyClosedHadBegunWaitsWithoutARecord) {
  const std::string number = begun();
  close_anna();
  size_t kept = 0;
  const auto keep = hands_.keep;
  hands_.keep = [&](std::string_view n, std::string_view name, int fd) {
    ++kept;
    return keep(n, name, fd);
  };
  const size_t before = records();
  const auto same = advance(world_, *ledger_, *instance_, hands_, number);
  ASSERT_TRUE(same.ok()) << code(same);
  EXPECT_EQ(same->state, State::staged);
  EXPECT_EQ(round().value(), 0u);
  EXPECT_EQ(records(), before);
  EXPECT_EQ(kept, 0u);
  open_anna();
  EXPECT_EQ(round().value(), 1u);
  EXPECT_EQ(kept, 1u);
  EXPECT_EQ(state(number), State::independent) << "a closing counts for a year";
}

TEST_F(SuspendTest, WhatIsClearedWaitsForTheEndOfTheClosingAndIsNotHeld) {
  const std::string number = cleared();
  close_anna();
  const size_t before = records();
  ASSERT_TRUE(advance(world_, *ledger_, *instance_, hands_, number).ok());
  EXPECT_EQ(round().value(), 0u);
  EXPECT_EQ(state(number), State::auto_cleared);
  EXPECT_EQ(records(), before);
  open_anna();
  EXPECT_EQ(round().value(), 1u);
  EXPECT_NE(state(number), State::auto_cleared);
}

TEST_F(SuspendTest, WhatStoodStillIsNotCountedAsMoved) {
  const std::string number = sent_for_two();
  ASSERT_TRUE(say(number, "rita", Ballot::approve).ok());
  ASSERT_TRUE(say(number, "ruth", Ballot::reject).ok());
  ASSERT_EQ(state(number), State::consolidating);
  EXPECT_EQ(round().value(), 0u);
  begun();
  EXPECT_EQ(round().value(), 1u);
}

// Equal votes wait while the author is closed; a store that cannot be read is another matter.
TEST_F(SuspendTest, WhetherSomebodyIsClosedIsAskedAndNotGuessed) {
  const std::string number = sent_for_two();
  ASSERT_TRUE(say(number, "rita", Ballot::approve).ok());
  const auto second = [&](audit::Writer& w, Request& r) {
    return put_vote(w, r, {"ruth", Ballot::approve, "ord", {}, w.now(), "00"});
  };
  ASSERT_TRUE(take_step(*ledger_, number, user("ruth"), Event::complete, {}, second).ok());
  close_anna();
  EXPECT_TRUE(advance(world_, *ledger_, *instance_, hands_, number).ok());
  EXPECT_EQ(state(number), State::consolidating);
  open_anna();
  execute("UPDATE release_request SET project = 'FVM-2026-9999'");
  EXPECT_EQ(code(advance(world_, *ledger_, *instance_, hands_, number)), "project.unknown");
  execute("UPDATE release_request SET project = 'FVM-2026-0017'");
  EXPECT_TRUE(advance(world_, *ledger_, *instance_, hands_, number).ok());
  EXPECT_EQ(state(number), State::approved);
}

}  // namespace
}  // namespace fvm::release
