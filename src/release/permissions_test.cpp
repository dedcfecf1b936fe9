#include "release/permissions.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "release/states.hpp"

namespace fvm::release {
namespace {

Facts facts(bool author, bool member, bool reviewer, bool administrator, bool open = true) {
  return {open, author, member, reviewer, administrator};
}

TEST(Permissions, TheStrongestBarWins) {
  EXPECT_EQ(role_of(facts(true, true, true, true), Event::approve), Role::author);
  EXPECT_EQ(role_of(facts(false, true, true, true), Event::approve), Role::member);
  EXPECT_EQ(role_of(facts(false, false, true, true), Event::approve), Role::reviewer);
  EXPECT_EQ(role_of(facts(false, false, true, true), Event::resume), Role::administrator);
  EXPECT_EQ(role_of(facts(false, false, false, false), Event::approve), Role::stranger);
  EXPECT_EQ(role_of(facts(false, false, true, true, false), Event::approve), Role::stranger);
}

// Invariant 3: whatever else somebody is, an author or a member can take no step that decides.
RC_GTEST_PROP(Permissions, NoAuthorNorMemberEverDecides,
              (bool reviewer, bool administrator, bool author, bool open)) {
  for (const State state : all_states()) {
    for (const Event event : {Event::approve, Event::reject, Event::send_back, Event::vote, Event::complete,
                              Event::escalate, Event::resume, Event::settle, Event::close, Event::find}) {
      RC_ASSERT(!next(state, event, role_of(facts(author, true, reviewer, administrator, open), event)));
    }
  }
}

TEST(Permissions, NoPersonCanTakeTheStepsOfOurPrograms) {
  for (const bool author : {false, true}) {
    for (const bool administrator : {false, true}) {
      for (const Event event : {Event::pass, Event::pass_two, Event::clear, Event::admit, Event::check,
                                Event::start, Event::accept, Event::sample, Event::suspend, Event::restore}) {
        for (const State state : all_states()) {
          EXPECT_FALSE(next(state, event, role_of(facts(author, author, true, administrator), event)));
        }
      }
    }
  }
}

TEST(Permissions, ARefusalSaysWhy) {
  const Request request{.number = "H-000001", .state = State::in_review};
  EXPECT_EQ(refusal(request, Event::approve, Role::author).code, "release.own_review");
  EXPECT_EQ(refusal(request, Event::reject, Role::member).code, "release.member_review");
  EXPECT_EQ(refusal(request, Event::approve, Role::stranger).code, "release.not_reviewer");
  EXPECT_EQ(refusal(request, Event::withdraw, Role::reviewer).code, "release.not_allowed");
}

}  // namespace
}  // namespace fvm::release
