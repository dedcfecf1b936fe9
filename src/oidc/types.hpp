// MitID Erhverv through a broker that speaks OpenID Connect: what we are told, what we ask, what we get.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace fvm::oidc {

// What brokers call the same thing. A name that begins with '/' is a JSON pointer into nested claims.
struct ClaimNames {
  std::string professional, cvr, identity_type, assurance;
};

struct Settings {
  std::string issuer;  // exactly as the broker writes it
  std::string client_id, client_secret;
  bool secret_in_form = false;  // client_secret_post; otherwise client_secret_basic
  std::string redirect_uri;
  std::string scope = "openid";
  std::vector<std::string> algorithms = {"RS256", "PS256", "ES256"};
  std::vector<std::string> assurance;  // the values that will do
  std::string identity_type = "professional";
  ClaimNames claims;
  int64_t skew_seconds = 60;  // how far the broker's clock may be from ours
};

// What a browser keeps, sealed, from the moment it leaves for the broker until it is back.
struct Flow {
  std::string state, nonce, verifier;
  Time begun;
  bool anew = false;  // step-up: the broker was asked to look again
};

struct Begun {
  std::string url;  // where the browser goes
  Flow flow;
};

// What the browser brings back.
struct Callback {
  std::string state, code, issuer, error;
};

// Who it is, checked. No name, no address: they would not be used, and the user may be anonymous.
struct Identity {
  std::string professional;  // the persistent professional uuid
  std::string cvr;
  std::string assurance;
};

}  // namespace fvm::oidc
