// Who exists, what they may do, and where results may go.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "config/instance.hpp"
#include "identity/rules.hpp"
#include "identity/service.hpp"

namespace fvm::identity {
namespace {

namespace fs = std::filesystem;

class IdentityTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("fvm-identity-" + random_hex(real_world(), 6));
    fs::create_directories(folder_ / "audit");
    ledger_ = audit::Ledger::open(real_world(), folder_ / "audit", folder_ / "fvm.sqlite", {}).value();
    ASSERT_TRUE(migrate(*ledger_).ok());
    ASSERT_TRUE(add_institution(*ledger_, "root", "Ærø Kommune", "28856075",
                                {"@AEROE.example.dk", "Anne@ude.example.dk"})
                    .ok());
  }
  void TearDown() override { fs::remove_all(folder_); }
  const store::Database& store() const { return ledger_->database(); }
  uint64_t records() const { return ledger_->head()->size; }
  Result<User> add(const std::string& name, std::vector<Role> roles = {Role::analyst}) {
    return add_user(*ledger_, "root", name, "28856075", roles);
  }

  Path folder_;
  std::unique_ptr<audit::Ledger> ledger_;
};

TEST_F(IdentityTest, InstitutionsAreFoundByNameInAnyCaseAndByCvr) {
  EXPECT_EQ(find_institution(store(), "ærØ kommune")->cvr, "28856075");
  EXPECT_EQ(find_institution(store(), "28856075")->name, "Ærø Kommune");
  EXPECT_EQ(find_institution(store(), "Æ").error().code, "identity.institution_unknown");
  const uint64_t before = records();
  EXPECT_EQ(add_institution(*ledger_, "root", "ÆRØ KOMMUNE", "10000009", {}).error().code,
            "identity.institution_exists");
  EXPECT_EQ(add_institution(*ledger_, "root", "Anden", "28856075", {}).error().code,
            "identity.institution_exists");
  EXPECT_EQ(add_institution(*ledger_, "root", "Anden", "1234567", {}).error().code, "identity.cvr_wrong");
  EXPECT_EQ(add_institution(*ledger_, "root", "An\nden", "10000009", {}).error().code, "identity.name_wrong");
  EXPECT_EQ(add_institution(*ledger_, "root", "Anden", "10000009", {"@localhost"}).error().code,
            "identity.recipient_wrong");
  EXPECT_EQ(records(), before);
  EXPECT_EQ(list_institutions(store())->size(), 1u);
}

TEST_F(IdentityTest, EveryChangeIsOneRecord) {
  const uint64_t before = records();
  ASSERT_TRUE(add("anne").ok());
  ASSERT_TRUE(add_member(*ledger_, "root", "FVM-2026-0017", "anne").ok());
  ASSERT_TRUE(remove_member(*ledger_, "root", "FVM-2026-0017", "anne").ok());
  ASSERT_TRUE(set_recipients(*ledger_, "root", "28856075", {"x@y.dk"}, {}).ok());
  ASSERT_TRUE(close_user(*ledger_, "root", "anne", "left").ok());
  EXPECT_EQ(records(), before + 5);
}

TEST_F(IdentityTest, AccountsHaveRolesUntilClosed) {
  const User anne = add("anne", {Role::analyst, Role::reviewer}).value();
  EXPECT_TRUE(anne.may_act_as(Role::reviewer));
  EXPECT_FALSE(anne.may_act_as(Role::security));
  EXPECT_EQ(anne.institution_name, "Ærø Kommune");
  EXPECT_EQ(add("anne").error().code, "identity.user_exists");
  EXPECT_EQ(require_role(store(), "anne", Role::caseworker).error().code, "identity.role_missing");
  EXPECT_EQ(require_role(store(), "bo", Role::analyst).error().code, "identity.user_unknown");
  EXPECT_EQ(close_user(*ledger_, "root", "anne", "").error().code, "identity.no_reason");
  ASSERT_TRUE(close_user(*ledger_, "root", "anne", "left").ok());
  EXPECT_EQ(require_role(store(), "anne", Role::analyst).error().code, "identity.user_closed");
  EXPECT_EQ(close_user(*ledger_, "root", "anne", "again").error().code, "identity.user_closed");
  EXPECT_FALSE(find_user(store(), "anne")->may_act_as(Role::analyst));
}

TEST_F(IdentityTest, OnlyOpenAnalystsBecomeMembersAndClosedMembersStayKnown) {
  ASSERT_TRUE(add("anne").ok());
  ASSERT_TRUE(add("rita", {Role::reviewer}).ok());
  EXPECT_EQ(add_member(*ledger_, "root", "P-1", "rita").error().code, "identity.role_missing");
  ASSERT_TRUE(add_member(*ledger_, "root", "P-1", "anne").ok());
  ASSERT_TRUE(add_member(*ledger_, "root", "P-1", "anne").ok());
  ASSERT_EQ(members_of(store(), "P-1")->size(), 1u);
  EXPECT_FALSE(is_member(store(), "P-2", "anne").value());
  ASSERT_TRUE(close_user(*ledger_, "root", "anne", "left").ok());
  EXPECT_TRUE(is_member(store(), "P-1", "anne").value());
  EXPECT_EQ(add_member(*ledger_, "root", "P-2", "anne").error().code, "identity.user_closed");
  EXPECT_EQ(remove_member(*ledger_, "root", "P-2", "anne").error().code, "identity.not_member");
}

TEST(UserName, IsAFolderNameInLowerCase) {
  for (const char* good : {"anne", "a", "a.b-c_9"}) EXPECT_TRUE(is_user_name(good)) << good;
  for (const char* bad : {"", "Anne", "-a", ".a", "..", "a/b", "a b", "9a", "ånne", "a\n",
                          "a23456789012345678901234567890123"}) {
    EXPECT_FALSE(is_user_name(bad)) << bad;
  }
}

RC_GTEST_PROP(UserName, EveryOneIsSafeAsAFolder, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("abz09-_./ A")));
  if (is_user_name(text)) RC_ASSERT(config::is_safe_name(text) && text != "." && text != "..");
  RC_CLASSIFY(is_user_name(text), "user names");
}

TEST(Cvr, ChecksDigits) {
  for (const char* good : {"12345674", "28856075", "10000009"})
    EXPECT_TRUE(is_cvr(good) && cvr_digit_fits(good)) << good;
  EXPECT_TRUE(is_cvr("12345678"));
  EXPECT_FALSE(cvr_digit_fits("12345678"));
  for (const char* bad : {"", "1234567", "123456789", "0123456x", "1234567x", "01234567", "12 34567"})
    EXPECT_FALSE(is_cvr(bad)) << bad;
}

TEST(Recipient, AllowsAddressesOnTheListAndNoLookAlikes) {
  const Institution institution{1, "x", "12345674", {"@aeroe.example.dk", "Anne@ude.example.dk"}};
  for (const char* good :
       {"bo@aeroe.example.dk", "bo.b+x@AEROE.Example.DK", "Anne@ude.example.dk", "Anne@UDE.example.dk"}) {
    EXPECT_TRUE(recipient_allowed(institution, good)) << good;
  }
  for (const char* bad : {"bo@example.dk",
                          "bo@x.aeroe.example.dk",
                          "bo@aeroe.example.dk.evil.com",
                          "bo@evil-aeroe.example.dk",
                          "anne@ude.example.dk",
                          "bo@ude.example.dk",
                          "bo@aer\xc3\xb8"
                          "e.example.dk",
                          "bo@\xd0\xb0"
                          "eroe.example.dk",
                          "@aeroe.example.dk",
                          "bo@",
                          "bo",
                          "bo@aeroe.example.dk\r\nBcc: x@y.dk",
                          "bo@aeroe.example.dk,x@y.dk",
                          "bo@aeroe.example.dk ",
                          "<bo@aeroe.example.dk>",
                          "\"x@y.dk\"@aeroe.example.dk",
                          "x@y.dk@aeroe.example.dk",
                          "bo@[127.0.0.1]",
                          ".bo@aeroe.example.dk",
                          "bo..b@aeroe.example.dk",
                          "bo@aeroe.example.dk.",
                          "bo@aeroe..example.dk",
                          "bo%evil.com@x@aeroe.example.dk",
                          "bo%evil.com@aeroe.example.dk",
                          "evil.com!bo@aeroe.example.dk",
                          "bo@aeroe.example.dk\t"}) {
    EXPECT_FALSE(recipient_allowed(institution, bad)) << bad;
  }
}

}  // namespace
}  // namespace fvm::identity
