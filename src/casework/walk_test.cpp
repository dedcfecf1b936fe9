// Random people take random steps on random cases. Whatever they do, what the room promises holds.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "casework/testing.hpp"

namespace fvm::casework {
namespace {

constexpr const char* walkers[] = {"anna",  "sofie", "nils", "karl",  "kirsten",
                                   "dorte", "begge", "olga", "nobody"};

class WalkTest : public CaseworkTest {
 protected:
  using Snapshot = std::map<std::string, Case>;

  Snapshot snapshot() const {
    Snapshot out;
    for (const Case& each : all()) out[each.number] = found(each.number);
    return out;
  }

  struct Draw {
    Actor actor;
    Event event{};
    Words words;
  };
  // Anything by anybody.
  static Draw any_draw() {
    const std::string who =
        *rc::gen::elementOf(std::vector<std::string>(std::begin(walkers), std::end(walkers)));
    const auto subject =
        *rc::gen::elementOf(std::vector<std::string>{"", "karl", "kirsten", "anna", "dorte", "approve"});
    const auto text = *rc::gen::elementOf(std::vector<std::string>{"", "ord", "ord\nog ord"});
    return {user(who),
            *rc::gen::elementOf(std::vector<Event>(all_events().begin(), all_events().end())),
            {text, subject}};
  }
  // Something that the table lists, by somebody who may well be the one.
  Draw listed_draw(const Case& about) const {
    std::vector<Transition> open;
    for (const Transition& step : transitions()) {
      // The end of an amendment draws this along; nobody takes it alone.
      if (step.from == about.state && step.event != Event::resume) open.push_back(step);
    }
    if (open.empty()) return any_draw();
    const Transition step = *rc::gen::elementOf(open);
    const std::map<Role, std::string> people_of = {
        {Role::applicant, "anna"},
        {Role::signatory, "sofie"},
        {Role::caseworker, about.caseworker.empty() ? "karl" : about.caseworker},
        {Role::colleague, about.caseworker == "kirsten" ? "karl" : "kirsten"},
        {Role::decision_maker, "dorte"},
        {Role::proxy, "karl"}};
    const auto who = people_of.find(step.role);
    const std::string subject = step.event == Event::recommend ? "approve"
                                : step.event == Event::ask     ? "begge"
                                                               : "karl";
    return {who == people_of.end() ? program("fvm-x") : user(who->second), step.event, {"ord", subject}};
  }

  // Draws and takes one step; true when it was taken.
  bool step_once(const std::string& number) {
    const Draw draw = *rc::gen::arbitrary<bool>() ? listed_draw(found(number)) : any_draw();
    const auto& [actor, event, words] = draw;
    switch (event) {
      case Event::save:
        return save(setting(), number, actor,
                    {.text = application_with("insulin",
                                              *rc::gen::elementOf(std::vector<std::string>{"a", "b"}))})
            .ok();
      case Event::submit: {
        const auto done = submit(setting(), number, actor, words);
        return done.ok() && done->done;
      }
      case Event::answer: {
        const auto done = answer(setting(), number, actor, words);
        return done.ok() && done->done;
      }
      case Event::amend:
        return amend(setting(), number, actor, words).ok();
      case Event::extend:
        return extend(setting(), number, actor, words).ok();
      case Event::activate:
      case Event::adopt:
        return activate(setting(), number, actor).ok();
      default:
        return take_step(setting(), number, actor, event, words).ok();
    }
  }

  void expect_whole(const Case& about) {
    // The history is a walk through the table, from the draft to where the case stands.
    State at = State::draft;
    Time last{};
    for (const Step& step : about.history) {
      RC_ASSERT(step.from == at);
      const auto listed = next(step.from, step.event, step.role);
      RC_ASSERT(listed.has_value());
      RC_ASSERT(listed->to == step.to);
      RC_ASSERT(step.at >= last);
      RC_ASSERT(!needs_words(step.event) || !step.words.empty());
      at = step.to, last = step.at;
    }
    RC_ASSERT(at == about.state);
    RC_ASSERT(about.submitted_version <= about.version);
    RC_ASSERT(about.in_force_version <= about.submitted_version);
    RC_ASSERT(about.submitted.has_value() == (about.submitted_version > 0));
    expect_four_eyes(about);
    expect_access_was_granted(about);
  }
  // Whoever decided had never had the case and had not applied.
  static void expect_four_eyes(const Case& about) {
    for (const Step& decision : about.history) {
      if (decision.event != Event::approve && decision.event != Event::reject) continue;
      RC_ASSERT(decision.actor != about.applicant);
      for (const Step& step : about.history) {
        if (&step == &decision) break;
        RC_ASSERT(step.event != Event::assign || step.subject != decision.actor);
      }
    }
  }
  static void expect_access_was_granted(const Case& about) {
    const bool access =
        about.state == State::active || about.state == State::amended || about.state == State::expiring;
    if (!access) return;
    bool approved = false, in_force = false;
    for (const Step& step : about.history) {
      approved |= step.event == Event::approve;
      in_force |= step.event == Event::activate && step.role == Role::system;
    }
    RC_ASSERT(approved && in_force);
  }
  // Texts that were handed in are never changed.
  void expect_texts_stay(std::map<std::string, std::string>& texts) {
    for (const Case& each : all()) {
      const auto versions = versions_of(store(), each).value();
      for (const Version& version : versions) {
        if (!version.submitted) continue;
        const std::string key = each.number + "/" + std::to_string(version.version);
        const auto known = texts.emplace(key, version.text).first;
        RC_ASSERT(known->second == version.text);
      }
    }
  }
  // An amendment that is open has a parent that waits for it, and only one.
  static void expect_families(const Snapshot& all) {
    for (const auto& [number, about] : all) {
      size_t open = 0;
      for (const auto& [other, child] : all)
        open += child.parent == number && child.kind == Kind::amendment && !is_final(child.state);
      RC_ASSERT(open == (about.state == State::amended ? 1u : 0u));
    }
  }
};

TEST_F(WalkTest, WhateverPeopleDoWhatIsPromisedHolds) {
  size_t taken = 0, refused = 0;
  std::map<std::string, std::string> texts;
  const bool held = rc::check("walks", [&] {
    world_.time = parse_time("2026-11-02T09:00:00Z").value();  // the period lies ahead in every walk
    const std::string number = (*rc::gen::arbitrary<bool>() ? active() : draft());
    for (int steps = 24; steps > 0; --steps) {
      std::vector<std::string> numbers = {number};
      for (const Case& each : all()) {
        if (each.parent == number) numbers.push_back(each.number);
      }
      const std::string on = *rc::gen::elementOf(numbers);
      const Case before = found(on);
      const size_t records_before = ledger_->head()->size;
      pass_days(*rc::gen::inRange(0, 3));
      if (step_once(on)) {
        ++taken;
        RC_ASSERT(ledger_->head()->size == records_before + 1);
      } else {
        ++refused;
        const Case after = found(on);
        RC_ASSERT(after.state == before.state && after.history.size() == before.history.size());
        RC_ASSERT(ledger_->head()->size <= records_before + 1);
      }
      expect_whole(found(on));
    }
    expect_texts_stay(texts);
    expect_families(snapshot());
  });
  EXPECT_TRUE(held);
  EXPECT_GT(taken, 200u);  // of 2400; 270-330 where we looked
  EXPECT_GT(refused, 500u);
  // The walks did reach what they are about.
  for (const char* reached : {"casework.approve", "casework.amend", "casework.extend", "casework.close"})
    EXPECT_FALSE(records(reached).empty()) << reached;
}

}  // namespace
}  // namespace fvm::casework
