#include "release/states.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

namespace fvm::release {
namespace {

// Written by hand a second time, so that a slip in states.def cannot pass unseen.
const std::set<std::tuple<State, Event, Role, State>> expected = {
    {State::staged, Event::send, Role::author, State::captured},
    {State::staged, Event::abandon, Role::checker, State::withdrawn},
    {State::staged, Event::withdraw, Role::author, State::withdrawn},
    {State::captured, Event::check, Role::checker, State::checking},
    {State::checking, Event::block, Role::checker, State::blocked},
    {State::checking, Event::pass, Role::checker, State::in_review},
    {State::checking, Event::clear, Role::checker, State::approved},
    {State::in_review, Event::approve, Role::reviewer, State::approved},
    {State::in_review, Event::reject, Role::reviewer, State::rejected},
    {State::in_review, Event::withdraw, Role::author, State::withdrawn},
    {State::approved, Event::start, Role::courier, State::sending},
    {State::approved, Event::hold, Role::courier, State::held},
    {State::approved, Event::hold, Role::administrator, State::held},
    {State::approved, Event::withdraw, Role::author, State::withdrawn},
    {State::sending, Event::accept, Role::courier, State::sent},
    {State::sending, Event::defer, Role::courier, State::failed},
    {State::sending, Event::hold, Role::courier, State::held},
    {State::failed, Event::start, Role::courier, State::sending},
    {State::failed, Event::hold, Role::courier, State::held},
    {State::failed, Event::hold, Role::administrator, State::held},
    {State::failed, Event::withdraw, Role::author, State::withdrawn},
    {State::held, Event::resume, Role::administrator, State::approved},
    {State::held, Event::settle, Role::administrator, State::sent},
    {State::held, Event::withdraw, Role::author, State::withdrawn},
    {State::held, Event::withdraw, Role::administrator, State::withdrawn},
    {State::sent, Event::recall, Role::author, State::recalled},
    {State::sent, Event::recall, Role::administrator, State::recalled},
};

TEST(ReleaseStates, WholeCubeAllowsExactlyWhatIsListed) {
  std::set<std::tuple<State, Event, Role, State>> allowed;
  for (const State state : all_states()) {
    for (const Event event : all_events()) {
      for (const Role role : all_roles()) {
        if (const auto step = next(state, event, role)) allowed.emplace(state, event, role, step->to);
      }
    }
  }
  EXPECT_EQ(allowed, expected);
  EXPECT_EQ(allowed.size(), transitions().size()) << "a step is listed twice";
}

TEST(ReleaseStates, FinalStatesHaveNoWayOutAndOthersHaveOne) {
  for (const State state : all_states()) {
    size_t ways = 0;
    for (const Transition& step : transitions()) ways += step.from == state;
    EXPECT_EQ(ways == 0, is_final(state)) << name_of(state);
  }
}

TEST(ReleaseStates, SendingIsReachedOnlyThroughAnApprovalOrAClearedTable) {
  // Walk backwards: without the events `approve` and `clear`, no state from which a byte may leave can be
  // reached.
  std::set<State> reached = {State::staged};
  for (bool grew = true; grew;) {
    grew = false;
    for (const Transition& step : transitions()) {
      if (step.event != Event::approve && step.event != Event::clear && reached.contains(step.from))
        grew |= reached.insert(step.to).second;
    }
  }
  EXPECT_FALSE(reached.contains(State::sending));
  EXPECT_FALSE(reached.contains(State::sent));
  EXPECT_TRUE(reached.contains(State::in_review));
}

TEST(ReleaseStates, OnlyAReviewerDecides) {
  for (const Transition& step : transitions()) {
    const bool decides = step.from == State::in_review && step.event != Event::withdraw;
    EXPECT_EQ(step.role == Role::reviewer, decides) << name_of(step.event);
  }
}

TEST(ReleaseStates, OnlyTheCheckClearsAndOnlyWhatWasSentIsRecalled) {
  for (const Transition& step : transitions()) {
    if (step.event == Event::clear) {
      EXPECT_EQ(std::make_tuple(step.from, step.role), std::make_tuple(State::checking, Role::checker));
    }
    EXPECT_EQ(step.event == Event::recall, step.to == State::recalled);
    if (step.event == Event::recall) {
      EXPECT_EQ(step.from, State::sent);
    }
  }
}

TEST(ReleaseStates, NamesReadBack) {
  for (const State state : all_states()) EXPECT_EQ(state_named(name_of(state)), state);
  EXPECT_FALSE(state_named("SENT"));
}

}  // namespace
}  // namespace fvm::release
