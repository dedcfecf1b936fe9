// Who somebody is to a case, and what follows from it whatever else he is.
#include "casework/permissions.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "casework/testing.hpp"
#include "casework/visibility.hpp"

namespace fvm::casework {
namespace {

Facts any_facts() {
  const auto flag = [] { return *rc::gen::arbitrary<bool>(); };
  Facts facts;
  facts.open_account = flag(), facts.applicant = flag(), facts.signatory = flag();
  facts.caseworker = flag(), facts.decision_maker = flag();
  facts.assigned = flag();
  facts.unassigned = !facts.assigned && flag();
  facts.handled = facts.assigned || flag();
  facts.by_mail = !facts.applicant && flag();
  facts.handed_in = flag();
  return facts;
}

Event any_event() {
  return *rc::gen::elementOf(std::vector<Event>(all_events().begin(), all_events().end()));
}

State any_state() {
  return *rc::gen::elementOf(std::vector<State>(all_states().begin(), all_states().end()));
}

TEST(Roles, TheStrongestBarWins) {
  Facts facts{
      .open_account = true, .applicant = true, .caseworker = true, .decision_maker = true, .handed_in = true};
  EXPECT_EQ(role_of(facts, Event::approve), Role::applicant);
  facts.applicant = false;
  EXPECT_EQ(role_of(facts, Event::approve), Role::decision_maker);
  EXPECT_EQ(role_of(facts, Event::opine), Role::colleague);
  facts.handled = facts.assigned = true;
  EXPECT_EQ(role_of(facts, Event::approve), Role::caseworker);
  facts.assigned = false;
  EXPECT_EQ(role_of(facts, Event::approve), Role::colleague);
  facts.open_account = false;
  EXPECT_EQ(role_of(facts, Event::approve), Role::stranger);
}

TEST(Roles, ASignatoryWhoAppliesSignsAsSignatory) {
  const Facts facts{.open_account = true, .applicant = true, .signatory = true, .handed_in = true};
  EXPECT_EQ(role_of(facts, Event::sign), Role::signatory);
  EXPECT_EQ(role_of(facts, Event::withdraw), Role::applicant);
}

TEST(Roles, ACaseworkerTypesForWhoeverHasNoAccount) {
  Facts facts{.open_account = true, .caseworker = true, .unassigned = true, .by_mail = true};
  EXPECT_EQ(role_of(facts, Event::save), Role::proxy);
  EXPECT_EQ(role_of(facts, Event::note), Role::proxy);
  facts.handed_in = true;
  EXPECT_EQ(role_of(facts, Event::answer), Role::proxy);
  EXPECT_EQ(role_of(facts, Event::assign), Role::caseworker);
  facts.by_mail = false;
  EXPECT_EQ(role_of(facts, Event::save), Role::caseworker);  // and the table has no such step
  EXPECT_FALSE(next(State::returned, Event::save, Role::caseworker));
}

// Nobody decides a case that is or ever was his, in whatever state, whatever roles he has.
RC_GTEST_PROP(RolesProperty, WhoeverAppliedOrHandledNeverDecides, ()) {
  Facts facts = any_facts();
  if (*rc::gen::arbitrary<bool>())
    facts.applicant = true;
  else
    facts.handled = true;
  for (const Event event : {Event::approve, Event::reject})
    RC_ASSERT(!next(any_state(), event, role_of(facts, event)));
}

RC_GTEST_PROP(RolesProperty, AClosedAccountDoesNothing, ()) {
  Facts facts = any_facts();
  facts.open_account = false;
  const Event event = any_event();
  RC_ASSERT(!next(any_state(), event, role_of(facts, event)));
  RC_ASSERT(sight_of(facts) == Sight::nothing);
}

RC_GTEST_PROP(RolesProperty, NoPersonIsEverTheSystem, ()) {
  RC_ASSERT(role_of(any_facts(), any_event()) != Role::system);
}

RC_GTEST_PROP(RolesProperty, WhoeverMayDoSomethingMaySeeTheCase, ()) {
  const Facts facts = any_facts();
  const Event event = any_event();
  const State state = facts.handed_in ? any_state() : State::draft;
  if (next(state, event, role_of(facts, event))) RC_ASSERT(sight_of(facts) != Sight::nothing);
}

RC_GTEST_PROP(RolesProperty, TheServiceSeesNothingOfADraftFromAnAccount, ()) {
  Facts facts = any_facts();
  facts.applicant = facts.by_mail = facts.handed_in = false;
  RC_ASSERT(sight_of(facts) == Sight::nothing);
  const Event event = any_event();
  RC_ASSERT(role_of(facts, event) == Role::stranger);
}

class PermissionsInTheStore : public CaseworkTest {};

TEST_F(PermissionsInTheStore, FactsComeFromAccountsAndHistory) {
  const std::string number = under_assessment();
  EXPECT_TRUE(facts_of(store(), found(number), "anna")->applicant);
  EXPECT_TRUE(facts_of(store(), found(number), "sofie")->signatory);
  EXPECT_FALSE(facts_of(store(), found(number), "nils")->signatory);  // signs for another institution
  EXPECT_TRUE(facts_of(store(), found(number), "karl")->assigned);
  EXPECT_FALSE(facts_of(store(), found(number), "kirsten")->assigned);
  EXPECT_FALSE(facts_of(store(), found(number), "nobody")->open_account);
  take(number, "kirsten", Event::assign, {{}, "begge"});
  EXPECT_TRUE(facts_of(store(), found(number), "karl")->handled);
  ASSERT_TRUE(identity::close_user(*ledger_, "root", "sofie", "left").ok());
  EXPECT_FALSE(facts_of(store(), found(number), "sofie")->open_account);
}

TEST_F(PermissionsInTheStore, WhoHandledItCannotGiveItAwayAndThenDecide) {
  const std::string number = submitted();
  take(number, "begge", Event::assign, {{}, "begge"});
  take(number, "begge", Event::assign, {{}, "karl"});
  EXPECT_EQ(refusal(number, "begge", Event::approve), "casework.not_decision_maker");
  take(number, "dorte", Event::approve);
}

TEST_F(PermissionsInTheStore, ARefusalSaysWhyAndIsARecord) {
  const std::string number = under_assessment();
  EXPECT_EQ(refusal(number, "anna", Event::approve), "casework.own_case");
  EXPECT_EQ(refusal(number, "karl", Event::approve), "casework.not_decision_maker");
  EXPECT_EQ(refusal(number, "kirsten", Event::approve), "casework.not_decision_maker");
  EXPECT_EQ(refusal(number, "karl", Event::answer), "casework.not_allowed");
  EXPECT_EQ(refusal(number, "nils", Event::comment), "casework.unknown");
  EXPECT_EQ(refusal(number, "olga", Event::close), "casework.unknown");
  EXPECT_EQ(refusal(number, "nobody", Event::withdraw), "casework.unknown");
  EXPECT_EQ(records("casework.refused").size(), 7u);
  EXPECT_EQ(state(number), State::under_assessment);
}

class VisibilityTest : public CaseworkTest {};

TEST_F(VisibilityTest, ApplicantsSeeTheirOwnCasesAndNobodyElses) {
  const std::string number = draft();
  EXPECT_TRUE(find_visible(store(), number, "anna").ok());
  for (const char* other : {"sofie", "nils", "karl", "dorte", "olga", "nobody"})
    EXPECT_EQ(find_visible(store(), number, other).error().code, "casework.unknown") << other;
  ASSERT_TRUE(submit(setting(), number, user("anna")).ok());
  for (const char* other : {"sofie", "karl", "kirsten", "dorte"})
    EXPECT_TRUE(find_visible(store(), number, other).ok()) << other;
  for (const char* other : {"nils", "olga", "nobody"})
    EXPECT_EQ(find_visible(store(), number, other).error().code, "casework.unknown") << other;
  EXPECT_EQ(visible(store(), list(store()).value(), "nils")->size(), 0u);
  EXPECT_EQ(visible(store(), list(store()).value(), "anna")->size(), 1u);
}

TEST_F(VisibilityTest, NoInternalWordReachesTheOutside) {
  const std::string number = under_assessment();
  take(number, "karl", Event::note, {"hemmelig-1", {}});
  take(number, "karl", Event::ask, {"hemmelig-2", "kirsten"});
  take(number, "kirsten", Event::opine, {"hemmelig-3", {}});
  take(number, "karl", Event::recommend, {"hemmelig-4", "approve"});
  take(number, "karl", Event::comment, {"offentlig", {}});
  for (const char* outside : {"anna", "sofie"}) {
    const Case seen = find_visible(store(), number, outside).value();
    bool comment = false;
    for (const Step& step : seen.history) {
      EXPECT_EQ(step.words.find("hemmelig"), std::string::npos) << outside;
      EXPECT_EQ(step.actor.find("karl"), std::string::npos) << outside;
      EXPECT_NE(step.subject, "kirsten") << outside;
      EXPECT_NE(step.subject, "karl") << outside;
      comment |= step.words == "offentlig" && step.actor == the_service;
    }
    EXPECT_TRUE(comment);
    EXPECT_EQ(seen.caseworker, the_service);
  }
  EXPECT_EQ(find_visible(store(), number, "dorte")->history.size(), found(number).history.size());
}

}  // namespace
}  // namespace fvm::casework
