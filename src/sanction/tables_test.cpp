// The tables of this room: measures, states and who somebody is to a case.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "sanction/permissions.hpp"

namespace fvm::sanction {
namespace {

TEST(Measures, OneForEachAndHarderNeverForTheMilder) {
  std::set<std::tuple<Severity, Before, Reported>> seen;
  for (const Rule& rule : rules())
    EXPECT_TRUE(seen.emplace(rule.severity, rule.before, rule.reported).second);
  EXPECT_EQ(seen.size(), 8u);
  for (const auto severity : {Severity::minor, Severity::serious}) {
    for (const auto before : {Before::first, Before::again}) {
      EXPECT_TRUE(is_milder(measure_for(severity, before, Reported::self),
                            measure_for(severity, before, Reported::others)))
          << "reporting oneself mitigates";
    }
  }
  const Measure rule{Reach::project, 30};
  EXPECT_TRUE(is_milder({Reach::user, 30}, rule));
  EXPECT_FALSE(is_milder(rule, rule));
  EXPECT_FALSE(is_milder({Reach::institution, 1}, rule));
  EXPECT_FALSE(is_milder({Reach::user, 0}, rule)) << "for good is longer than anything";
}

using Row = std::tuple<State, Event, Role, State>;
// Written by hand a second time.
const std::set<Row> expected = {
    {State::reported, Event::assess, Role::security, State::hearing},
    {State::reported, Event::dismiss, Role::security, State::dismissed},
    {State::reported, Event::interim, Role::security, State::reported},
    {State::reported, Event::reopen, Role::security, State::reported},
    {State::hearing, Event::interim, Role::security, State::hearing},
    {State::hearing, Event::reopen, Role::security, State::hearing},
    {State::hearing, Event::answer, Role::subject, State::heard},
    {State::hearing, Event::lapse, Role::clock, State::heard},
    {State::heard, Event::interim, Role::security, State::heard},
    {State::heard, Event::reopen, Role::security, State::heard},
    {State::heard, Event::decide, Role::decider, State::in_force},
    {State::heard, Event::dismiss, Role::decider, State::dismissed},
    {State::in_force, Event::appeal, Role::subject, State::appealed},
    {State::in_force, Event::lift, Role::decider, State::lifted},
    {State::in_force, Event::expire, Role::clock, State::expired},
    {State::appealed, Event::uphold, Role::board, State::upheld},
    {State::appealed, Event::overturn, Role::board, State::overturned},
    {State::appealed, Event::expire, Role::clock, State::expired},
    {State::upheld, Event::lift, Role::decider, State::lifted},
    {State::upheld, Event::expire, Role::clock, State::expired},
};

TEST(SanctionStates, WholeCubeAllowsExactlyWhatIsListed) {
  std::set<Row> allowed;
  for (const State state : all_states())
    for (const Event event : all_events())
      for (const Role role : all_roles())
        if (const auto step = next(state, event, role)) allowed.emplace(state, event, role, step->to);
  EXPECT_EQ(allowed, expected);
  EXPECT_EQ(allowed.size(), transitions().size());
}

// Whatever else somebody is: whom it is about, and who is on the project, decides nothing.
RC_GTEST_PROP(SanctionPermissions, NobodyDecidesInHisOwnCase,
              (bool member, bool reporter, bool assessor, bool decided, bool security, bool decider)) {
  for (const bool subject : {true, false}) {
    if (!subject && !member) continue;
    const Facts facts{true, false, subject, member, reporter, assessor, decided, security, decider};
    for (const Event event : {Event::assess, Event::decide, Event::dismiss, Event::lift, Event::uphold,
                              Event::overturn, Event::interim}) {
      for (const State state : all_states()) RC_ASSERT(!next(state, event, role_of(facts, event)));
    }
  }
}

}  // namespace
}  // namespace fvm::sanction
