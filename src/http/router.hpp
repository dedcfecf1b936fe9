// Which handler answers which method and path. Built once at start, then only read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/types.hpp"

namespace fvm::http {

struct Route {
  std::string method;   // "GET"
  std::string pattern;  // "/api/v1/tables/{table}": {name} stands for one part of the path
  std::string summary;  // one sentence in English, for the API's documentation
  Handler handler;
};

class Router {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }
  // How a request that no route answers is answered, instead of by the problem document itself.
  using Otherwise = std::function<Response(const Request&, Response problem)>;
  void otherwise(Otherwise answer) { otherwise_ = std::move(answer); }
  // 404 for an unknown path, 405 with Allow for a known one with another method; HEAD is answered as GET.
  Response answer(Request request) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  Otherwise otherwise_;
};

}  // namespace fvm::http
