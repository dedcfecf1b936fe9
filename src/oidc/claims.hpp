// Pure checks on what a signed token says (OpenID Connect Core 3.1.3.7; the claims of MitID Erhverv): no
// clock, no network.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "oidc/types.hpp"

namespace fvm::oidc {

inline constexpr int64_t token_age_seconds_max = 600;
inline constexpr size_t professional_bytes_max = 128;

struct Expected {
  const Settings& settings;
  std::string_view nonce, access_token;
  Time now;
  std::optional<Time> authenticated_since;  // step-up: auth_time must not be before
};

// Each refusal has its own code: "oidc.malformed", "oidc.issuer", "oidc.audience", "oidc.expired",
// "oidc.issued", "oidc.nonce", "oidc.at_hash", "oidc.authentication_old", "oidc.not_professional",
// "oidc.assurance", "oidc.cvr_missing", "oidc.professional_missing".
Result<Identity> identity_of(std::string_view payload, const Expected& expected);

}  // namespace fvm::oidc
