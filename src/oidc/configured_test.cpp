#include "oidc/configured.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/scratch.hpp"

namespace fvm::oidc {
namespace {

class Configured : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(scratch_.path() / "secret") << "s3cret\r\n";
    mitid_.issuer = "https://broker.example.dk:8443/realm";
  }
  Result<Settings> read(const Client& client) {
    return configured(real_world(), config::Instance(scratch_.path()), mitid_, client);
  }
  Scratch scratch_ = Scratch::make(real_world(), Path(testing::TempDir()) / "oidc_configured").value();
  config::Config::Mitid mitid_;
};

TEST_F(Configured, EachClientHasItsOwnNameSecretAndWayBack) {
  const auto settings = read({"desk", "secret", "https://desk.example.dk", "desk.no_secret"});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->client_id, "desk");
  EXPECT_EQ(settings->client_secret, "s3cret");
  EXPECT_EQ(settings->redirect_uri, "https://desk.example.dk/login/callback");
  EXPECT_EQ(https_options(mitid_).hosts.back(), "broker.example.dk:8443");
}

TEST_F(Configured, NoSecretIsSaidInTheClientsWords) {
  for (const char* file : {"", "nothing"}) {
    const auto settings = read({"desk", file, "https://desk.example.dk", "desk.no_secret"});
    ASSERT_FALSE(settings.ok()) << file;
    EXPECT_EQ(settings.error().code, "desk.no_secret");
  }
}

TEST_F(Configured, OnlySignaturesWithAPrivateKey) {
  for (const char* algorithm : {"none", "HS256", "RS256 ", ""}) {
    mitid_.algorithms = {"ES256", algorithm};
    const auto settings = read({"desk", "secret", "https://desk.example.dk", "desk.no_secret"});
    ASSERT_FALSE(settings.ok()) << algorithm;
    EXPECT_EQ(settings.error().code, "login.bad_setting");
  }
  mitid_.algorithms = {"RS256", "PS256", "ES256"};
  EXPECT_TRUE(read({"desk", "secret", "https://desk.example.dk", "desk.no_secret"}).ok());
}

}  // namespace
}  // namespace fvm::oidc
