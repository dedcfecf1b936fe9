#include "oidc/claims.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"

namespace fvm::oidc {
namespace {

namespace json = boost::json;

const json::value* member(const json::object& claims, std::string_view name) {
  if (!name.starts_with('/')) return claims.if_contains(name);
  const json::object* at = &claims;
  for (name.remove_prefix(1);;) {
    const size_t slash = name.find('/');
    const json::value* found = at->if_contains(name.substr(0, slash));
    if (found == nullptr || slash == std::string_view::npos) return found;
    at = found->if_object();
    if (at == nullptr) return nullptr;
    name.remove_prefix(slash + 1);
  }
}

std::string text(const json::object& claims, std::string_view name) {
  const json::value* found = member(claims, name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// Seconds since the epoch; numbers that are no such thing are none.
std::optional<int64_t> seconds(const json::object& claims, std::string_view name) {
  constexpr double most = 1e11;
  const json::value* found = member(claims, name);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  const double value = found->to_number<double>();
  if (!(value >= 0 && value < most)) return std::nullopt;
  return static_cast<int64_t>(value);
}

Result<void> check_audience(const json::object& claims, const std::string& client) {
  const json::value* audience = claims.if_contains("aud");
  if (audience == nullptr) return refused("oidc.audience");
  size_t others = 0;
  bool ours = audience->is_string() && audience->get_string() == client;
  if (audience->is_array()) {
    for (const json::value& each : audience->get_array()) {
      const bool mine = each.is_string() && each.get_string() == client;
      ours = ours || mine;
      others += mine ? 0 : 1;
    }
  }
  const std::string authorized = text(claims, "azp");
  const bool for_other = claims.contains("azp") ? authorized != client : others > 0;
  if (!ours || for_other) return refused("oidc.audience");
  return {};
}

Result<void> check_times(const json::object& claims, const Expected& expected) {
  const int64_t now = expected.now.microseconds / 1'000'000, skew = expected.settings.skew_seconds;
  const auto expires = seconds(claims, "exp"), issued = seconds(claims, "iat"),
             begins = seconds(claims, "nbf");
  if (!expires || *expires + skew <= now) return refused("oidc.expired");
  if (!issued || *issued > now + skew || *issued < now - token_age_seconds_max - skew)
    return refused("oidc.issued");
  if (claims.contains("nbf") && (!begins || *begins > now + skew)) return refused("oidc.issued");
  if (expected.authenticated_since) {
    const auto authenticated = seconds(claims, "auth_time");
    if (!authenticated || *authenticated + skew < expected.authenticated_since->microseconds / 1'000'000)
      return refused("oidc.authentication_old");
  }
  return {};
}

// Left half of the SHA-256 of the access token (all algorithms that we allow end in 256).
bool hash_fits(const json::object& claims, std::string_view access_token) {
  const std::string half = crypto::sha256(access_token).substr(0, crypto::sha256_bytes / 2);
  return crypto::same_secret(text(claims, "at_hash"), crypto::to_base64url(half));
}

bool is_cvr(std::string_view value) {
  return value.size() == 8 &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_professional(std::string_view value) {
  return !value.empty() && value.size() <= professional_bytes_max &&
         std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Result<Identity> employment(const json::object& claims, const Settings& settings) {
  if (text(claims, settings.claims.identity_type) != settings.identity_type)
    return refused("oidc.not_professional");
  Identity identity{text(claims, settings.claims.professional), text(claims, settings.claims.cvr),
                    text(claims, settings.claims.assurance)};
  const auto& enough = settings.assurance;
  if (std::find(enough.begin(), enough.end(), identity.assurance) == enough.end())
    return refused("oidc.assurance");
  if (!is_cvr(identity.cvr)) return refused("oidc.cvr_missing");
  if (!is_professional(identity.professional)) return refused("oidc.professional_missing");
  return identity;
}

}  // namespace

Result<Identity> identity_of(std::string_view payload, const Expected& expected) {
  boost::system::error_code wrong;
  const json::value document = json::parse(payload, wrong);
  if (wrong || !document.is_object()) return refused("oidc.malformed");
  const json::object& claims = document.get_object();
  if (text(claims, "iss") != expected.settings.issuer) return refused("oidc.issuer");
  TRY(check_audience(claims, expected.settings.client_id));
  TRY(check_times(claims, expected));
  if (expected.nonce.empty() || !crypto::same_secret(text(claims, "nonce"), expected.nonce))
    return refused("oidc.nonce");
  if (!hash_fits(claims, expected.access_token)) return refused("oidc.at_hash");
  if (text(claims, "sub").empty()) return refused("oidc.malformed");
  return employment(claims, expected.settings);
}

}  // namespace fvm::oidc
