#include "casework/states.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

namespace fvm::casework {
namespace {

using S = State;
using E = Event;
using R = Role;
using Step = std::tuple<State, Event, Role, State>;

// Written by hand a second time and the other way round (by right, not by state), so that a slip in
// states.def cannot pass unseen.
struct Right {
  Event event;
  std::set<Role> roles;
  std::map<State, State> steps;
};

const std::map<S, S> stay_handed_in = {{S::submitted, S::submitted},
                                       {S::returned, S::returned},
                                       {S::under_assessment, S::under_assessment},
                                       {S::awaiting_agreement, S::awaiting_agreement},
                                       {S::active, S::active},
                                       {S::amended, S::amended},
                                       {S::expiring, S::expiring}};

std::map<S, S> without(std::map<S, S> steps, std::initializer_list<S> states) {
  for (const S state : states) steps.erase(state);
  return steps;
}

const std::vector<Right> rights = {
    // The applicant's own: a text may be changed only while the ball is his.
    {E::save, {R::applicant, R::proxy}, {{S::draft, S::draft}, {S::returned, S::returned}}},
    {E::submit, {R::applicant, R::proxy, R::system}, {{S::draft, S::submitted}}},
    {E::answer, {R::applicant, R::proxy}, {{S::returned, S::under_assessment}}},
    // Taking back: until it is in force; the signatory too, once it has been handed in.
    {E::withdraw, {R::applicant, R::proxy}, {{S::draft, S::withdrawn}}},
    {E::withdraw,
     {R::applicant, R::signatory, R::proxy},
     {{S::submitted, S::withdrawn}, {S::returned, S::withdrawn}, {S::under_assessment, S::withdrawn}}},
    {E::withdraw, {R::applicant, R::signatory}, {{S::awaiting_agreement, S::withdrawn}}},
    {E::hand_over, {R::proxy}, {{S::draft, S::draft}}},
    {E::hand_over, {R::proxy}, without(stay_handed_in, {S::amended})},
    // Words.
    {E::comment, {R::applicant, R::signatory, R::caseworker, R::decision_maker}, stay_handed_in},
    {E::note, {R::caseworker, R::decision_maker}, stay_handed_in},
    {E::note, {R::colleague}, without(stay_handed_in, {S::submitted})},
    {E::note, {R::proxy}, {{S::draft, S::draft}}},
    // Assessment.
    {E::assign, {R::caseworker, R::decision_maker}, {{S::submitted, S::under_assessment}}},
    {E::assign, {R::caseworker, R::colleague, R::decision_maker}, without(stay_handed_in, {S::submitted})},
    {E::request, {R::caseworker}, {{S::submitted, S::returned}}},
    {E::request, {R::caseworker, R::decision_maker}, {{S::under_assessment, S::returned}}},
    {E::ask, {R::caseworker, R::decision_maker}, {{S::under_assessment, S::under_assessment}}},
    {E::opine, {R::colleague}, {{S::under_assessment, S::under_assessment}}},
    {E::recommend, {R::caseworker}, {{S::under_assessment, S::under_assessment}}},
    {E::approve, {R::decision_maker}, {{S::under_assessment, S::awaiting_agreement}}},
    {E::reject, {R::decision_maker}, {{S::under_assessment, S::rejected}}},
    {E::reopen, {R::caseworker, R::decision_maker}, {{S::awaiting_agreement, S::under_assessment}}},
    // Agreement and what follows.
    {E::sign, {R::signatory, R::system}, {{S::awaiting_agreement, S::awaiting_agreement}}},
    {E::activate, {R::system}, {{S::awaiting_agreement, S::active}}},
    {E::adopt, {R::system}, {{S::awaiting_agreement, S::closed}}},
    {E::amend, {R::applicant}, {{S::active, S::amended}, {S::expiring, S::amended}}},
    {E::resume, {R::system}, {{S::amended, S::active}}},
    {E::extend,
     {R::applicant},
     {{S::active, S::active}, {S::amended, S::amended}, {S::expiring, S::expiring}}},
    {E::warn, {R::system}, {{S::active, S::expiring}}},
    {E::expire, {R::system}, {{S::active, S::closed}, {S::amended, S::closed}, {S::expiring, S::closed}}},
    {E::succeed, {R::system}, {{S::active, S::closed}, {S::expiring, S::closed}}},
    {E::close,
     {R::applicant, R::signatory, R::caseworker, R::decision_maker},
     {{S::active, S::closed}, {S::amended, S::closed}, {S::expiring, S::closed}}},
    {E::lapse,
     {R::system},
     {{S::draft, S::withdrawn},
      {S::submitted, S::withdrawn},
      {S::returned, S::withdrawn},
      {S::under_assessment, S::withdrawn},
      {S::awaiting_agreement, S::withdrawn}}},
};

std::set<Step> expected() {
  std::set<Step> out;
  for (const Right& right : rights) {
    for (const Role role : right.roles) {
      for (const auto& [from, to] : right.steps) out.emplace(from, right.event, role, to);
    }
  }
  return out;
}

std::string text_of(const std::set<Step>& steps) {
  std::string out;
  for (const auto& [from, event, role, to] : steps) {
    out += std::string(name_of(from)) + " " + std::string(name_of(event)) + " " + std::string(name_of(role)) +
           " -> " + std::string(name_of(to)) + "\n";
  }
  return out;
}

TEST(CaseworkStates, WholeCubeAllowsExactlyWhatIsListed) {
  std::set<Step> allowed;
  for (const State state : all_states()) {
    for (const Event event : all_events()) {
      for (const Role role : all_roles()) {
        if (const auto step = next(state, event, role)) allowed.emplace(state, event, role, step->to);
      }
    }
  }
  EXPECT_EQ(text_of(allowed), text_of(expected()));
  EXPECT_EQ(allowed.size(), transitions().size()) << "a step is listed twice";
}

TEST(CaseworkStates, FinalStatesHaveNoWayOutAndOthersHaveOne) {
  for (const State state : all_states()) {
    size_t ways = 0;
    for (const Transition& step : transitions()) ways += step.from == state;
    EXPECT_EQ(ways == 0, is_final(state)) << name_of(state);
  }
}

// Walks forwards from the draft without one event.
std::set<State> reached_without(Event left_out) {
  std::set<State> reached = {State::draft};
  for (bool grew = true; grew;) {
    grew = false;
    for (const Transition& step : transitions()) {
      if (step.event != left_out && reached.contains(step.from)) grew |= reached.insert(step.to).second;
    }
  }
  return reached;
}

TEST(CaseworkStates, AccessIsReachedOnlyThroughAnApprovalAndTheAgreements) {
  for (const Event needed : {Event::submit, Event::approve, Event::activate}) {
    const auto reached = reached_without(needed);
    for (const State access : {State::active, State::amended, State::expiring})
      EXPECT_FALSE(reached.contains(access)) << name_of(needed) << " " << name_of(access);
  }
  EXPECT_TRUE(reached_without(Event::warn).contains(State::active));  // the walk does walk
}

TEST(CaseworkStates, StrangersMayNothingAndOnlyDecisionMakersDecide) {
  for (const Transition& step : transitions()) {
    EXPECT_NE(step.role, Role::stranger);
    const bool decides = step.event == Event::approve || step.event == Event::reject;
    const bool begins_access = step.event == Event::activate || step.event == Event::adopt;
    EXPECT_TRUE(!decides || step.role == Role::decision_maker) << name_of(step.role);
    EXPECT_TRUE(!begins_access || step.role == Role::system) << name_of(step.role);
  }
}

TEST(CaseworkStates, TheClockRunsWhereTheServiceHasTheBall) {
  for (const State state : all_states())
    EXPECT_EQ(counts(state), state == State::submitted || state == State::under_assessment) << name_of(state);
}

TEST(CaseworkStates, DecisionsQuestionsAndEndsNeedWords) {
  for (const Event event :
       {Event::approve, Event::reject, Event::request, Event::answer, Event::close, Event::reopen,
        Event::comment, Event::note, Event::ask, Event::opine, Event::recommend})
    EXPECT_TRUE(needs_words(event)) << name_of(event);
  for (const Event event : {Event::submit, Event::save, Event::assign, Event::withdraw, Event::warn})
    EXPECT_FALSE(needs_words(event)) << name_of(event);
}

TEST(CaseworkStates, TheServicesOwnWordsAreInternal) {
  for (const Event event : all_events()) {
    const bool own =
        event == Event::note || event == Event::ask || event == Event::opine || event == Event::recommend;
    EXPECT_EQ(is_internal(event), own) << name_of(event);
  }
}

TEST(CaseworkStates, NobodyIsToldOfInternalStepsButTheService) {
  for (const Transition& step : transitions()) {
    EXPECT_FALSE(is_internal(step.event) && (step.notice == Notice::applicant || step.notice == Notice::both))
        << name_of(step.event);
  }
}

TEST(CaseworkStates, NamesReadBack) {
  for (const State state : all_states()) EXPECT_EQ(state_named(name_of(state)), state);
  for (const Event event : all_events()) EXPECT_EQ(event_named(name_of(event)), event);
  EXPECT_FALSE(state_named("ACTIVE"));
  EXPECT_FALSE(event_named(""));
}

}  // namespace
}  // namespace fvm::casework
