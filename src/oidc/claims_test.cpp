// Every check on a token's claims: what is right passes, and one thing wrong at a time does not.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "oidc/claims.hpp"

namespace fvm::oidc {
namespace {

namespace json = boost::json;
constexpr int64_t now = 1'795'392'000;

Settings settings() {
  Settings s;
  s.issuer = "https://broker.example.dk";
  s.client_id = "fvm";
  s.assurance = {"Substantial", "High"};
  s.claims = {"nemlogin.uuid", "nemlogin.cvr", "identity_type", "loa"};
  return s;
}

json::object honest() {
  return {{"iss", "https://broker.example.dk"},
          {"aud", "fvm"},
          {"sub", "x"},
          {"exp", now + 300},
          {"iat", now},
          {"nonce", "n"},
          {"auth_time", now - 5},
          {"at_hash", crypto::to_base64url(crypto::sha256("token").substr(0, 16))},
          {"identity_type", "professional"},
          {"loa", "Substantial"},
          {"nemlogin.cvr", "28856075"},
          {"nemlogin.uuid", "8f1c2d3e-0001"}};
}

std::string verdict(const json::object& claims, std::optional<Time> since = {},
                    const Settings& s = settings()) {
  const auto got = identity_of(json::serialize(claims), {s, "n", "token", Time{now * 1'000'000}, since});
  return got.ok() ? "good" : got.error().code;
}

std::string with(std::string_view name, json::value value) {
  json::object claims = honest();
  claims[name] = std::move(value);
  return verdict(claims);
}
std::string without(std::string_view name) {
  json::object claims = honest();
  claims.erase(name);
  return verdict(claims);
}

TEST(Claims, HonestOnesAreTaken) {
  const Settings s = settings();
  const auto identity = identity_of(json::serialize(honest()), {s, "n", "token", Time{now * 1'000'000}, {}});
  ASSERT_TRUE(identity.ok()) << identity.error().code;
  EXPECT_EQ(identity->professional, "8f1c2d3e-0001");
  EXPECT_EQ(identity->cvr, "28856075");
  EXPECT_EQ(identity->assurance, "Substantial");
}

TEST(Claims, AnonymousUsersNeedNoName) {
  json::object claims = honest();
  claims["name"] = nullptr;
  claims["sub"] = "39284710";
  EXPECT_EQ(verdict(claims), "good");
}

TEST(Claims, OneThingWrongIsEnough) {
  const struct {
    const char *name, *code;
    json::value wrong;
  } cases[] = {{"iss", "oidc.issuer", "https://broker.example.dk/"},
               {"iss", "oidc.issuer", 7},
               {"aud", "oidc.audience", "other"},
               {"aud", "oidc.audience", json::array{}},
               {"aud", "oidc.audience", json::array{"fvm", "other"}},
               {"azp", "oidc.audience", "other"},
               {"azp", "oidc.audience", nullptr},
               {"exp", "oidc.expired", now - 61},
               {"exp", "oidc.expired", "tomorrow"},
               {"exp", "oidc.expired", -1},
               {"iat", "oidc.issued", now + 61},
               {"iat", "oidc.issued", now - 700},
               {"nbf", "oidc.issued", now + 61},
               {"nbf", "oidc.issued", "x"},
               {"nonce", "oidc.nonce", "m"},
               {"nonce", "oidc.nonce", ""},
               {"at_hash", "oidc.at_hash", "AAAA"},
               {"sub", "oidc.malformed", ""},
               {"identity_type", "oidc.not_professional", "private"},
               {"loa", "oidc.assurance", "Low"},
               {"loa", "oidc.assurance", json::array{"Substantial"}},
               {"nemlogin.cvr", "oidc.cvr_missing", "2885607"},
               {"nemlogin.cvr", "oidc.cvr_missing", 28856075},
               {"nemlogin.uuid", "oidc.professional_missing", ""},
               {"nemlogin.uuid", "oidc.professional_missing", "a b"},
               {"nemlogin.uuid", "oidc.professional_missing", json::string(129, 'a')}};
  for (const auto& each : cases) EXPECT_EQ(with(each.name, each.wrong), each.code) << each.name << each.wrong;
  for (const auto& [name, code] : {std::pair{"iss", "oidc.issuer"},
                                   {"aud", "oidc.audience"},
                                   {"exp", "oidc.expired"},
                                   {"iat", "oidc.issued"},
                                   {"nonce", "oidc.nonce"},
                                   {"at_hash", "oidc.at_hash"},
                                   {"sub", "oidc.malformed"},
                                   {"identity_type", "oidc.not_professional"},
                                   {"loa", "oidc.assurance"},
                                   {"nemlogin.cvr", "oidc.cvr_missing"},
                                   {"nemlogin.uuid", "oidc.professional_missing"}})
    EXPECT_EQ(without(name), code) << name;
}

TEST(Claims, ClocksMayDifferALittle) {
  EXPECT_EQ(with("exp", now - 59), "good");
  EXPECT_EQ(with("iat", now + 59), "good");
  EXPECT_EQ(with("exp", now + 0.5), "good");
}

TEST(Claims, OthersInTheAudienceNeedOurNameAsAuthorizedParty) {
  json::object claims = honest();
  claims["aud"] = json::array{"fvm", "other"};
  claims["azp"] = "fvm";
  EXPECT_EQ(verdict(claims), "good");
}

TEST(Claims, SteppingUpWantsAFreshLogin) {
  EXPECT_EQ(verdict(honest(), Time{(now - 10) * 1'000'000}), "good");
  json::object claims = honest();
  claims["auth_time"] = now - 600;
  EXPECT_EQ(verdict(claims), "good");
  EXPECT_EQ(verdict(claims, Time{(now - 10) * 1'000'000}), "oidc.authentication_old");
  claims.erase("auth_time");
  EXPECT_EQ(verdict(claims, Time{(now - 10) * 1'000'000}), "oidc.authentication_old");
}

TEST(Claims, NamesAreMappedAlsoInsideOthers) {
  Settings s = settings();
  s.claims.cvr = "/nemlogin/cvr";
  json::object claims = honest();
  claims.erase("nemlogin.cvr");
  EXPECT_EQ(verdict(claims, {}, s), "oidc.cvr_missing");
  claims["nemlogin"] = "no object";
  EXPECT_EQ(verdict(claims, {}, s), "oidc.cvr_missing");
  claims["nemlogin"] = {{"cvr", "28856075"}};
  EXPECT_EQ(verdict(claims, {}, s), "good");
}

TEST(Claims, WhatIsNoObjectIsRefused) {
  const Settings s = settings();
  for (const char* bad : {"", "[]", "{", "\"x\"", "null"})
    EXPECT_EQ(identity_of(bad, {s, "n", "token", Time{now * 1'000'000}, {}}).error().code, "oidc.malformed")
        << bad;
}

}  // namespace
}  // namespace fvm::oidc
