#include "oidc/provider.hpp"

#include <boost/json.hpp>

#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"
#include "oidc/claims.hpp"

namespace fvm::oidc {
namespace {

namespace json = boost::json;

constexpr int64_t second = 1'000'000;

bool is_fresh(Time fetched, Time now, int64_t seconds) {
  return fetched.microseconds != 0 && now.microseconds - fetched.microseconds < seconds * second;
}

std::string random_text(World& world) {
  std::string bytes(32, 0);
  world.random(std::as_writable_bytes(std::span(bytes)));
  return crypto::to_base64url(bytes);
}

Result<json::object> document(const Result<net::Answer>& answer, std::string_view code) {
  if (!answer.ok()) return answer.error();
  boost::system::error_code wrong;
  json::value value = json::parse(answer->body, wrong);
  if (answer->status != 200 || wrong || !value.is_object()) return surroundings(std::string(code));
  return std::move(value.get_object());
}

std::string text(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::string basic(const Settings& settings) {
  return "Basic " + crypto::to_base64(net::percent_encode(settings.client_id) + ":" +
                                      net::percent_encode(settings.client_secret));
}

}  // namespace

Result<Provider::Place> Provider::place() {
  const Time now = world_.now();
  {
    const std::lock_guard lock(mutex_);
    if (is_fresh(place_.fetched, now, cache_seconds)) return place_;
  }
  const std::string base = settings_.issuer.ends_with('/') ? settings_.issuer : settings_.issuer + "/";
  const auto found = TRY(document(https_.get(base + ".well-known/openid-configuration"), "oidc.discovery"));
  Place fresh{text(found, "authorization_endpoint"), text(found, "token_endpoint"), text(found, "jwks_uri")};
  if (text(found, "issuer") != settings_.issuer) return refused("oidc.issuer");
  for (const auto& address : {fresh.authorization, fresh.token, fresh.keys}) TRY(https_.allowed(address));
  const auto* names = found.if_contains("authorization_response_iss_parameter_supported");
  fresh.names_itself = names != nullptr && names->is_bool() && names->get_bool();
  fresh.fetched = now;
  const std::lock_guard lock(mutex_);
  return place_ = fresh;
}

Result<std::shared_ptr<const Keys>> Provider::keys(const Place& place, bool again) {
  const Time now = world_.now();
  {
    const std::lock_guard lock(mutex_);
    if (is_fresh(keys_fetched_, now, again ? key_wait_seconds : cache_seconds)) return keys_;
  }
  const auto answer = TRY(https_.get(place.keys));
  if (answer.status != 200) return surroundings("oidc.keys");
  auto fresh = std::make_shared<const Keys>(TRY(Keys::parse(answer.body)));
  const std::lock_guard lock(mutex_);
  keys_ = std::move(fresh);
  keys_fetched_ = now;
  return keys_;
}

// Keys are changed now and then: one that we do not know makes us look once more.
Result<std::string> Provider::verified(const Place& place, std::string_view token) {
  auto payload = TRY(keys(place, false))->verified(token, settings_.algorithms);
  if (payload.ok() || payload.error().code != "oidc.key_unknown") return payload;
  return TRY(keys(place, true))->verified(token, settings_.algorithms);
}

Result<Begun> Provider::begin(Ask ask) {
  const Place where = TRY(place());
  Begun begun{
      {}, {random_text(world_), random_text(world_), random_text(world_), world_.now(), ask == Ask::anew}};
  net::Fields fields{{"response_type", "code"},
                     {"client_id", settings_.client_id},
                     {"redirect_uri", settings_.redirect_uri},
                     {"scope", settings_.scope},
                     {"state", begun.flow.state},
                     {"nonce", begun.flow.nonce},
                     {"code_challenge", crypto::to_base64url(crypto::sha256(begun.flow.verifier))},
                     {"code_challenge_method", "S256"}};
  if (ask == Ask::anew) {
    fields.emplace_back("prompt", "login");
    fields.emplace_back("max_age", "0");
  }
  const char mark = where.authorization.find('?') == std::string::npos ? '?' : '&';
  begun.url = where.authorization + mark + net::encode_fields(fields);
  return begun;
}

Result<std::pair<std::string, std::string>> Provider::exchange(const Place& place, const Flow& flow,
                                                               const std::string& code) {
  net::Fields form{{"grant_type", "authorization_code"},
                   {"code", code},
                   {"redirect_uri", settings_.redirect_uri},
                   {"code_verifier", flow.verifier}};
  if (settings_.secret_in_form) {
    form.emplace_back("client_id", settings_.client_id);
    form.emplace_back("client_secret", settings_.client_secret);
  }
  const auto answer = https_.post(place.token, net::encode_fields(form),
                                  settings_.secret_in_form ? std::string() : basic(settings_));
  if (answer.ok() && answer->status >= 400 && answer->status < 500) return refused("oidc.code");
  const auto tokens = TRY(document(answer, "oidc.token_endpoint"));
  const std::string id_token = text(tokens, "id_token"), access_token = text(tokens, "access_token");
  if (id_token.empty() || access_token.empty()) return refused("oidc.malformed");
  return std::pair(id_token, access_token);
}

Result<void> Provider::use_once(const std::string& nonce) {
  const Time now = world_.now();
  const std::lock_guard lock(mutex_);
  while (!used_.empty() && !is_fresh(used_.front().first, now, 2 * flow_seconds_max)) {
    used_set_.erase(used_.front().second);
    used_.pop_front();
  }
  if (!used_set_.insert(nonce).second) return refused("oidc.replayed");
  used_.emplace_back(now, nonce);
  return {};
}

Result<Identity> Provider::finish(const Flow& flow, const Callback& callback) {
  if (flow.state.empty() || !crypto::same_secret(flow.state, callback.state)) return refused("oidc.state");
  if (!is_fresh(flow.begun, world_.now(), flow_seconds_max)) return refused("oidc.late");
  const Place where = TRY(place());
  const bool named = !callback.issuer.empty();
  if ((where.names_itself || named) && callback.issuer != settings_.issuer) return refused("oidc.issuer");
  if (!callback.error.empty() || callback.code.empty()) return refused("oidc.denied");
  const auto [id_token, access_token] = TRY(exchange(where, flow, callback.code));
  const std::string payload = TRY(verified(where, id_token));
  Expected expected{settings_, flow.nonce, access_token, world_.now(), {}};
  if (flow.anew) expected.authenticated_since = flow.begun;
  auto identity = TRY(identity_of(payload, expected));
  TRY(use_once(flow.nonce));
  return identity;
}

}  // namespace fvm::oidc
