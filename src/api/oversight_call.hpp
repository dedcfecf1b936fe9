// What a handler of the routes of security officers and operators gets.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <vector>

#include "api/sanction_routes.hpp"

namespace fvm::api {

struct OversightCall {
  const OversightAccess& access;
  const http::Request& request;
  std::string user;
  boost::json::object body;

  const oversight::Setting& setting() const { return access.setting; }
  audit::Ledger& ledger() const { return access.setting.ledger; }
  const store::Database& store() const { return access.setting.store(); }
  const std::string& parameter(const char* name) const { return request.parameters.at(name); }
  // Members of the body; empty or 0 when not there, "api.bad_member" when of another kind.
  Result<std::string> text(const char* name) const;
  Result<int64_t> number(const char* name) const;
  Result<std::vector<std::string>> texts(const char* name) const;
};
using OversightBody = std::function<Result<http::Response>(const OversightCall&)>;

// `route` without its handler.
void add_oversight_route(http::Router& router, const OversightAccess& access, http::Route route,
                         OversightBody body);

}  // namespace fvm::api
