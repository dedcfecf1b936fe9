// Logging in on the network: MitID Erhverv first, then user name and password; and what is behind it.
#pragma once

#include <memory>
#include <optional>

#include "api/login_access.hpp"
#include "config/instance.hpp"

namespace fvm {

class LoginDoor {
 public:
  // Without mitid.issuer in the configuration nobody can log in, and the pages say so. All arguments must
  // outlive it. "login.no_secret", "login.bad_setting", "account.no_list".
  static Result<std::unique_ptr<LoginDoor>> open(const config::Instance& instance,
                                                 const config::Config& config, uint16_t port,
                                                 audit::Ledger& ledger, const api::ServiceFacts& facts,
                                                 const api::Assets& assets);
  // The routes of logging in, and `behind` for those who have; `behind` must outlive the router.
  void add_routes(http::Router& router, const http::Router& behind);
  // Whether a request comes from somebody who has logged in; noted on it.
  bool knows(http::Request& request) { return gate_.recognise(request); }

 private:
  LoginDoor(const config::Instance& instance, const config::Config& config, std::string origin,
            audit::Ledger& ledger, const api::ServiceFacts& facts, const api::Assets& assets);
  Result<void> use_broker(const config::Instance& instance, const config::Config& config);

  std::string origin_;
  api::Gate gate_;
  std::optional<account::Setting> accounts_;
  std::optional<oidc::Provider> provider_;
  api::LoginAccess access_;
};

}  // namespace fvm
