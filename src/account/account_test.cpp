// Activation, logging in, lock-out, codes and sessions, with a clock that the test moves.
#include <gtest/gtest.h>

#include "account/service.hpp"
#include "account/store.hpp"
#include "account/testing.hpp"
#include "config/instance.hpp"
#include "identity/service.hpp"

namespace fvm::account {
namespace {

namespace fs = std::filesystem;

const Proof anne{"8f1c2d3e-0001", "28856075", "https://data.gov.dk/concept/core/nsis/Substantial"};
const Proof bo{"8f1c2d3e-0002", "28856075", "https://data.gov.dk/concept/core/nsis/Substantial"};
const Proof stranger{"8f1c2d3e-0003", "10000009", "https://data.gov.dk/concept/core/nsis/Substantial"};

class AccountTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("fvm-account-" + random_hex(real_world(), 6));
    fs::create_directories(folder_ / "audit");
    ledger_ = audit::Ledger::open(world_, folder_ / "audit", folder_ / "fvm.sqlite", {}).value();
    ASSERT_TRUE(identity::migrate(*ledger_).ok());
    ASSERT_TRUE(migrate(*ledger_).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Demo", "28856075", {}).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Anden", "10000009", {}).ok());
    for (const char* name : {"anne", "bo"})
      ASSERT_TRUE(identity::add_user(*ledger_, "root", name, "28856075", {identity::Role::analyst}).ok());
    auto setting = open_setting(world_, *ledger_, folder_ / "fvm.sqlite",
                                CommonPasswords::of("password\nsommer\n"), {.memory_kib = 64, .passes = 1});
    setting_.emplace(std::move(setting.value()));
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string code(const std::string& user, const std::string& professional = {}) {
    return issue_code(world_, *ledger_, "root", {user, professional}).value().code;
  }
  void activate(const std::string& user, const Proof& proof) {
    ASSERT_TRUE(use_code(*setting_, proof, {user, code(user), good}).ok());
  }
  std::string enter(const Proof& proof, const Attempt& attempt) {
    const auto opened = log_in(*setting_, proof, attempt, "Firefox/140 Linux");
    return opened.ok() ? "in" : opened.error().code;
  }
  Result<std::optional<Session>> find(const std::string& token, const char* agent = "Firefox/140 Linux") {
    return find_session(ledger_->database(), token, agent, world_.now());
  }
  std::string last_reason() {
    auto rows = ledger_->database().prepare("SELECT until FROM login_failure").value();
    return rows.step().value() ? "counted" : "none";
  }

  Path folder_;
  LaterWorld world_;
  std::unique_ptr<audit::Ledger> ledger_;
  std::optional<Setting> setting_;
};

TEST_F(AccountTest, ActivatedOnceThenBothFactorsOpenASession) {
  const std::string once = code("anne");
  EXPECT_EQ(enter(anne, {"anne", good}), "account.refused");  // not yet
  ASSERT_TRUE(use_code(*setting_, anne, {"anne", once, good}).ok());
  EXPECT_EQ(use_code(*setting_, anne, {"anne", once, good}).error().code, "account.code_refused");
  EXPECT_EQ(enter(anne, {"anne", good}), "in");
  EXPECT_EQ(enter(anne, {"anne", "fire ord uden sammenhaenG"}), "account.refused");
  EXPECT_EQ(enter(bo, {"anne", good}), "account.refused");        // another's MitID
  EXPECT_EQ(enter(stranger, {"anne", good}), "account.refused");  // another institution's
  EXPECT_EQ(enter({anne.professional, "10000009", ""}, {"anne", good}), "account.refused");  // he has moved
}

TEST_F(AccountTest, ACodeTypedSloppilyIsTheSameCode) {
  std::string typed = code("anne");
  for (char& c : typed) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  EXPECT_TRUE(use_code(*setting_, anne, {"anne", typed, good}).ok());
}

TEST_F(AccountTest, ACodeIsForOnePersonOneInstitutionAndATime) {
  const std::string bound = code("anne", anne.professional);
  EXPECT_EQ(use_code(*setting_, bo, {"anne", bound, good}).error().code, "account.code_refused");
  EXPECT_EQ(use_code(*setting_, stranger, {"anne", bound, good}).error().code, "account.code_refused");
  EXPECT_EQ(use_code(*setting_, anne, {"bo", bound, good}).error().code, "account.code_refused");
  world_.seconds = 73 * 3600;
  EXPECT_EQ(use_code(*setting_, anne, {"anne", bound, good}).error().code, "account.code_refused");
  const std::string fresh = code("anne", anne.professional);
  EXPECT_EQ(use_code(*setting_, anne, {"anne", bound, good}).error().code, "account.code_refused");  // void
  EXPECT_TRUE(use_code(*setting_, anne, {"anne", fresh, good}).ok());
  // One person in MitID Erhverv has one account.
  EXPECT_EQ(use_code(*setting_, anne, {"bo", code("bo"), good}).error().code, "account.code_refused");
  EXPECT_EQ(issue_code(world_, *ledger_, "root", {"anne", bo.professional}).error().code,
            "account.bound_elsewhere");
}

TEST_F(AccountTest, AResetNeedsTheSameMitIdAndEndsSessions) {
  activate("anne", anne);
  const auto opened = log_in(*setting_, anne, {"anne", good}, "Firefox/140 Linux").value();
  const std::string reset = code("anne");
  EXPECT_EQ(use_code(*setting_, bo, {"anne", reset, "noget helt andet 7"}).error().code,
            "account.code_refused");
  EXPECT_TRUE(find(opened.token)->has_value());
  ASSERT_TRUE(use_code(*setting_, anne, {"anne", reset, "noget helt andet 7"}).ok());
  EXPECT_FALSE(find(opened.token)->has_value());
  EXPECT_EQ(enter(anne, {"anne", good}), "account.refused");
  EXPECT_EQ(enter(anne, {"anne", "noget helt andet 7"}), "in");
}

TEST_F(AccountTest, FailuresLockOutWhoeverMakesThemAndNobodyElse) {
  activate("anne", anne);
  activate("bo", bo);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(enter(bo, {"anne", "gaet"}), "account.refused");
  EXPECT_EQ(enter(bo, {"bo", good}), "account.refused");  // locked out: the right one is refused too
  EXPECT_EQ(enter(anne, {"anne", good}), "in");           // and the account he tried is not
  EXPECT_TRUE(standing_of(ledger_->database(), "bo", world_.now())->locked_until.has_value());
  world_.seconds = 61;
  EXPECT_EQ(enter(bo, {"bo", "gaet"}), "account.refused");  // the sixth: two minutes
  world_.seconds = 61 + 119;
  EXPECT_EQ(enter(bo, {"bo", good}), "account.refused");
  world_.seconds = 61 + 121;
  EXPECT_EQ(enter(bo, {"bo", good}), "in");
  EXPECT_EQ(last_reason(), "none");  // forgiven
}

TEST_F(AccountTest, AnOperatorUnlocksAndUnbinds) {
  activate("bo", bo);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(enter(bo, {"bo", "gaet"}), "account.refused");
  ASSERT_TRUE(unlock(*ledger_, "root", "bo").ok());
  const auto opened = log_in(*setting_, bo, {"bo", good}, "x").value();
  ASSERT_TRUE(unbind(*ledger_, "root", "bo", "new employment").ok());
  EXPECT_FALSE(find(opened.token, "x")->has_value());
  EXPECT_EQ(enter(bo, {"bo", good}), "account.refused");
  EXPECT_EQ(unlock(*ledger_, "root", "bo").error().code, "account.not_bound");
}

TEST_F(AccountTest, ClosingAnAccountEndsItsSessionsAtOnce) {
  activate("anne", anne);
  const auto opened = log_in(*setting_, anne, {"anne", good}, "Firefox/140 Linux").value();
  ASSERT_TRUE(find(opened.token)->has_value());
  ASSERT_TRUE(identity::close_user(*ledger_, "root", "anne", "left").ok());
  EXPECT_FALSE(find(opened.token)->has_value());
  EXPECT_EQ(enter(anne, {"anne", good}), "account.refused");
  EXPECT_TRUE(sessions_of(ledger_->database(), "anne", world_.now())->empty());
}

TEST_F(AccountTest, SessionsBelongToABrowserEndAndGiveWay) {
  activate("anne", anne);
  std::vector<Opened> opened;
  for (int i = 0; i < 6; ++i) {
    opened.push_back(log_in(*setting_, anne, {"anne", good}, "Firefox/140 Linux").value());
    ++world_.seconds;
  }
  EXPECT_FALSE(find(opened[0].token)->has_value());  // the sixth made the first give way
  EXPECT_TRUE(find(opened[5].token)->has_value());
  EXPECT_FALSE(find(opened[5].token, "Chrome/1")->has_value());
  EXPECT_FALSE(find(opened[5].session.id)->has_value());  // its public name opens nothing
  EXPECT_EQ(sessions_of(ledger_->database(), "anne", world_.now())->size(), 5u);
  EXPECT_EQ(end_session(*ledger_, "bo", "bo", opened[5].session.id, "x").error().code,
            "account.session.unknown");
  ASSERT_TRUE(end_session(*ledger_, "anne", "anne", opened[5].session.id, "logout").ok());
  EXPECT_FALSE(find(opened[5].token)->has_value());
  world_.seconds += 8 * 3600;
  EXPECT_FALSE(find(opened[4].token)->has_value());
}

TEST_F(AccountTest, SteppingUpTakesTheSamePersonAndChangesTheToken) {
  activate("anne", anne);
  const auto opened = log_in(*setting_, anne, {"anne", good}, "x").value();
  EXPECT_FALSE(opened.session.stepped_up);
  EXPECT_EQ(step_up(*setting_, opened.session, bo).error().code, "account.other_person");
  const auto higher = step_up(*setting_, opened.session, anne).value();
  EXPECT_FALSE(find(opened.token, "x")->has_value());
  EXPECT_TRUE((*find(higher.token, "x"))->stepped_up.has_value());
}

TEST_F(AccountTest, WhatIsTypedIsNeverKept) {
  activate("anne", anne);
  (void)enter(anne, {"hemmeligt i det forkerte felt", "gaetteri-abc"});
  std::string files;
  for (const auto& entry : fs::directory_iterator(folder_ / "audit"))
    if (entry.is_regular_file()) files += real_world().read_file(entry.path(), 1 << 20).value();
  EXPECT_NE(files.find("login.failed"), std::string::npos);
  EXPECT_EQ(files.find("hemmeligt"), std::string::npos);
  EXPECT_EQ(files.find("gaetteri"), std::string::npos);
  EXPECT_EQ(files.find(anne.professional), std::string::npos);
}

}  // namespace
}  // namespace fvm::account
