// What the clock asks for, and what a certificate proves.
#include "extract/ending.hpp"

#include <gtest/gtest.h>

#include "crypto/ed25519.hpp"
#include "identity/service.hpp"

namespace fvm::extract {
namespace {

constexpr uint32_t kept_days = 90;

Time at(const char* text) {
  return parse_time(text).value();
}

struct Case {
  State state;
  const char* valid_to;
  const char* sealed;
  bool certified;
  Due due;
};

TEST(DueFor, WalksTheWholeTable) {
  const Time now = at("2026-11-27T12:00:00Z");
  const Case cases[] = {
      {State::open, "2026-11-27", nullptr, false, Due::nothing},  // the last day is included
      {State::open, "2026-11-26", nullptr, false, Due::seal},
      {State::open, "2099-12-31", nullptr, false, Due::nothing},
      {State::sealed, "2026-11-26", "2026-11-27", false, Due::nothing},
      {State::sealed, "2026-05-01", "2026-08-30", false, Due::nothing},  // 89 days
      {State::sealed, "2026-05-01", "2026-08-29", false, Due::remove},   // 90 days
      {State::sealed, "2027-05-01", "2026-08-29", false, Due::unseal},   // prolonged
      {State::sealed, "2026-11-27", "2026-11-27", false, Due::unseal},
      {State::closed, "2099-12-31", nullptr, false, Due::remove},  // a crash left it half closed
      {State::closed, "2099-12-31", nullptr, true, Due::nothing},
      {State::closed, "2026-05-01", "2026-08-29", true, Due::nothing},
  };
  for (const Case& one : cases) {
    Project project{.valid_to = parse_date(one.valid_to).value(), .state = one.state};
    if (one.sealed != nullptr) project.sealed = at(one.sealed);
    EXPECT_EQ(due_for(project, one.certified, now, kept_days), one.due)
        << to_text(one.state) << " " << one.valid_to;
  }
}

TEST(DueFor, KeptForNoDaysIsRemovedTheSameDay) {
  Project project{.valid_to = parse_date("2026-11-26").value(), .state = State::sealed};
  project.sealed = at("2026-11-27");
  EXPECT_EQ(due_for(project, false, at("2026-11-27T23:00:00Z"), 0), Due::remove);
}

TEST(MayBeUsed, NeitherSealedNorClosed) {
  Project project{.valid_from = parse_date("2020-01-01").value(),
                  .valid_to = parse_date("2099-12-31").value(),
                  .version = 1};
  EXPECT_TRUE(may_be_used(project, at("2026-11-27")).ok());
  project.state = State::sealed;
  EXPECT_EQ(may_be_used(project, at("2026-11-27")).error().code, "project.sealed");
  project.state = State::closed;
  EXPECT_EQ(may_be_used(project, at("2026-11-27")).error().code, "project.closed");
}

class CertificateTest : public ::testing::Test {
 protected:
  crypto::SigningKey key_ = crypto::SigningKey::from_seed(std::string(32, 'k')).value();
  Certificate make(std::string text) {
    text = std::string(crypto::certificate_prefix) + text;
    return {text, key_.sign(text).value(), {}};
  }
  std::string code(std::string_view file) {
    const auto verified = verify_certificate(file, key_.public_key());
    return verified.ok() ? "genuine" : verified.error().code;
  }
};

TEST_F(CertificateTest, IsVerifiedAndEveryChangeIsNoticed) {
  const Certificate certificate = make("project: FVM-2026-0017\nreason: expired\n");
  const std::string file = certificate_file(certificate);
  EXPECT_EQ(verify_certificate(file, key_.public_key()).value(), certificate.text);
  for (size_t i = 0; i < file.size(); ++i) {
    std::string changed = file;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_NE(code(changed), "genuine") << "byte " << i;
  }
  EXPECT_NE(code(file + " "), "genuine");
  EXPECT_NE(code(file.substr(0, file.size() - 1)), "genuine");
  EXPECT_EQ(code(""), "certificate.not_one");
}

TEST_F(CertificateTest, AnotherKeyProvesNothing) {
  const auto other = crypto::SigningKey::from_seed(std::string(32, 'o')).value();
  const std::string file = certificate_file(make("project: A\n"));
  EXPECT_EQ(verify_certificate(file, other.public_key()).error().code, "certificate.wrong_signature");
}

// The same key signs the ledger's checkpoints: what begins like one is no certificate, whatever follows.
TEST_F(CertificateTest, ASignedCheckpointIsNoCertificate) {
  const std::string text = std::string(crypto::checkpoint_prefix) + "project: A\n";
  EXPECT_EQ(code(certificate_file({text, key_.sign(text).value(), {}})), "certificate.not_one");
}

class Warnings : public ::testing::Test {
 protected:
  config::Instance instance_{std::filesystem::temp_directory_path() /
                             ("fvm-warnings-" + random_hex(real_world(), 6))};
  std::unique_ptr<audit::Ledger> ledger_;
  const std::vector<uint32_t> days_ = {60, 30, 7};
  Project project_{.number = "FVM-2026-0017", .valid_to = parse_date("2026-12-31").value()};

  void SetUp() override {
    ASSERT_TRUE(instance_.make_folders(real_world()).ok());
    ledger_ = audit::Ledger::open(real_world(), instance_.audit(), instance_.store_file(), {}).value();
    ASSERT_TRUE(identity::migrate(*ledger_).ok());
    ASSERT_TRUE(migrate(*ledger_).ok());
    const auto made = ledger_->write({"test", "test.changed", "", {}}, [](audit::Writer& writer) {
      return writer.execute(
          "INSERT INTO project(number, title, authority, cvr, valid_from, valid_to, state, specification,"
          " specification_sha256, version, created) VALUES ('FVM-2026-0017', 'T', 'A', '28856075',"
          " '2020-01-01', '2026-12-31', 'open', '', '', 1, 0)");
    });
    ASSERT_TRUE(made.ok());
  }
  void TearDown() override { (void)real_world().remove_tree(instance_.root()); }

  std::optional<uint32_t> due(const char* now) {
    return warning_due(ledger_->database(), project_, at(now), days_).value();
  }
  void tell(uint32_t days) {
    const auto told = ledger_->write({"test", "test.told", "", {}}, [&](audit::Writer& writer) {
      return mark_warned(writer, project_, days);
    });
    ASSERT_TRUE(told.ok());
  }
};

TEST_F(Warnings, EachIsDueOnceWhenItsDayComes) {
  EXPECT_EQ(due("2026-11-01"), 60u);  // exactly 60 days left
  tell(60);
  EXPECT_EQ(due("2026-11-02"), std::nullopt);
  EXPECT_EQ(due("2026-12-01"), 30u);
  tell(30);
  EXPECT_EQ(due("2026-12-24"), 7u);
  tell(7);
  EXPECT_EQ(due("2026-12-31"), std::nullopt);
}

TEST_F(Warnings, NotBeforeNotAfterAndNotForWhatHasEnded) {
  EXPECT_EQ(due("2026-10-31"), std::nullopt);
  EXPECT_EQ(due("2027-01-01"), std::nullopt);
  project_.state = State::sealed;
  EXPECT_EQ(due("2026-12-30"), std::nullopt);
}

TEST_F(Warnings, WhoIsLateIsToldTheNearestOnly) {
  EXPECT_EQ(due("2026-12-30"), 7u);
  tell(7);
  EXPECT_EQ(due("2026-12-30"), std::nullopt);
}

TEST_F(Warnings, AProlongedProjectIsWarnedAnew) {
  tell(7);
  project_.valid_to = parse_date("2027-12-31").value();
  EXPECT_EQ(due("2027-12-30"), 7u);
}

}  // namespace
}  // namespace fvm::extract
