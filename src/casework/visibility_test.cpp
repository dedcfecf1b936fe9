// Who sees a case, and what is taken out for those outside: every combination of facts, and every kind of
// step.
#include "casework/visibility.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "casework/testing.hpp"

namespace fvm::casework {
namespace {

constexpr unsigned facts_count = 10;

Facts facts_of_bits(unsigned bits) {
  const auto bit = [&](unsigned number) { return (bits >> number & 1u) != 0; };
  return {.open_account = bit(0),
          .applicant = bit(1),
          .signatory = bit(2),
          .caseworker = bit(3),
          .decision_maker = bit(4),
          .assigned = bit(5),
          .unassigned = bit(6),
          .handled = bit(7),
          .by_mail = bit(8),
          .handed_in = bit(9)};
}

template <class Check>
void for_all_facts(Check check) {
  for (unsigned bits = 0; bits < 1u << facts_count; ++bits) check(facts_of_bits(bits), bits);
}

TEST(Sight, AClosedAccountSeesNothing) {
  for_all_facts([](const Facts& facts, unsigned bits) {
    if (!facts.open_account) {
      EXPECT_EQ(sight_of(facts), Sight::nothing) << bits;
    }
  });
}

// Also when the same person works for the service: what colleagues write about his own case is not for him.
TEST(Sight, WhoeverAppliesIsOutside) {
  for_all_facts([](const Facts& facts, unsigned bits) {
    if (facts.open_account && facts.applicant) {
      EXPECT_EQ(sight_of(facts), Sight::outside) << bits;
    }
    if (facts.open_account && facts.signatory && facts.handed_in) {
      EXPECT_EQ(sight_of(facts), Sight::outside) << bits;
    }
  });
}

TEST(Sight, OnlyTheServiceIsInsideAndNotBeforeItConcernsIt) {
  for_all_facts([](const Facts& facts, unsigned bits) {
    if (sight_of(facts) != Sight::inside) return;
    EXPECT_TRUE(facts.caseworker || facts.decision_maker) << bits;
    EXPECT_TRUE(facts.handed_in || facts.by_mail) << bits;
  });
  EXPECT_EQ(sight_of({.open_account = true, .caseworker = true}), Sight::nothing);
  EXPECT_EQ(sight_of({.open_account = true, .caseworker = true, .handed_in = true}), Sight::inside);
  EXPECT_EQ(sight_of({.open_account = true, .caseworker = true, .by_mail = true}), Sight::inside);
  EXPECT_EQ(sight_of({.open_account = true, .decision_maker = true, .handed_in = true}), Sight::inside);
}

TEST(Sight, WithoutAPartInTheCaseNobodySeesIt) {
  for_all_facts([](const Facts& facts, unsigned bits) {
    if (!facts.applicant && !facts.signatory && !facts.caseworker && !facts.decision_maker) {
      EXPECT_EQ(sight_of(facts), Sight::nothing) << bits;
    }
  });
  EXPECT_EQ(sight_of({.open_account = true, .signatory = true}), Sight::nothing) << "a draft is not his yet";
}

// One step of every kind in the table, with a name and words that can be told again.
Case with_every_step() {
  Case out{.number = "FVM-2026-0001", .applicant = "anna", .caseworker = "karl"};
  for (const Transition& each : transitions()) {
    const bool theirs = each.role == Role::applicant || each.role == Role::signatory;
    out.history.push_back(
        {.actor = theirs                      ? "anna"
                  : each.role == Role::system ? "fvm-casework"
                                              : "karl",
         .role = each.role,
         .event = each.event,
         .from = each.from,
         .to = each.to,
         .words = std::string(name_of(each.event)) + "-words",
         .subject = each.event == Event::assign || each.event == Event::ask ? "kirsten" : ""});
  }
  return out;
}

TEST(Seen, FromOutsideNoNameOfTheServiceStandsAnywhere) {
  const Case whole = with_every_step();
  const Case out = seen(whole, Sight::outside);
  EXPECT_EQ(out.caseworker, the_service);
  EXPECT_LT(out.history.size(), whole.history.size());
  for (const Step& step : out.history) {
    EXPECT_FALSE(is_internal(step.event)) << name_of(step.event);
    for (const char* name : {"karl", "kirsten"}) {
      EXPECT_NE(step.actor, name) << name_of(step.event);
      EXPECT_NE(step.subject, name) << name_of(step.event);
    }
    // Why a case was given to whom is the service's own; every other word that is not internal was said to
    // them.
    EXPECT_EQ(step.words.empty(), step.event == Event::assign) << name_of(step.event);
  }
}

TEST(Seen, FromOutsideEveryOpenStepIsThereInItsOrderAndOnesOwnNameToo) {
  const Case whole = with_every_step();
  const Case out = seen(whole, Sight::outside);
  std::vector<Event> expected, found;
  for (const Step& step : whole.history)
    if (!is_internal(step.event)) expected.push_back(step.event);
  for (const Step& step : out.history) found.push_back(step.event);
  EXPECT_EQ(found, expected);
  for (const Step& step : out.history) {
    if (step.role == Role::applicant || step.role == Role::signatory) {
      EXPECT_EQ(step.actor, "anna");
    }
    if (step.role == Role::system) {
      EXPECT_EQ(step.actor, "fvm-casework");
    }
  }
}

TEST(Seen, FromInsideEverythingAndFromNowhereNothing) {
  const Case whole = with_every_step();
  const Case inside = seen(whole, Sight::inside), nothing = seen(whole, Sight::nothing);
  EXPECT_EQ(inside.history.size(), whole.history.size());
  EXPECT_EQ(inside.caseworker, "karl");
  for (size_t i = 0; i < whole.history.size(); ++i) {
    EXPECT_EQ(inside.history[i].actor, whole.history[i].actor);
    EXPECT_EQ(inside.history[i].words, whole.history[i].words);
  }
  EXPECT_TRUE(nothing.number.empty() && nothing.history.empty() && nothing.caseworker.empty());
}

TEST(Seen, ACaseOfNobodyDoesNotLookAsIfSomebodyHadIt) {
  EXPECT_EQ(seen({.number = "FVM-2026-0001"}, Sight::outside).caseworker, "");
}

class SightInTheStore : public CaseworkTest {};

TEST_F(SightInTheStore, ChangesWithTheCase) {
  const std::string number = draft();
  const auto sights = [&](const char* who) { return sight_of(store(), found(number), who).value(); };
  EXPECT_EQ(sights("anna"), Sight::outside);
  EXPECT_EQ(sights("karl"), Sight::nothing);
  EXPECT_EQ(sights("sofie"), Sight::nothing);
  ASSERT_TRUE(submit(setting(), number, user("anna")).ok());
  EXPECT_EQ(sights("karl"), Sight::inside);
  EXPECT_EQ(sights("dorte"), Sight::inside);
  EXPECT_EQ(sights("sofie"), Sight::outside);
  EXPECT_EQ(sights("nils"), Sight::nothing) << "applicant and signatory of another authority";
  EXPECT_EQ(sights("olga"), Sight::nothing) << "an operator runs machines, not cases";
  ASSERT_TRUE(identity::close_user(*ledger_, "root", "anna", "left").ok());
  EXPECT_EQ(sights("anna"), Sight::nothing);
  take(number, "karl", Event::assign, {{}, "karl"});
  take(number, "dorte", Event::reject);
  EXPECT_EQ(sights("sofie"), Sight::outside) << "a case that has ended may be read again";
}

TEST_F(SightInTheStore, ADraftThatWasTakenBackIsStillNobodyElses) {
  const std::string number = draft();
  take(number, "anna", Event::withdraw);
  for (const char* other : {"sofie", "karl", "dorte"})
    EXPECT_EQ(find_visible(store(), number, other).error().code, "casework.unknown") << other;
}

TEST_F(SightInTheStore, ListsAreOnlyOfWhatMayBeSeenAndSeenAsOneByOne) {
  const std::string first = under_assessment(), second = draft(), third = submitted();
  take(first, "karl", Event::note, {"hemmelig", {}});
  for (const char* who : {"anna", "sofie", "karl", "dorte", "nils", "olga", "nobody"}) {
    const auto seen_by = visible(store(), all(), who).value();
    for (const Case& each : all()) {
      const bool listed = std::any_of(seen_by.begin(), seen_by.end(),
                                      [&](const Case& one) { return one.number == each.number; });
      EXPECT_EQ(listed, find_visible(store(), each.number, who).ok()) << who << " " << each.number;
    }
  }
  EXPECT_EQ(visible(store(), all(), "anna")->size(), 3u);
  EXPECT_EQ(visible(store(), all(), "karl")->size(), 2u);
}

}  // namespace
}  // namespace fvm::casework
