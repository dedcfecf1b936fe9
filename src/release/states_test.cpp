#include "release/states.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

namespace fvm::release {
namespace {

using S = State;
using E = Event;
using R = Role;
using Row = std::tuple<State, Event, Role, State>;

// Written by hand a second time, so that a slip in states.def cannot pass unseen.
const std::set<Row> expected = {
    // before anybody looks
    {S::staged, E::send, R::author, S::captured},
    {S::staged, E::abandon, R::checker, S::withdrawn},
    {S::staged, E::withdraw, R::author, S::withdrawn},
    {S::captured, E::check, R::checker, S::checking},
    {S::checking, E::fail, R::checker, S::check_failed},
    {S::checking, E::block, R::checker, S::blocked},
    {S::checking, E::question, R::checker, S::questioned},
    {S::checking, E::clear, R::checker, S::auto_cleared},
    {S::checking, E::pass, R::checker, S::in_review},
    {S::checking, E::pass_two, R::checker, S::independent},
    {S::check_failed, E::check, R::checker, S::checking},
    {S::check_failed, E::withdraw, R::author, S::withdrawn},
    {S::questioned, E::answer, R::author, S::checking},
    {S::questioned, E::withdraw, R::author, S::withdrawn},
    {S::questioned, E::expire, R::checker, S::expired},
    {S::auto_cleared, E::admit, R::checker, S::approved},
    {S::auto_cleared, E::check, R::checker, S::checking},
    {S::auto_cleared, E::hold, R::checker, S::held},
    {S::auto_cleared, E::withdraw, R::author, S::withdrawn},
    // people look
    {S::in_review, E::approve, R::reviewer, S::approved},
    {S::in_review, E::reject, R::reviewer, S::rejected},
    {S::in_review, E::send_back, R::reviewer, S::returned},
    {S::in_review, E::escalate, R::reviewer, S::independent},
    {S::in_review, E::withdraw, R::author, S::withdrawn},
    {S::independent, E::vote, R::reviewer, S::independent},
    {S::independent, E::complete, R::reviewer, S::consolidating},
    {S::independent, E::withdraw, R::author, S::withdrawn},
    {S::consolidating, E::vote, R::reviewer, S::consolidating},
    {S::consolidating, E::approve, R::checker, S::approved},
    {S::consolidating, E::reject, R::checker, S::rejected},
    {S::consolidating, E::send_back, R::checker, S::returned},
    {S::consolidating, E::send_back, R::reviewer, S::returned},
    {S::consolidating, E::withdraw, R::author, S::withdrawn},
    {S::returned, E::resubmit, R::author, S::staged},
    {S::returned, E::withdraw, R::author, S::withdrawn},
    {S::returned, E::expire, R::checker, S::expired},
    // on its way
    {S::approved, E::start, R::courier, S::sending},
    {S::approved, E::hold, R::courier, S::held},
    {S::approved, E::hold, R::administrator, S::held},
    {S::approved, E::suspend, R::sanction, S::held},
    {S::approved, E::withdraw, R::author, S::withdrawn},
    {S::sending, E::accept, R::courier, S::sent},
    {S::sending, E::defer, R::courier, S::failed},
    {S::sending, E::hold, R::courier, S::held},
    {S::sending, E::suspend, R::sanction, S::held},
    {S::failed, E::start, R::courier, S::sending},
    {S::failed, E::hold, R::courier, S::held},
    {S::failed, E::hold, R::administrator, S::held},
    {S::failed, E::suspend, R::sanction, S::held},
    {S::failed, E::withdraw, R::author, S::withdrawn},
    {S::bounced, E::start, R::courier, S::sending},
    {S::bounced, E::hold, R::courier, S::held},
    {S::bounced, E::hold, R::administrator, S::held},
    {S::bounced, E::suspend, R::sanction, S::held},
    {S::bounced, E::withdraw, R::author, S::withdrawn},
    {S::held, E::restore, R::sanction, S::approved},
    {S::held, E::accept, R::courier, S::sent},
    {S::held, E::resume, R::administrator, S::approved},
    {S::held, E::settle, R::administrator, S::sent},
    {S::held, E::withdraw, R::author, S::withdrawn},
    {S::held, E::withdraw, R::administrator, S::withdrawn},
    // afterwards
    {S::sent, E::bounce, R::courier, S::bounced},
    {S::sent, E::bounce, R::administrator, S::bounced},
    {S::sent, E::sample, R::checker, S::sampled},
    {S::sent, E::recall, R::author, S::recalled},
    {S::sent, E::recall, R::administrator, S::recalled},
    {S::sampled, E::close, R::inspector, S::closed_ok},
    {S::sampled, E::find, R::inspector, S::finding},
    {S::sampled, E::recall, R::author, S::recalled},
    {S::sampled, E::recall, R::administrator, S::recalled},
    {S::finding, E::recall, R::author, S::recalled},
    {S::finding, E::recall, R::administrator, S::recalled},
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

TEST(ReleaseStates, OnlyReviewersDecideAndAfterTwoVotesOnlyTheirAgreementDoes) {
  for (const Transition& step : transitions()) {
    const bool review = step.from == State::in_review || step.from == State::independent;
    EXPECT_EQ(
        step.role == Role::reviewer,
        (review && step.event != Event::withdraw) ||
            (step.from == State::consolidating &&
             (step.event == Event::vote || (step.event == Event::send_back && step.role != Role::checker))))
        << name_of(step.from) << " " << name_of(step.event);
    if (step.to == State::approved && step.from == State::consolidating) {
      EXPECT_EQ(step.role, Role::checker);
    }
  }
}

TEST(ReleaseStates, ByteLeavesInSendingAloneAndWhoeverIsClosedHasNothingThere) {
  // Each state from which the courier may begin to send can be stopped by a closing, and so can sending
  // itself.
  for (const Transition& step : transitions()) {
    if (step.to != State::sending) continue;
    EXPECT_EQ(step.role, Role::courier);
    EXPECT_EQ(next(step.from, Event::suspend, Role::sanction)->to, State::held) << name_of(step.from);
  }
  EXPECT_EQ(next(State::sending, Event::suspend, Role::sanction)->to, State::held);
}

TEST(ReleaseStates, OnlyTheCheckClearsAndOnlyWhatWasSentIsRecalled) {
  for (const Transition& step : transitions()) {
    if (step.event == Event::clear) {
      EXPECT_EQ(std::make_tuple(step.from, step.role), std::make_tuple(State::checking, Role::checker));
    }
    EXPECT_EQ(step.event == Event::recall, step.to == State::recalled);
    if (step.event == Event::recall) {
      EXPECT_TRUE(step.from == State::sent || step.from == State::sampled || step.from == State::finding);
    }
  }
}

TEST(ReleaseStates, NamesReadBack) {
  for (const State state : all_states()) EXPECT_EQ(state_named(name_of(state)), state);
  EXPECT_FALSE(state_named("SENT"));
}

}  // namespace
}  // namespace fvm::release
