#include "http/router.hpp"

namespace fvm::http {
namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (size_t start = 1; start <= path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    parts.push_back(path.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

bool matches(std::string_view pattern, std::string_view path,
             std::map<std::string, std::string>& parameters) {
  const auto wanted = parts_of(pattern), given = parts_of(path);
  if (wanted.size() != given.size()) return false;
  std::map<std::string, std::string> found;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const std::string_view part = wanted[i];
    if (part.size() > 2 && part.front() == '{' && !given[i].empty()) {
      found.emplace(part.substr(1, part.size() - 2), given[i]);
    } else if (part != given[i]) {
      return false;
    }
  }
  parameters = std::move(found);
  return true;
}

}  // namespace

Response Router::answer(Request request) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::string allowed;
  for (const Route& route : routes_) {
    if (!matches(route.pattern, request.path, request.parameters)) continue;
    if (route.method == method) return route.handler(request);
    allowed += (allowed.empty() ? "" : ", ") + route.method;
  }
  Response response =
      allowed.empty() ? problem(404, "http.not_found") : problem(405, "http.method_not_allowed");
  if (!allowed.empty()) response.headers.emplace_back("Allow", allowed);
  return otherwise_ ? otherwise_(request, std::move(response)) : response;
}

}  // namespace fvm::http
