// One broker: where it is (discovery), its keys, a login there and back. Safe from several threads; finish()
// waits for the broker, at most net::HttpsOptions::total_seconds_max for each of three requests.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "base/world.hpp"
#include "net/https.hpp"
#include "oidc/keys.hpp"
#include "oidc/types.hpp"

namespace fvm::oidc {

inline constexpr int64_t cache_seconds = 3600;    // discovery and keys are asked for again after so long
inline constexpr int64_t key_wait_seconds = 10;   // an unknown key makes us ask again, but not more often
inline constexpr int64_t flow_seconds_max = 600;  // from leaving to coming back

enum class Ask { login, anew };  // anew: the broker must look again, whoever is logged in there

class Provider {
 public:
  Provider(World& world, Settings settings, net::Https https)
      : world_(world), settings_(std::move(settings)), https_(std::move(https)) {}

  // A fresh state, nonce and PKCE verifier. "oidc.discovery" when the broker does not answer as it should.
  Result<Begun> begin(Ask ask);
  // Exchanges the code and checks everything. Codes of claims.hpp and keys.hpp, and "oidc.state",
  // "oidc.denied" (the broker or the user said no), "oidc.issuer", "oidc.code" (the code is not good, or not
  // any more), "oidc.replayed", "oidc.late".
  Result<Identity> finish(const Flow& flow, const Callback& callback);

 private:
  struct Place {
    std::string authorization, token, keys;
    bool names_itself = false;  // RFC 9207: the callback carries the issuer
    Time fetched;
  };
  Result<Place> place();
  Result<std::shared_ptr<const Keys>> keys(const Place& place, bool again);
  Result<std::string> verified(const Place& place, std::string_view token);
  Result<std::pair<std::string, std::string>> exchange(const Place& place, const Flow& flow,
                                                       const std::string& code);
  Result<void> use_once(const std::string& nonce);

  World& world_;
  const Settings settings_;
  const net::Https https_;
  std::mutex mutex_;
  Place place_;
  std::shared_ptr<const Keys> keys_;
  Time keys_fetched_;
  std::deque<std::pair<Time, std::string>> used_;  // nonces of logins that succeeded, until they are too old
  std::unordered_set<std::string> used_set_;
};

}  // namespace fvm::oidc
