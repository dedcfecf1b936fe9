// Who gets a session, and that none is without its record.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <fstream>
#include <map>

#include "config/instance.hpp"
#include "enclave/service.hpp"
#include "extract/service.hpp"
#include "identity/service.hpp"

namespace fvm::enclave {
namespace {

namespace fs = std::filesystem;
constexpr const char* number = "FVM-2026-0017";

class EnclaveTest : public ::testing::Test {
 protected:
  EnclaveTest() : instance_(fs::temp_directory_path() / ("fvm-enclave-" + random_hex(real_world(), 6))) {}
  void SetUp() override {
    ASSERT_TRUE(instance_.make_folders(real_world()).ok());
    ledger_ = audit::Ledger::open(real_world(), instance_.audit(), instance_.store_file(), {}).value();
    ASSERT_TRUE(identity::migrate(*ledger_).ok());
    ASSERT_TRUE(extract::migrate(*ledger_).ok());
    ASSERT_TRUE(migrate(*ledger_).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Ærø Kommune", "28856075", {}).ok());
    for (const char* name : {"anna", "bo", "eve"}) {
      ASSERT_TRUE(identity::add_user(*ledger_, "root", name, "28856075", {identity::Role::analyst}).ok());
    }
    for (const char* name : {"anna", "bo"}) {
      ASSERT_TRUE(identity::add_member(*ledger_, "root", number, name).ok());
    }
    change(
        "INSERT INTO project(number, title, authority, cvr, valid_from, valid_to, state, specification,"
        " specification_sha256, version, created) VALUES ('FVM-2026-0017', 'T', 'A', '28856075', "
        "'2020-01-01',"
        " '2099-12-31', 'open', '', '', 1, 0)");
  }
  void TearDown() override { fs::remove_all(instance_.root()); }

  void change(std::string_view sql) {
    const auto changed = ledger_->write({"test", "test.changed", number, {}},
                                        [&](audit::Writer& writer) { return writer.execute(sql); });
    ASSERT_TRUE(changed.ok()) << changed.error().code;
  }
  Result<Held> begin_as(const std::string& user, const std::string& project = number) {
    return begin(real_world(), *ledger_, instance_, config_, project, user, "psql");
  }
  uint64_t records() const { return ledger_->head()->size; }
  size_t open_sessions() const { return list(ledger_->database(), "", true)->size(); }
  std::string refusal(const std::string& user, const std::string& project = number) {
    const uint64_t before = records();
    const auto held = begin_as(user, project);
    EXPECT_EQ(records(), before + 1) << "a refusal is a record";
    EXPECT_EQ(open_sessions(), 0u);
    return held.ok() ? "let in" : held.error().code;
  }

  config::Instance instance_;
  config::Config config_;
  std::unique_ptr<audit::Ledger> ledger_;
};

TEST_F(EnclaveTest, OneRecordAtTheStartAndOneAtTheEnd) {
  const uint64_t before = records();
  auto held = begin_as("anna");
  ASSERT_TRUE(held.ok()) << held.error().code;
  EXPECT_EQ(records(), before + 1);
  EXPECT_EQ(open_sessions(), 1u);
  for (const Path& folder : {held->workspace.work, held->workspace.home, held->workspace.outbox}) {
    EXPECT_EQ(fs::status(folder).permissions() & fs::perms::mask, fs::perms::owner_all) << folder;
  }
  ASSERT_TRUE(end(real_world(), *ledger_, instance_, std::move(*held), Ending::exited, 7).ok());
  EXPECT_EQ(records(), before + 2);
  const auto sessions = list(ledger_->database(), number, false).value();
  ASSERT_EQ(sessions.size(), 1u);
  EXPECT_EQ(sessions[0].exit_code, 7);
  EXPECT_EQ(sessions[0].ending, "exited");
  EXPECT_EQ(open_sessions(), 0u);
}

TEST_F(EnclaveTest, OnlyMembersOfAProjectThatMayBeUsed) {
  EXPECT_EQ(refusal("eve"), "enclave.not_member");
  EXPECT_EQ(refusal("nobody"), "identity.user_unknown");
  EXPECT_EQ(refusal("anna", "FVM-2026-0018"), "project.unknown");
  change("UPDATE project SET version = 0");
  EXPECT_EQ(refusal("anna"), "project.not_built");
  change("UPDATE project SET version = 1, valid_to = '2020-12-31'");
  EXPECT_EQ(refusal("anna"), "project.expired");
  change("UPDATE project SET valid_to = '2099-12-31', valid_from = '2099-01-01'");
  EXPECT_EQ(refusal("anna"), "project.not_yet_valid");
  change("UPDATE project SET valid_from = '2020-01-01', state = 'closed'");
  EXPECT_EQ(refusal("anna"), "project.closed");
  change("UPDATE project SET state = 'open'");
  ASSERT_TRUE(identity::close_user(*ledger_, "root", "anna", "left").ok());
  EXPECT_EQ(refusal("anna"), "identity.user_closed");
  EXPECT_TRUE(begin_as("bo").ok());
}

TEST_F(EnclaveTest, AsManyAtATimeAsTheSettingSays) {
  config_.session.sessions_max = 2;
  const auto first = begin_as("anna");
  auto second = begin_as("anna");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(begin_as("anna").error().code, "enclave.too_many");
  EXPECT_TRUE(begin_as("bo").ok());
  ASSERT_TRUE(end(real_world(), *ledger_, instance_, std::move(*second), Ending::exited, 0).ok());
  EXPECT_TRUE(begin_as("anna").ok());
}

TEST_F(EnclaveTest, ASessionWhoseHolderIsGoneIsClosedOnceAndAHeldOneIsNot) {
  const auto held = begin_as("bo");
  auto gone = begin_as("anna");
  ASSERT_TRUE(held.ok() && gone.ok());
  gone->lock.reset();  // what the kernel does when the holder dies
  const uint64_t before = records();
  EXPECT_EQ(close_abandoned(real_world(), *ledger_, instance_).value(), 1u);
  EXPECT_EQ(close_abandoned(real_world(), *ledger_, instance_).value(), 0u);
  EXPECT_EQ(records(), before + 1);
  const auto open = list(ledger_->database(), "", true).value();
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].user, "bo");
  EXPECT_EQ(list(ledger_->database(), "", false)->at(0).ending, "abandoned");
}

TEST_F(EnclaveTest, AnEndAfterSomebodyElseClosedItChangesNothing) {
  auto held = begin_as("anna");
  ASSERT_TRUE(held.ok());
  fs::remove(instance_.run() / ("session-" + held->token + ".lock"));
  EXPECT_EQ(close_abandoned(real_world(), *ledger_, instance_).value(), 1u);
  const auto ended = end(real_world(), *ledger_, instance_, std::move(*held), Ending::exited, 0);
  EXPECT_EQ(list(ledger_->database(), "", false)->at(0).ending, "abandoned");
  EXPECT_TRUE(ended.ok());
}

TEST_F(EnclaveTest, LockFilesOfNobodyAreSweptAndOthersFilesAreNot) {
  const Path stale = instance_.run() / "session-0011.lock", other = instance_.run() / "launcher.sock";
  std::ofstream(stale) << "", std::ofstream(other) << "";
  const auto held = begin_as("anna");
  ASSERT_TRUE(held.ok());
  EXPECT_FALSE(fs::exists(stale));
  EXPECT_TRUE(fs::exists(other));
  EXPECT_TRUE(fs::exists(instance_.run() / ("session-" + held->token + ".lock")));
}

// No launcher runs here, so no sandbox either: what is tested is who is found, and that the record says it.
TEST_F(EnclaveTest, WhoMayNoLongerBeInIsStoppedOnRecord) {
  auto anna = begin_as("anna");
  auto bo = begin_as("bo");
  ASSERT_TRUE(anna.ok() && bo.ok());
  const auto stop = [&] { return end_disallowed(real_world(), *ledger_, instance_, "clock").value(); };
  EXPECT_EQ(stop(), 0u);
  ASSERT_TRUE(identity::close_user(*ledger_, "root", "anna", "left").ok());
  const uint64_t before = records();
  EXPECT_EQ(stop(), 1u);
  EXPECT_EQ(stop(), 0u) << "once on record";
  EXPECT_EQ(records(), before + 1);
  ASSERT_TRUE(end(real_world(), *ledger_, instance_, std::move(*anna), Ending::exited, 137).ok());
  EXPECT_EQ(list(ledger_->database(), "", false)->at(1).ending, "stopped");
  change("UPDATE project SET valid_to = '2020-12-31'");
  EXPECT_EQ(stop(), 1u);
  change("UPDATE project SET valid_to = '2099-12-31'");
  ASSERT_TRUE(end(real_world(), *ledger_, instance_, std::move(*bo), Ending::exited, 137).ok());
  EXPECT_EQ(list(ledger_->database(), "", false)->at(0).ending, "stopped");
}

// A version of the project's data: of this specification and population, with these tables (name -> recipe).
class EnclaveVersions : public EnclaveTest {
 protected:
  void version(int number_of, const std::string& specification, const std::string& population,
               const std::map<std::string, std::string>& tables) {
    const std::string id = std::to_string(number_of), quote = "'";
    const std::string project = quote + number + quote;
    change("INSERT INTO project_build(id, project, state, started) VALUES (" + id + ", " + project +
           ", 'done', 0)");
    change(
        "INSERT INTO project_version(project, version, build, built, persons, population_file, "
        "catalogue_version, "
        "specification_sha256, sources, population_recipe) VALUES (" +
        project + ", " + id + ", " + id + ", 0, 3, 'p', 1, '" + specification + "', '[]', '" + population +
        "')");
    for (const auto& [name, recipe] : tables) {
      change(
          "INSERT INTO project_table(project, version, schema_name, name, delta_version, mirror_version, "
          "rows, columns, "
          "text_da, text_en, recipe) VALUES (" +
          project + ", " + id + ", 'tst', '" + name + "', 1, 1, 1, '[]', '', '', '" + recipe + "')");
    }
    change("UPDATE project SET version = " + id);
  }
  size_t stopped() { return end_disallowed(real_world(), *ledger_, instance_, "clock").value(); }
};

TEST_F(EnclaveVersions, WhatAnAmendmentTookAwayEndsTheSessionsThatStillSeeIt) {
  version(2, "spec-a", "people", {{"person", "p1"}, {"visit", "v1"}});
  const auto held = begin_as("anna");
  ASSERT_TRUE(held.ok()) << held.error().code;
  EXPECT_EQ(stopped(), 0u);
  version(3, "spec-a", "people", {{"person", "p1"}, {"visit", "v9"}});
  EXPECT_EQ(stopped(), 0u) << "a refresh, also by a new release, disturbs nobody";
  version(4, "spec-b", "people", {{"person", "p1"}, {"visit", "v1"}, {"finding", "f1"}});
  EXPECT_EQ(stopped(), 0u) << "a table more";
  version(5, "spec-c", "people", {{"person", "p1"}, {"visit", "v2"}});
  EXPECT_EQ(stopped(), 1u) << "a table of other columns or rows";
  const auto later = begin_as("bo");
  ASSERT_TRUE(later.ok());
  EXPECT_EQ(stopped(), 0u) << "who began with the new version goes on";
  version(6, "spec-d", "people", {{"visit", "v2"}});
  EXPECT_EQ(stopped(), 1u) << "a table less";
}

TEST_F(EnclaveVersions, AnotherPopulationEndsThemToo) {
  version(2, "spec-a", "people", {{"person", "p1"}});
  const auto held = begin_as("anna");
  ASSERT_TRUE(held.ok());
  version(3, "spec-b", "fewer people", {{"person", "p1"}});
  EXPECT_EQ(stopped(), 1u);
}

TEST_F(EnclaveVersions, ASessionOfBeforeVersionsWereNotedGoesOn) {
  version(2, "spec-a", "people", {{"person", "p1"}});
  const auto held = begin_as("anna");
  ASSERT_TRUE(held.ok());
  change("UPDATE enclave_session SET version = 0");
  version(3, "spec-b", "people", {});
  EXPECT_EQ(stopped(), 0u);
}

TEST_F(EnclaveTest, EveryReasonToBeKeptOutIsAReasonToBeStopped) {
  const std::pair<const char*, const char*> changes[] = {
      {"UPDATE project SET state = 'closed'", "UPDATE project SET state = 'open'"},
      {"UPDATE project SET sealed = 1", "UPDATE project SET sealed = NULL"},
      {"UPDATE project SET valid_to = '2020-12-31'", "UPDATE project SET valid_to = '2099-12-31'"},
      {"UPDATE member SET project = 'X'", "UPDATE member SET project = 'FVM-2026-0017'"}};
  for (const auto& [change_sql, back] : changes) {
    auto held = begin_as("anna");
    ASSERT_TRUE(held.ok()) << held.error().code;
    change(change_sql);
    EXPECT_EQ(end_disallowed(real_world(), *ledger_, instance_, "clock").value(), 1u) << change_sql;
    change(back);
    ASSERT_TRUE(end(real_world(), *ledger_, instance_, std::move(*held), Ending::exited, 0).ok());
  }
}

TEST_F(EnclaveTest, ALedgerThatCannotBeWrittenMeansNoSession) {
  fs::permissions(instance_.audit(), fs::perms::none);
  fs::rename(instance_.audit(), instance_.root() / "gone");
  EXPECT_FALSE(begin_as("anna").ok());
  fs::rename(instance_.root() / "gone", instance_.audit());
  fs::permissions(instance_.audit(), fs::perms::owner_all);
  EXPECT_EQ(open_sessions(), 0u);
}

}  // namespace
}  // namespace fvm::enclave
