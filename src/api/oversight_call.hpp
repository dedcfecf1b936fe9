// What a handler of the routes of security officers and operators gets.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <vector>

#include "api/json_route.hpp"
#include "api/sanction_routes.hpp"

namespace fvm::api {

struct OversightCall {
  const OversightAccess& access;
  const http::Request& request;
  std::string user;
  boost::json::object body;
  std::unique_lock<std::mutex>& lock;  // of store and ledger

  // Others have their turn meanwhile: reading the ledger's files takes a while.
  oversight::Aside aside() const {
    return [this](const std::function<void()>& work) {
      lock.unlock();
      work();
      lock.lock();
    };
  }
  const oversight::Setting& setting() const { return access.setting; }
  audit::Ledger& ledger() const { return access.setting.ledger; }
  const store::Database& store() const { return access.setting.store(); }
  const std::string& parameter(const char* name) const { return request.parameters.at(name); }
  // Members of the body (json_route.hpp).
  Result<std::string> text(const char* name) const { return text_in(body, name); }
  Result<int64_t> number(const char* name) const { return number_in(body, name); }
  Result<std::vector<std::string>> texts(const char* name) const { return texts_in(body, name); }
};
using OversightBody = std::function<Result<http::Response>(const OversightCall&)>;
// What must be allowed before anything is read of what was sent; empty: the body asks nothing of the kind.
using OversightRight = std::function<Result<void>(const OversightCall&)>;

// `route` without its handler.
void add_oversight_route(http::Router& router, const OversightAccess& access, http::Route route,
                         OversightBody body, const OversightRight& right = {});

}  // namespace fvm::api
