#include "release/permissions.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "release/states.hpp"
#include "release/store.hpp"
#include "release/testing.hpp"

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

class SeenBy : public ReleaseTest {
 protected:
  // Of seven requests the first, the second and the last are anna's, the four between of eve's project.
  void SetUp() override {
    ReleaseTest::SetUp();
    for (int i = 0; i < 7; ++i) numbers_.push_back(sent());
    execute(
        "UPDATE release_request SET author = 'eve', project = 'FVM-2026-0018' WHERE id BETWEEN (SELECT "
        "min(id) + 2 FROM release_request) AND (SELECT min(id) + 5 FROM release_request)");
  }
  // Page by page, "|" behind each.
  std::string pages(const char* who, int64_t most) {
    std::string out;
    for (int64_t before = 0;;) {
      const auto page = seen_by(store(), who, {}, before, most).value();
      if (page.empty()) return out;
      for (const Request& each : page)
        out += std::to_string(std::find(numbers_.begin(), numbers_.end(), each.number) - numbers_.begin());
      out += "|";
      before = page.back().id;
    }
  }
  std::vector<std::string> numbers_;
};

TEST_F(SeenBy, APageIsFullOfWhatOneMaySeeAndOfNothingElse) {
  EXPECT_EQ(pages("anna", 2), "61|0|") << "over the four that she does not see";
  EXPECT_EQ(pages("bo", 7), "6543210|") << "a reviewer sees all";
  EXPECT_EQ(pages("eve", 3), "543|2|");
  EXPECT_EQ(pages("rita", 3), "654|321|0|");
  EXPECT_EQ(pages("nobody", 3), "");
  execute("UPDATE user SET closed = 1 WHERE name = 'eve'");
  EXPECT_EQ(pages("eve", 3), "") << "an account that is closed";
}

// The list in pages and the rule for one request must agree, whoever asks.
TEST_F(SeenBy, HoldsWhatTheRuleForOneSays) {
  const auto all = list(store()).value();
  for (const char* who : {"anna", "bo", "eve", "rita", "olga", "selma", "nobody"}) {
    const auto listed = seen_by(store(), who, {}).value();
    for (const Request& each : all) {
      const bool is_listed = std::any_of(listed.begin(), listed.end(),
                                         [&](const Request& one) { return one.number == each.number; });
      EXPECT_EQ(is_listed, may_see(store(), each, who).value()) << who << " " << each.number;
    }
  }
}

}  // namespace
}  // namespace fvm::release
