// Amendments, extensions, coming into force, the end; and what follows a step after a crash.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "casework/steps.hpp"
#include "casework/testing.hpp"

namespace fvm::casework {
namespace {

const Actor agreements = program("fvm-agreement");

class LifecycleTest : public CaseworkTest {
 protected:
  // Walks a child case to the door of its agreement.
  void grant(const std::string& number) {
    const auto done = submit(setting(), number, user("anna"));
    ASSERT_TRUE(done.ok() && done->done) << (done.ok() ? describe_all(done->findings) : done.error().code);
    take(number, "karl", Event::assign, {{}, "karl"});
    take(number, "dorte", Event::approve);
  }
  std::string amendment_of(const std::string& number) {
    auto child = amend(setting(), number, user("anna"), {"Vi mangler apk", {}});
    EXPECT_TRUE(child.ok()) << (child.ok() ? "" : child.error().code);
    return child.ok() ? child->number : "";
  }
  void change(const std::string& number, std::string_view piece, std::string_view instead) {
    const auto done = save(setting(), number, user("anna"), {.text = application_with(piece, instead)});
    ASSERT_TRUE(done.ok() && done->done);
  }
};

TEST_F(LifecycleTest, OnlyTheSystemBringsACaseIntoForce) {
  const std::string number = approved();
  for (const char* who : {"anna", "sofie", "karl", "dorte"})
    EXPECT_FALSE(activate(setting(), number, user(who)).ok()) << who;
  EXPECT_EQ(state(number), State::awaiting_agreement);
  const auto done = activate(setting(), number, agreements);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->state, State::active);
  EXPECT_EQ(done->in_force_version, 1);
  EXPECT_EQ(activate(setting(), number, agreements).error().code, "casework.not_allowed");
}

TEST_F(LifecycleTest, AnAmendmentIsACaseOfItsOwnAndAccessRunsOn) {
  const std::string number = active();
  const std::string child = amendment_of(number);
  EXPECT_EQ(child, number + "-A1");
  EXPECT_EQ(state(number), State::amended);
  EXPECT_EQ(found(child).project, number);
  EXPECT_EQ(found(child).parent, number);
  EXPECT_EQ(amend(setting(), number, user("anna"), {}).error().code, "casework.not_allowed");
  change(child, "\"eksd\"]", "\"eksd\", \"apk\"]");
  grant(child);
  EXPECT_EQ(state(number), State::amended);
  EXPECT_EQ(take_step(setting(), child, agreements, Event::activate).error().code, "casework.wrong_kind");
  ASSERT_TRUE(activate(setting(), child, agreements).ok());
  EXPECT_EQ(state(child), State::closed);
  const Case parent = found(number);
  EXPECT_EQ(parent.state, State::active);
  EXPECT_EQ(parent.in_force_version, 2);
  EXPECT_EQ(application_of(store(), parent)->grants[0].variables.back(), "apk");
  EXPECT_EQ(records("casework.adopt").size(), 1u);
  EXPECT_NE(records("casework.adopt")[0].find("also_" + number), std::string::npos);
  EXPECT_EQ(amendment_of(number), number + "-A2");
}

TEST_F(LifecycleTest, AnAmendmentThatEndsLeavesEverythingAsItWas) {
  for (const bool reject : {true, false}) {
    const std::string number = active();
    const std::string child = amendment_of(number);
    if (reject) {
      ASSERT_TRUE(submit(setting(), child, user("anna"))->done);
      take(child, "karl", Event::assign, {{}, "karl"});
      take(child, "dorte", Event::reject);
    } else {
      take(child, "anna", Event::withdraw);
    }
    EXPECT_EQ(state(number), State::active);
    EXPECT_EQ(found(number).in_force_version, 1);
  }
}

TEST_F(LifecycleTest, ClosingACaseEndsItsAmendment) {
  const std::string number = active();
  const std::string child = amendment_of(number);
  take(number, "anna", Event::close, {"Opgaven er løst", {}});
  EXPECT_EQ(state(number), State::closed);
  EXPECT_EQ(state(child), State::withdrawn);
}

TEST_F(LifecycleTest, AnExtensionTakesOverFromTheOld) {
  const std::string number = active();
  const auto child = extend(setting(), number, user("anna"), {});
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(child->number, "FVM-2026-0002");
  EXPECT_EQ(child->project, number);
  EXPECT_EQ(child->parent, number);
  EXPECT_EQ(state(number), State::active);
  change(child->number, "to = 2028-11-30", "to = 2030-11-30");
  grant(child->number);
  ASSERT_TRUE(activate(setting(), child->number, agreements).ok());
  EXPECT_EQ(state(child->number), State::active);
  EXPECT_EQ(state(number), State::closed);
  EXPECT_EQ(found(number).history.back().event, Event::succeed);
  EXPECT_EQ(found(number).history.back().subject, child->number);
}

TEST_F(LifecycleTest, AnExtensionWaitsForAnOpenAmendment) {
  const std::string number = active();
  const auto child = extend(setting(), number, user("anna"), {}).value();
  grant(child.number);
  amendment_of(number);
  EXPECT_FALSE(activate(setting(), child.number, agreements).ok());
  EXPECT_EQ(state(child.number), State::awaiting_agreement);  // the whole transaction was taken back
}

TEST_F(LifecycleTest, TheClockWarnsOnceAndThenEnds) {
  const std::string number = active();  // until 2028-11-30
  EXPECT_EQ(due(setting())->warned, 0u);
  world_.time = parse_time("2028-09-30T12:00:00Z").value();
  EXPECT_EQ(due(setting())->warned, 0u);  // 61 days before
  world_.time = parse_time("2028-10-01T12:00:00Z").value();
  EXPECT_EQ(due(setting())->warned, 1u);
  EXPECT_EQ(state(number), State::expiring);
  EXPECT_EQ(due(setting())->warned, 0u);
  world_.time = parse_time("2028-11-30T22:30:00Z").value();  // the last day, in Denmark too
  EXPECT_EQ(due(setting())->expired, 0u);
  world_.time = parse_time("2028-11-30T23:30:00Z").value();  // 1 December in Denmark
  EXPECT_EQ(due(setting())->expired, 1u);
  EXPECT_EQ(state(number), State::closed);
  EXPECT_EQ(due(setting())->expired, 0u);
}

TEST_F(LifecycleTest, AnAmendedTimeMovesTheEnd) {
  const std::string number = active();
  const std::string child = amendment_of(number);
  change(child, "to = 2028-11-30", "to = 2029-11-30");
  grant(child);
  ASSERT_TRUE(activate(setting(), child, agreements).ok());
  world_.time = parse_time("2028-12-15T12:00:00Z").value();
  EXPECT_EQ(due(setting())->expired, 0u);
  EXPECT_EQ(state(number), State::active);
}

TEST_F(LifecycleTest, AccessEndsOnItsDayWhateverIsUnderWay) {
  const std::string number = active();
  const std::string child = amendment_of(number);
  world_.time = parse_time("2028-12-02T12:00:00Z").value();
  EXPECT_EQ(due(setting())->expired, 1u);
  EXPECT_EQ(state(number), State::closed);
  EXPECT_EQ(state(child), State::withdrawn);
}

TEST_F(LifecycleTest, WhatFollowsAStepIsDoneOnceOrCaughtUp) {
  std::vector<std::string> followed;
  bool fails = false;
  hooks_.after_step = [&](const Case& about, const Step& step) -> Result<void> {
    if (fails) return surroundings("file.disk_full");
    followed.push_back(about.number + " " + std::string(name_of(step.event)));
    return {};
  };
  const std::string number = approved();
  EXPECT_TRUE(pending_steps(store())->empty());
  followed.clear();
  fails = true;
  ASSERT_TRUE(activate(setting(), number, agreements).ok());  // the step itself has been taken
  EXPECT_EQ(state(number), State::active);
  EXPECT_EQ(pending_steps(store())->size(), 1u);
  EXPECT_EQ(due(setting())->failed, 1u);
  fails = false;
  EXPECT_EQ(due(setting())->caught_up, 1u);
  EXPECT_EQ(followed, (std::vector<std::string>{number + " activate"}));
  EXPECT_EQ(due(setting())->caught_up, 0u);
}

// The program that took the step and the clock, which comes round just then.
TEST_F(LifecycleTest, TwoWhoFollowAStepAtTheSameTimeRecordItOnce) {
  bool clock_comes = true;
  size_t done = 0;
  hooks_.after_step = [&](const Case&, const Step&) -> Result<void> {
    ++done;
    if (std::exchange(clock_comes, false)) {
      EXPECT_EQ(due(setting())->caught_up, 1u);
    }
    return {};
  };
  submitted();
  EXPECT_EQ(done, 2u) << "it is made to be done twice";
  EXPECT_EQ(records("casework.followed").size(), 1u);
  EXPECT_TRUE(pending_steps(store())->empty());
}

TEST_F(LifecycleTest, WhatFollowsAStepMayTakeStepsItself) {
  std::vector<std::string> followed;
  hooks_.after_step = [&](const Case& about, const Step& step) -> Result<void> {
    followed.emplace_back(name_of(step.event));
    if (step.event == Event::sign) TRY(activate(setting(), about.number, agreements));
    return {};
  };
  const std::string number = approved();
  followed.clear();
  take(number, "sofie", Event::sign);
  EXPECT_EQ(state(number), State::active);
  EXPECT_EQ(followed, (std::vector<std::string>{"sign", "activate"}));
  EXPECT_TRUE(pending_steps(store())->empty());
}

TEST_F(LifecycleTest, OtherAuthoritiesAmendNothing) {
  const std::string number = active();
  EXPECT_EQ(amend(setting(), number, user("nils"), {}).error().code, "casework.unknown");
  EXPECT_EQ(extend(setting(), number, user("nils"), {}).error().code, "casework.unknown");
  EXPECT_EQ(amend(setting(), number, user("karl"), {}).error().code, "casework.not_allowed");
  EXPECT_EQ(list(store())->size(), 1u);
  EXPECT_EQ(records("casework.refused").size(), 3u);
}

}  // namespace
}  // namespace fvm::casework
