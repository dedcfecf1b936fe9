// The broker as [mitid] of the configuration names it, for each of our programs that logs people in: each has
// a name, a secret and a way back of its own.
#pragma once

#include "config/instance.hpp"
#include "net/https.hpp"
#include "oidc/types.hpp"

namespace fvm::oidc {

struct Client {
  std::string id;
  std::string secret_file;        // relative to the instance
  std::string origin;             // of the site that people are sent back to
  const char* missing = nullptr;  // the error when there is no secret
};
// `client.missing` (usage) with the file; "login.bad_setting" for an algorithm that is no signature with a
// private key.
Result<Settings> configured(World& world, const config::Instance& instance,
                            const config::Config::Mitid& mitid, const Client& client);
// The issuer's own server may be asked, and those that are named beside it.
net::HttpsOptions https_options(const config::Config::Mitid& mitid);

// "https://broker.example.dk:8443/realm" -> "broker.example.dk:8443".
std::string server_of(const std::string& url);

}  // namespace fvm::oidc
