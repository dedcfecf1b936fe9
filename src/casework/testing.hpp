// What the tests of this room share: a service with people in it, a clock that stands where it is put, and
// ways to bring a case into a state by legal steps alone.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/forwarding_world.hpp"
#include "casework/service.hpp"
#include "casework/testing_text.hpp"
#include "identity/service.hpp"

namespace fvm::casework {

// The real file system under a clock of our own.
class StandingWorld : public ForwardingWorld {
 public:
  Time time = parse_time("2026-11-02T09:00:00Z").value();
  Time now() override { return time; }
};

class CaseworkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // In memory where there is such a place: these tests are about steps, not about disks.
    const Path memory = "/dev/shm";
    const Path base = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    folder_ = base / ("fvm-casework-" + random_hex(real_world(), 6));
    std::filesystem::create_directories(folder_ / "audit");
    ledger_ = audit::Ledger::open(world_, folder_ / "audit", folder_ / "fvm.sqlite", {}).value();
    ASSERT_TRUE(identity::migrate(*ledger_).ok());
    ASSERT_TRUE(migrate(*ledger_).ok());
    people();
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }

  void people() {
    using identity::Role;
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Demo Kommune", "29189846", {}).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Region Nord", "28856075", {}).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Styrelsen", "10000009", {}).ok());
    const std::vector<std::tuple<const char*, const char*, std::vector<Role>>> all = {
        {"anna", "29189846", {Role::applicant}},
        {"sofie", "29189846", {Role::signatory}},
        {"nils", "28856075", {Role::applicant, Role::signatory}},
        {"karl", "10000009", {Role::caseworker}},
        {"kirsten", "10000009", {Role::caseworker}},
        {"dorte", "10000009", {Role::decision_maker}},
        {"begge", "10000009", {Role::caseworker, Role::decision_maker}},
        {"olga", "10000009", {Role::operator_}},
    };
    for (const auto& [name, institution, roles] : all)
      ASSERT_TRUE(identity::add_user(*ledger_, "root", name, institution, roles).ok()) << name;
  }

  Setting setting() { return {.world = world_, .ledger = *ledger_, .hooks = hooks_}; }
  const store::Database& store() const { return ledger_->database(); }
  Case found(const std::string& number) const { return find(store(), number).value(); }
  std::vector<Case> all(const Filter& filter = {}) const { return list(store(), filter).value(); }
  State state(const std::string& number) const { return found(number).state; }

  // One step that must work.
  Case take(const std::string& number, const char* who, Event event, const Words& words = {"ord", {}}) {
    auto done = take_step(setting(), number, user(who), event, words);
    EXPECT_TRUE(done.ok()) << name_of(event) << " by " << who << ": " << (done.ok() ? "" : done.error().code);
    return done.ok() ? std::move(*done) : Case{};
  }
  // The code of the error of one that must not; "" when it worked.
  std::string refusal(const std::string& number, const char* who, Event event,
                      const Words& words = {"ord", {}}) {
    const auto done = take_step(setting(), number, user(who), event, words);
    return done.ok() ? "" : done.error().code;
  }
  void pass_days(int64_t days) { world_.time.microseconds += days * 86'400'000'000; }

  std::string draft(const std::string& text = whole_application()) {
    const auto made = begin(setting(), user("anna"), {.text = text});
    EXPECT_TRUE(made.ok() && made->done);
    return made.ok() ? made->about.number : "";
  }
  std::string submitted() {
    const std::string number = draft();
    const auto done = submit(setting(), number, user("anna"));
    EXPECT_TRUE(done.ok() && done->done) << (done.ok() ? describe_all(done->findings) : done.error().code);
    return number;
  }
  std::string under_assessment() {
    const std::string number = submitted();
    take(number, "karl", Event::assign, {{}, "karl"});
    return number;
  }
  std::string returned() {
    const std::string number = under_assessment();
    take(number, "karl", Event::request);
    return number;
  }
  std::string approved() {
    const std::string number = under_assessment();
    take(number, "dorte", Event::approve);
    return number;
  }
  std::string active() {
    const std::string number = approved();
    EXPECT_TRUE(activate(setting(), number, program("fvm-agreement")).ok());
    return number;
  }
  static std::string describe_all(const std::vector<Finding>& findings) {
    std::string out;
    for (const Finding& finding : findings) out += describe(Language::english, finding) + "\n";
    return out;
  }

  // The ledger's records of one kind, as they stand in its files.
  std::vector<std::string> records(const std::string& action) const {
    std::vector<std::string> out;
    const auto entries = real_world().list(folder_ / "audit").value();
    for (const auto& entry : entries) {
      if (!entry.name.ends_with(".jsonl")) continue;
      const std::string text = real_world().read_file(folder_ / "audit" / entry.name, 64u << 20).value();
      for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        if (line.find("\"action\":\"" + action + "\"") != std::string::npos) out.push_back(line);
        at = end + 1;
      }
    }
    return out;
  }

  StandingWorld world_;
  Path folder_;
  std::unique_ptr<audit::Ledger> ledger_;
  Hooks hooks_;
};

}  // namespace fvm::casework
