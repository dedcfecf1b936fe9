// The whole cube through the service and the store: every step that the table does not list for somebody is
// refused, recorded, and leaves the request as it was (invariants 5 and 6).
#include <gtest/gtest.h>

#include "release/permissions.hpp"
#include "release/testing.hpp"

namespace fvm::release {
namespace {

class CubeTest : public ReleaseTest {
 protected:
  void doubtful() {
    scanned_.value().findings = {
        {"finding.small_count_possible", disclosure::Severity::review, {}, "9", "n"}};
  }
  std::string stuck_at_the_scan() {
    const auto before = scanned_;
    scanned_ = surroundings("wire.no_answer");
    const std::string number = sent();
    scanned_ = before;
    return number;
  }
  std::string questioned() {
    doubtful();
    hands_.rules.questions = {"small_count_possible"};
    const std::string number = sent();
    hands_.rules.questions.clear();
    scanned_.value().findings.clear();
    return number;
  }
  std::string blocked() {
    scanned_.value().blocks = true;
    const std::string number = sent();
    scanned_.value().blocks = false;
    return number;
  }
  // Trusted: nobody has to look; the step before it may leave.
  std::string auto_cleared() {
    const std::string number = begun();
    for (const State wanted : {State::captured, State::checking}) {
      EXPECT_TRUE(wanted == State::captured ? send_only(number) : step(number, checker(), Event::check).ok());
    }
    EXPECT_TRUE(step(number, checker(), Event::clear).ok());
    return number;
  }
  std::string begun() {
    put("t.csv", "a\n");
    return begin(*ledger_, "anna", {project, "mia@kommune.dk", "Tabel", {"t.csv"}, true}).value();
  }
  bool send_only(const std::string& number) {
    return take_step(*ledger_, number, user("anna"), Event::send).ok();
  }
  std::string voted(Ballot first, Ballot second) {
    const std::string number = sent_for_two();
    EXPECT_EQ(code(say(number, "rita", first)), "");
    EXPECT_EQ(code(say(number, "ruth", second)), "");
    return number;
  }
  std::string after(const std::string& number, const Actor& actor, Event event) {
    const auto done = step(number, actor, event);
    EXPECT_TRUE(done.ok()) << code(done);
    return number;
  }

  // A request in that state, reached by legal steps.
  std::string request_in(State wanted) {
    execute("DELETE FROM release_step WHERE event = 'find'");  // else two look at everything that follows
    switch (wanted) {
      case State::staged:
        return begun();
      case State::captured: {
        const std::string number = begun();
        EXPECT_TRUE(send_only(number));
        return number;
      }
      case State::checking:
        return after(request_in(State::captured), checker(), Event::check);
      case State::check_failed:
        return stuck_at_the_scan();
      case State::blocked:
        return blocked();
      case State::questioned:
        return questioned();
      case State::auto_cleared:
        return auto_cleared();
      case State::in_review:
        return sent();
      case State::independent:
        return sent_for_two();
      case State::consolidating:
        return voted(Ballot::approve, Ballot::reject);
      case State::returned: {
        const std::string number = sent();
        EXPECT_EQ(code(say(number, "rita", Ballot::send_back)), "");
        return number;
      }
      case State::rejected: {
        const std::string number = sent();
        EXPECT_EQ(code(say(number, "rita", Ballot::reject)), "");
        return number;
      }
      case State::approved:
        return approved();
      case State::sending:
        return sending();
      case State::failed:
        return after(sending(), courier(), Event::defer);
      case State::bounced:
        return after(mailed(), courier(), Event::bounce);
      case State::held:
        return after(approved(), courier(), Event::hold);
      case State::sent:
        return mailed();
      case State::sampled:
        return after(mailed(), checker(), Event::sample);
      case State::closed_ok:
        return after(request_in(State::sampled), user("ruth"), Event::close);
      case State::finding:
        return after(request_in(State::sampled), user("ruth"), Event::find);
      case State::recalled:
        return after(mailed(), user("anna"), Event::recall);
      case State::withdrawn:
        return after(sent(), user("anna"), Event::withdraw);
      case State::expired:
        return after(request_in(State::returned), checker(), Event::expire);
    }
    return {};
  }
};

TEST_F(CubeTest, WhatTheTableDoesNotListIsRefusedRecordedAndChangesNothing) {
  const std::vector<Actor> actors = {user("anna"), user("bo"),     user("rita"),   user("ruth"),
                                     user("olga"), user("eve"),    user("nobody"), checker(),
                                     courier(),    sanction("S-1")};
  size_t refused = 0, allowed = 0;
  for (const State wanted : all_states()) {
    const std::string number = request_in(wanted);
    const Request before = found(number);
    ASSERT_EQ(before.state, wanted) << name_of(wanted);
    for (const Actor& actor : actors) {
      for (const Event event : all_events()) {
        const Role role =
            actor.program ? *actor.program : role_of(store(), before, actor.name, event).value();
        if (next(wanted, event, role)) {
          ++allowed;
          continue;
        }
        const size_t records_before = records();
        const auto done = step(number, actor, event);
        ASSERT_FALSE(done.ok()) << actor.name << " " << name_of(event) << " " << name_of(wanted);
        ASSERT_EQ(records(), records_before + 1) << actor.name << " " << name_of(event);
        ++refused;
      }
    }
    const Request now = found(number);
    EXPECT_EQ(now.state, before.state);
    EXPECT_EQ(now.history.size(), before.history.size());
    EXPECT_EQ(now.changed, before.changed);
  }
  EXPECT_EQ(refused + allowed, all_states().size() * all_events().size() * actors.size());
  EXPECT_GT(allowed, 70u);
}

TEST_F(CubeTest, EveryListedStepIsOneRecord) {
  const auto person = [](Role role, Event event) -> std::optional<Actor> {
    switch (role) {
      case Role::author:
        return user("anna");
      case Role::reviewer:
        return user("rita");
      case Role::inspector:
        return user("sif");
      case Role::administrator:
        return user("olga");
      case Role::checker:
        return checker();
      case Role::courier:
        return courier();
      case Role::sanction:
        return sanction("S-1");
      default:
        (void)event;
        return std::nullopt;
    }
  };
  for (const Transition& each : transitions()) {
    // Believed only after a closing stopped it: tested with closings.
    if (each.from == State::held && each.event == Event::accept) continue;
    const std::string number = request_in(each.from);
    const auto actor = person(each.role, each.event);
    ASSERT_TRUE(actor.has_value());
    const size_t before = records();
    const auto done = step(number, *actor, each.event);
    ASSERT_TRUE(done.ok()) << name_of(each.from) << " " << name_of(each.event) << " " << code(done);
    EXPECT_EQ(done->state, each.to);
    EXPECT_EQ(records(), before + 1);
    EXPECT_EQ(done->history.back().event, each.event);
  }
}

TEST_F(CubeTest, AnAnswerOfTheMailServerToAHeldOneIsBelievedOnlyAfterAClosing) {
  const std::string number = request_in(State::held);
  EXPECT_EQ(code(step(number, courier(), Event::accept)), "release.not_allowed");
  const std::string stopped = sending();
  EXPECT_TRUE(step(stopped, sanction("S-1"), Event::suspend).ok());
  EXPECT_TRUE(step(stopped, courier(), Event::accept).ok());
  EXPECT_EQ(state(stopped), State::sent);
}

}  // namespace
}  // namespace fvm::release
