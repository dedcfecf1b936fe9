// The whole cube again, through the service and the store: every step that the table does not list for a
// person is refused, recorded, and leaves the case as it was.
#include <gtest/gtest.h>

#include "casework/permissions.hpp"
#include "casework/testing.hpp"

namespace fvm::casework {
namespace {

class CubeTest : public CaseworkTest {
 protected:
  // A case in that state, reached by legal steps.
  std::string case_in(State wanted) {
    switch (wanted) {
      case State::draft:
        return draft();
      case State::submitted:
        return submitted();
      case State::returned:
        return returned();
      case State::under_assessment:
        return under_assessment();
      case State::awaiting_agreement:
        return approved();
      case State::active:
        return active();
      case State::amended: {
        const std::string number = active();
        EXPECT_TRUE(amend(setting(), number, user("anna"), {}).ok());
        return number;
      }
      case State::expiring: {
        const std::string number = active();
        EXPECT_TRUE(take_step(setting(), number, program("fvm-casework"), Event::warn).ok());
        return number;
      }
      case State::closed: {
        const std::string number = active();
        take(number, "anna", Event::close);
        return number;
      }
      case State::rejected: {
        const std::string number = under_assessment();
        take(number, "dorte", Event::reject);
        return number;
      }
      case State::withdrawn: {
        const std::string number = submitted();
        take(number, "anna", Event::withdraw);
        return number;
      }
    }
    return {};
  }
  static Words words_for(Event event) {
    if (event == Event::recommend) return {"ord", "approve"};
    return {"ord", "kirsten"};
  }
};

constexpr const char* people_and_programs[] = {"anna",  "sofie", "nils", "karl",  "kirsten",
                                               "dorte", "begge", "olga", "nobody"};

TEST_F(CubeTest, WhatTheTableDoesNotListIsRefusedRecordedAndChangesNothing) {
  size_t refused = 0, allowed = 0;
  for (const State state : all_states()) {
    const std::string number = case_in(state);
    const Case before = found(number);
    ASSERT_EQ(before.state, state);
    for (const char* who : people_and_programs) {
      for (const Event event : all_events()) {
        if (next(state, event, role_of(store(), before, who, event).value())) {
          ++allowed;
          continue;
        }
        const size_t records_before = ledger_->head()->size;
        const auto done = take_step(setting(), number, user(who), event, words_for(event));
        ASSERT_FALSE(done.ok()) << who << " " << name_of(event) << " " << name_of(state);
        ASSERT_EQ(ledger_->head()->size, records_before + 1) << who << " " << name_of(event);
        ++refused;
      }
    }
    const Case after = found(number);
    EXPECT_EQ(after.state, before.state);
    EXPECT_EQ(after.history.size(), before.history.size());
    EXPECT_EQ(after.caseworker, before.caseworker);
    EXPECT_EQ(after.version, before.version);
    EXPECT_EQ(after.changed, before.changed);
  }
  EXPECT_EQ(records("casework.refused").size(), refused);
  EXPECT_GT(allowed, 100u);
  EXPECT_EQ(refused + allowed, all_states().size() * all_events().size() * std::size(people_and_programs));
}

TEST_F(CubeTest, TheSystemMayOnlyWhatIsListedToo) {
  for (const State state : all_states()) {
    const std::string number = case_in(state);
    for (const Event event : all_events()) {
      if (next(state, event, Role::system)) continue;
      EXPECT_EQ(take_step(setting(), number, program("fvm-x"), event, words_for(event)).error().code,
                "casework.not_allowed")
          << name_of(event) << " " << name_of(state);
    }
    EXPECT_EQ(found(number).state, state);
  }
}

}  // namespace
}  // namespace fvm::casework
