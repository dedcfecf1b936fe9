// How much work an attempt costs, counted: every reason why one is refused costs the same Argon2id, so it
// cannot be timed. Calls of libargon2 are counted on their way to it; the clock is nowhere in this.
#include <argon2.h>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>

#include "account/service.hpp"
#include "account/testing.hpp"
#include "audit/ledger.hpp"
#include "identity/service.hpp"

namespace {

std::atomic<uint64_t> work{0};  // KiB written: memory times passes

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

uint64_t number_after(std::string_view text, std::string_view name) {
  const size_t at = text.find(name);
  return at == std::string_view::npos ? 0 : std::stoull(std::string(text.substr(at + name.size())));
}

}  // namespace

extern "C" int argon2id_verify(const char* encoded, const void* password, size_t size) {
  const std::string_view text(encoded);
  work += number_after(text, "$m=") * number_after(text, ",t=");
  return real<decltype(argon2id_verify)>("argon2id_verify")(encoded, password, size);
}

extern "C" int argon2id_hash_encoded(uint32_t passes, uint32_t memory, uint32_t lanes, const void* password,
                                     size_t size, const void* salt, size_t salt_size, size_t hash_size,
                                     char* encoded, size_t encoded_size) {
  work += uint64_t{memory} * passes;
  return real<decltype(argon2id_hash_encoded)>("argon2id_hash_encoded")(
      passes, memory, lanes, password, size, salt, salt_size, hash_size, encoded, encoded_size);
}

namespace fvm::account {
namespace {

namespace fs = std::filesystem;

constexpr PasswordCost cost{.memory_kib = 64, .passes = 2};
constexpr uint64_t once = 128;

Proof proof_of(const std::string& name, const char* cvr = "28856075") {
  return {"8f1c2d3e-" + name, cvr, "https://data.gov.dk/concept/core/nsis/Substantial"};
}

class WorkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("fvm-work-" + random_hex(real_world(), 6));
    fs::create_directories(folder_ / "audit");
    ledger_ = audit::Ledger::open(world_, folder_ / "audit", folder_ / "fvm.sqlite", {}).value();
    ASSERT_TRUE(identity::migrate(*ledger_).ok() && migrate(*ledger_).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Demo", "28856075", {}).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Anden", "10000009", {}).ok());
    auto setting =
        open_setting(world_, *ledger_, folder_ / "fvm.sqlite", CommonPasswords::of("password\n"), cost);
    setting_.emplace(std::move(setting.value()));
    for (const char* name : {"anne", "bo", "locked", "closed", "newcomer"})
      ASSERT_TRUE(identity::add_user(*ledger_, "root", name, "28856075", {identity::Role::analyst}).ok());
    for (const char* name : {"anne", "bo", "locked", "closed"})
      ASSERT_TRUE(use_code(*setting_, proof_of(name), {name, code(name), good}).ok());
    ASSERT_TRUE(issue_code(world_, *ledger_, "root", {"newcomer", proof_of("newcomer").professional}).ok());
    for (int i = 0; i < 5; ++i) (void)enter(proof_of("locked"), {"locked", "gaet"});
    ASSERT_TRUE(standing_of(ledger_->database(), "locked", world_.now())->locked_until.has_value());
    ASSERT_TRUE(identity::close_user(*ledger_, "root", "closed", "left").ok());
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string code(const std::string& user) {
    return issue_code(world_, *ledger_, "root", {user, ""}).value().code;
  }
  std::string enter(const Proof& proof, const Attempt& attempt) {
    const auto opened = log_in(*setting_, proof, attempt, "Firefox/140 Linux");
    return opened.ok() ? "in" : opened.error().code;
  }
  uint64_t records() const { return ledger_->head().value().size; }

  Path folder_;
  LaterWorld world_;
  std::unique_ptr<audit::Ledger> ledger_;
  std::optional<Setting> setting_;
};

struct Case {
  const char* why;
  Proof proof;
  Attempt attempt;
};

std::vector<Case> refused_attempts() {
  return {{"no account for this MitID", proof_of("nobody"), {"anne", good}},
          {"no such user", proof_of("anne"), {"nobody", good}},
          {"another's name", proof_of("anne"), {"bo", good}},
          {"wrong password", proof_of("anne"), {"anne", "en helt forkert adgangskode"}},
          {"an empty one", proof_of("anne"), {"anne", ""}},
          {"locked out, the right password", proof_of("locked"), {"locked", good}},
          {"locked out, a wrong one", proof_of("locked"), {"locked", "gaet"}},
          {"closed, the right password", proof_of("closed"), {"closed", good}},
          {"not activated", proof_of("newcomer"), {"newcomer", good}},
          {"another institution", proof_of("bo", "10000009"), {"bo", good}}};
}

TEST_F(WorkTest, EveryRefusedPasswordCostsTheSame) {
  for (const Case& each : refused_attempts()) {
    const uint64_t before = work, written = records();
    EXPECT_EQ(enter(each.proof, each.attempt), "account.refused") << each.why;
    EXPECT_EQ(work - before, once) << each.why;
    EXPECT_EQ(records() - written, 1u) << each.why;
  }
  const uint64_t before = work;
  EXPECT_EQ(enter(proof_of("bo"), {"bo", good}), "in");
  EXPECT_EQ(work - before, once) << "and so does the right one";
}

TEST_F(WorkTest, EveryRefusedCodeCostsTheSame) {
  const std::string right = code("anne");
  const struct {
    const char* why;
    Proof proof;
    CodeAttempt attempt;
  } cases[] = {{"no such user", proof_of("anne"), {"nobody", right, good}},
               {"no code", proof_of("bo"), {"bo", right, good}},
               {"another's MitID", proof_of("bo"), {"anne", right, good}},
               {"a wrong code", proof_of("anne"), {"anne", "00000-00000-00000-00000", good}},
               {"closed", proof_of("closed"), {"closed", right, good}},
               {"locked out", proof_of("locked"), {"locked", right, good}}};
  for (const auto& each : cases) {
    const uint64_t before = work;
    EXPECT_EQ(use_code(*setting_, each.proof, each.attempt).error().code, "account.code_refused") << each.why;
    EXPECT_EQ(work - before, once) << each.why;
  }
  EXPECT_TRUE(use_code(*setting_, proof_of("anne"), {"anne", right, good}).ok());
}

TEST_F(WorkTest, TheCounterSeesWork) {
  const uint64_t before = work;
  EXPECT_EQ(use_code(*setting_, proof_of("anne"), {"anne", "x", "kort"}).error().code,
            "account.password_short");
  EXPECT_EQ(work - before, 0u) << "what is refused for the password itself tells nothing of anybody";
  ASSERT_TRUE(hash_password(world_, "x", {.memory_kib = 128, .passes = 3}).ok());
  EXPECT_EQ(work - before, 384u);
}

// Four mistakes are free; then a minute, doubled each time, an hour at most, however long it goes on.
TEST_F(WorkTest, WaitsDoubleAndEnd) {
  const Proof bo = proof_of("bo");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(enter(bo, {"bo", "gaet"}), "account.refused");
  for (const int64_t wait : {60, 120, 240, 480, 960, 1920, 3600, 3600, 3600}) {
    EXPECT_EQ(enter(bo, {"bo", "gaet"}), "account.refused");
    const auto until = standing_of(ledger_->database(), "bo", world_.now())->locked_until;
    ASSERT_TRUE(until.has_value()) << wait;
    EXPECT_NEAR(static_cast<double>(until->microseconds - world_.now().microseconds) / 1e6,
                static_cast<double>(wait), 2);
    world_.seconds += wait - 3;
    EXPECT_EQ(enter(bo, {"bo", good}), "account.refused") << "the right one, while it lasts: " << wait;
    EXPECT_EQ(enter(bo, {"bo", "gaet"}), "account.refused");
    EXPECT_EQ(standing_of(ledger_->database(), "bo", world_.now())->locked_until, until)
        << "does not make it longer: " << wait;
    world_.seconds += 4;
  }
  EXPECT_EQ(enter(bo, {"bo", good}), "in");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(enter(bo, {"bo", "gaet"}), "account.refused");
  EXPECT_EQ(enter(bo, {"bo", good}), "in") << "forgiven: four are free again";
}

}  // namespace
}  // namespace fvm::account
