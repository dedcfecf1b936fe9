// Signatures, with the published examples of RFC 7515 and tokens signed here by cjose itself.
#include <cjose/cjose.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "oidc/keys.hpp"

namespace fvm::oidc {
namespace {

namespace json = boost::json;
const std::vector<std::string> allowed = {"RS256", "PS256", "ES256"};

struct Signer {
  cjose_jwk_t* key;
  std::string id;
  ~Signer() { cjose_jwk_release(key); }
  std::string jwk(bool secret = false) const {
    cjose_err error{};
    char* text = cjose_jwk_to_json(key, secret, &error);
    json::object made = json::parse(text).get_object();
    cjose_get_dealloc()(text);
    made["kid"] = id;
    return json::serialize(made);
  }
  std::string sign(const char* algorithm, const std::string& payload, const std::string& more = {}) const {
    cjose_err error{};
    cjose_header_t* header = cjose_header_new(&error);
    cjose_header_set(header, "alg", algorithm, &error);
    if (!id.empty()) cjose_header_set(header, "kid", id.c_str(), &error);
    if (!more.empty()) cjose_header_set_raw(header, more.c_str(), "[\"b64\"]", &error);
    cjose_jws_t* token =
        cjose_jws_sign(key, header, reinterpret_cast<const uint8_t*>(payload.data()), payload.size(), &error);
    const char* text = nullptr;
    if (token != nullptr) cjose_jws_export(token, &text, &error);
    std::string out = text == nullptr ? "" : text;
    cjose_jws_release(token);
    cjose_header_release(header);
    return out;
  }
};

Signer rsa(const std::string& id, size_t bits = 2048) {
  cjose_err error{};
  return {cjose_jwk_create_RSA_random(bits, reinterpret_cast<const uint8_t*>("\x01\x00\x01"), 3, &error), id};
}
Signer ec(const std::string& id) {
  cjose_err error{};
  return {cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error), id};
}
std::string set_of(const std::vector<std::string>& keys) {
  std::string out = "{\"keys\":[";
  for (size_t i = 0; i < keys.size(); ++i) out += (i > 0 ? "," : "") + keys[i];
  return out + "]}";
}
std::string verdict(const Keys& keys, const std::string& token) {
  const auto got = keys.verified(token, allowed);
  return got.ok() ? *got : got.error().code;
}

TEST(Keys, GoodSignaturesGiveThePayload) {
  const Signer one = rsa("a"), two = ec("b");
  const Keys keys = Keys::parse(set_of({one.jwk(), two.jwk()})).value();
  for (const char* algorithm : {"RS256", "PS256"})
    EXPECT_EQ(verdict(keys, one.sign(algorithm, "{}")), "{}") << algorithm;
  EXPECT_EQ(verdict(keys, two.sign("ES256", "{}")), "{}");
}

TEST(Keys, OthersAreRefused) {
  const Signer one = rsa("a"), other = rsa("a"), unknown = rsa("z");
  const Keys keys = Keys::parse(set_of({one.jwk()})).value();
  EXPECT_EQ(verdict(keys, other.sign("RS256", "{}")), "oidc.signature");
  EXPECT_EQ(verdict(keys, unknown.sign("RS256", "{}")), "oidc.key_unknown");
  EXPECT_EQ(verdict(keys, one.sign("RS384", "{}")), "oidc.algorithm");
  EXPECT_EQ(verdict(keys, one.sign("RS256", "{}", "crit")), "oidc.algorithm");
  std::string changed = one.sign("RS256", R"({"cvr":"1"})");
  changed.replace(changed.find('.') + 1, 4, "eyJd");
  EXPECT_NE(verdict(keys, changed).substr(0, 5), "{\"cvr");
}

TEST(Keys, NoneAndSharedSecretsAreNoSignatures) {
  const Signer one = rsa("a");
  const Keys keys = Keys::parse(set_of({one.jwk()})).value();
  const std::string payload = crypto::to_base64url("{}");
  for (const char* header :
       {R"({"alg":"none"})", R"({"alg":"None","kid":"a"})", R"({"alg":"NONE"})", R"({})"})
    EXPECT_NE(verdict(keys, crypto::to_base64url(header) + "." + payload + "."), "{}") << header;
  // The classic: the public key, known to all, as the secret of an HMAC.
  cjose_err error{};
  const std::string secret = one.jwk();
  const Signer shared{
      cjose_jwk_create_oct_spec(reinterpret_cast<const uint8_t*>(secret.data()), secret.size(), &error), "a"};
  const std::string token = shared.sign("HS256", "{}");
  ASSERT_FALSE(token.empty());
  EXPECT_EQ(verdict(keys, token), "oidc.algorithm");
}

TEST(Keys, AKeySetWithNothingUsableIsRefused) {
  const Signer small = rsa("s", 1024), fine = rsa("a");
  for (const std::string& bad :
       {std::string("{}"), std::string("[]"), std::string("x"), set_of({}), set_of({"7"}),
        set_of({small.jwk()}), set_of({R"({"kty":"oct","k":"AAAA","kid":"o"})"})})
    EXPECT_EQ(Keys::parse(bad).error().code, "oidc.keys") << bad.substr(0, 80);
  json::object encrypting = json::parse(fine.jwk()).get_object();
  encrypting["use"] = "enc";
  EXPECT_FALSE(Keys::parse(set_of({json::serialize(encrypting)})).ok());
  EXPECT_TRUE(Keys::parse(set_of({"7", small.jwk(), fine.jwk()})).ok());
}

TEST(Keys, ATokenWithoutAKeyNameGetsTheOnlyKey) {
  const Signer one = rsa(""), two = rsa("b");
  const std::string token = one.sign("RS256", "{}");
  EXPECT_EQ(verdict(Keys::parse(set_of({one.jwk()})).value(), token), "{}");
  EXPECT_EQ(verdict(Keys::parse(set_of({one.jwk(), two.jwk()})).value(), token), "oidc.key_unknown");
}

TEST(Keys, RubbishIsMalformed) {
  const Keys keys = Keys::parse(set_of({ec("b").jwk()})).value();
  for (const std::string& bad :
       {std::string(), std::string("a.b"), std::string("a.b.c.d"), std::string("..."), std::string("a.b.c"),
        std::string(20'000, 'a') + ".b.c", std::string("\0.\0.\0", 5)})
    EXPECT_EQ(verdict(keys, bad), "oidc.malformed");
}

}  // namespace
}  // namespace fvm::oidc
