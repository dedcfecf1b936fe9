// What the tests of this room share: an instance with people and a project, and a request in any state,
// reached by legal steps alone.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/forwarding_world.hpp"
#include "extract/service.hpp"
#include "identity/service.hpp"
#include "identity/suspension.hpp"
#include "notify/outbox.hpp"
#include "release/progress.hpp"
#include "release/review.hpp"
#include "release/revision.hpp"
#include "release/service.hpp"
#include "release/testing_keys.hpp"

namespace fvm::release {

// The real world on Monday 2 November 2026, with a clock that runs and that the test moves.
class MovedWorld final : public ForwardingWorld {
 public:
  Time now() override {
    return {base.microseconds + real_world().now().microseconds - started.microseconds + ahead_microseconds};
  }
  void pass_days(int64_t days) { ahead_microseconds += days * 86'400'000'000; }
  Time base = parse_time("2026-11-02T09:00:00Z").value(), started = real_world().now();
  int64_t ahead_microseconds = 0;
};

class ReleaseTest : public ::testing::Test {
 protected:
  static constexpr const char* project = "FVM-2026-0017";
  static constexpr const char* cvr = "10150817";

  void SetUp() override {
    const Path memory = "/dev/shm";  // these tests are about steps, not about disks
    const Path base = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    folder_ = base / ("fvm-release-" + random_hex(real_world(), 6));
    instance_.emplace(folder_);
    ASSERT_TRUE(instance_->make_folders(real_world()).ok());
    ledger_ = audit::Ledger::open(world_, instance_->audit(), instance_->store_file(), {}).value();
    ASSERT_TRUE(identity::migrate(*ledger_).ok());
    ASSERT_TRUE(extract::migrate(*ledger_).ok());
    const auto migrated = migrate(*ledger_);
    ASSERT_TRUE(migrated.ok()) << describe(Language::english, migrated.error());
    people();
    make_project();
    std::filesystem::create_directories(outbox());
    copies_.emplace(world_, *instance_, keys_.asked());
    hands_.keep = [this](std::string_view, std::string_view, int fd) {
      return copies_->keep(fd, kept_bytes_max);
    };
    hands_.vouch = vouch_;
    hands_.open = [this](const std::string& sha256) { return copies_->open(sha256); };
    hands_.hold_still = [this] { return copies_->hold_still(); };
    hands_.scan = [this](const Request&, const File&, const Bytes&) -> Result<Report> { return scanned_; };
    scanned_.value().type = "csv";
  }
  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }

  void people() {
    using identity::Role;
    ASSERT_TRUE(identity::add_institution(*ledger_, "test", "Demo Kommune", cvr, {"@kommune.dk"}).ok());
    const auto add = [&](const char* name, std::vector<Role> roles) {
      ASSERT_TRUE(identity::add_user(*ledger_, "test", name, cvr, roles).ok());
    };
    add("anna", {Role::analyst});
    add("bo", {Role::analyst, Role::reviewer});  // a member who reviews elsewhere
    add("rita", {Role::reviewer});
    add("ruth", {Role::reviewer});
    add("sif", {Role::reviewer});
    add("olga", {Role::operator_});
    add("eve", {Role::analyst});
    add("selma", {Role::security});
  }
  void execute(const char* sql) {
    ASSERT_TRUE(
        ledger_->write({"test", "test.sql", "", {}}, [&](audit::Writer& w) { return w.execute(sql); }).ok())
        << sql;
  }
  void make_project() {
    execute(
        "INSERT INTO project(number, title, authority, cvr, valid_from, valid_to, state, specification, "
        "specification_sha256, version, created) VALUES ('FVM-2026-0017', 'Test', 'Demo Kommune', "
        "'10150817', "
        "'2020-01-01', '2099-12-31', 'open', '', '', 1, 0)");
    execute("INSERT INTO project_build(project, state, started) VALUES ('FVM-2026-0017', 'done', 0)");
    execute(
        "INSERT INTO project_version(project, version, build, built, persons, population_file, "
        "catalogue_version, specification_sha256, sources) VALUES ('FVM-2026-0017', 1, 1, 0, 3, "
        "'population.parquet', 1, '', '[]')");
    execute("INSERT INTO member SELECT 'FVM-2026-0017', id, 0 FROM user WHERE name IN ('anna', 'bo')");
  }

  const store::Database& store() const { return ledger_->database(); }
  Path outbox() const { return instance_->project_outbox(project, "anna"); }
  void put(const std::string& name, const std::string& bytes) { std::ofstream(outbox() / name) << bytes; }
  Request found(const std::string& number) const { return find(store(), number).value(); }
  State state(const std::string& number) const { return found(number).state; }
  static std::string code(const auto& result) { return result.ok() ? "" : result.error().code; }

  // Through the check with what `scanned_` says.
  std::string sent(const std::string& content = "g;antal\nA;50\n") {
    put("t.csv", content);
    const auto number = begin(*ledger_, "anna", {project, "mia@kommune.dk", "Tabel", {"t.csv"}, true});
    EXPECT_TRUE(number.ok()) << code(number);
    (void)advance(world_, *ledger_, *instance_, hands_, *number);
    return *number;
  }
  // The same with two reviewers: the scan has a doubt and the register is sensitive to it.
  std::string sent_for_two() {
    const auto before = scanned_;
    execute(
        "INSERT INTO suspension (scope, subject, reference, began, ended) VALUES ('user', 'anna', 'x', 1, "
        "9000000000000000)");
    const std::string number = sent();
    execute("DELETE FROM suspension");
    scanned_ = before;
    EXPECT_EQ(state(number), State::independent);
    return number;
  }
  Result<Request> say(const std::string& number, const std::string& who, Ballot ballot,
                      const std::string& reason = "ord", uint32_t revision = 0) {
    return give_opinion(world_, *ledger_, number, who, {ballot, reason, {}, revision});
  }
  Result<Request> step(const std::string& number, const Actor& actor, Event event,
                       const std::string& reason = "ord") {
    return take_step(*ledger_, number, actor, event, reason);
  }
  std::string approved(const std::string& content = "g;antal\nA;50\n") {
    const std::string number = sent(content);
    EXPECT_EQ(code(say(number, "rita", Ballot::approve)), "");
    return number;
  }
  std::string sending() {
    const std::string number = approved();
    const auto body = [&](audit::Writer& w, Request& r) { return notify::open(w, r.number, "id@x"); };
    EXPECT_TRUE(take_step(*ledger_, number, courier(), Event::start, {}, body).ok());
    return number;
  }
  std::string mailed() {
    const std::string number = sending();
    EXPECT_TRUE(step(number, courier(), Event::accept).ok());
    return number;
  }
  size_t records() { return ledger_->head()->size; }
  // All that the ledger's files say.
  std::string ledger_text() const {
    std::string all;
    const auto entries = real_world().list(instance_->audit()).value();
    for (const auto& entry : entries) {
      if (entry.name.ends_with(".jsonl"))
        all += real_world().read_file(instance_->audit() / entry.name, 1 << 26).value();
    }
    return all;
  }

  MovedWorld world_;
  Path folder_;
  std::optional<config::Instance> instance_;
  std::unique_ptr<audit::Ledger> ledger_;
  TestKeys keys_;
  std::optional<KeptCopies> copies_;
  Hands hands_;
  const Vouch vouch_ = [](const std::string& text) -> Result<std::string> {
    return crypto::hmac_sha256("the keeper's", text);
  };
  Result<Report> scanned_ = Report{};
};

}  // namespace fvm::release
