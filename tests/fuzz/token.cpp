// rooms: base crypto oidc
// What a broker may send: key sets, tokens, claims. The first byte chooses. Nothing that nobody signed is
// ever verified; claims that are taken name somebody and his institution.
#include <cstdlib>
#include <string>

#include "oidc/claims.hpp"
#include "oidc/keys.hpp"

namespace {

using namespace fvm::oidc;

// The public key of RFC 7517, A.1; nobody who writes inputs for this has its other half.
constexpr const char* jwks =
    R"({"keys":[{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}]})";

void claims(const std::string& text) {
  const Settings settings{.issuer = "https://broker.example.dk",
                          .client_id = "fvm",
                          .assurance = {"Substantial"},
                          .claims = {"uuid", "/nemlogin/cvr", "identity_type", "loa"}};
  const auto identity = identity_of(text, {settings, "n", "token", fvm::Time{1'795'392'000'000'000}, {}});
  if (identity.ok() && (identity->cvr.size() != 8 || identity->professional.empty())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  static const Keys known = Keys::parse(jwks).value();
  if (data[0] % 3 == 0) (void)Keys::parse(text);
  if (data[0] % 3 == 1 && known.verified(text, {"RS256", "PS256", "ES256"}).ok()) std::abort();
  if (data[0] % 3 == 2) claims(text);
  return 0;
}
