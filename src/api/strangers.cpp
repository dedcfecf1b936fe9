#include "api/strangers.hpp"

#include <algorithm>

#include "api/gate.hpp"
#include "http/cookies.hpp"

namespace fvm::api {
namespace {

// Asks the broker, or hashes a password.
bool is_way_in(const http::Request& request) {
  constexpr std::string_view asking[] = {"/login/mitid", "/login/callback", "/login/step-up"};
  const bool asks = std::find(std::begin(asking), std::end(asking), request.path) != std::end(asking);
  return asks || (request.method == "POST" && request.path.starts_with("/api/login/"));
}

}  // namespace

http::Response Strangers::answer(const http::Request& request, const http::Handler& handler) {
  const std::string client = proxies_.client(request);
  if (client.empty()) return handler(request);
  // A cookie that is none of ours does not help; logging in is never done with a session.
  const bool way_in = is_way_in(request);
  if (!way_in && !http::cookie(request, session_cookie).empty() && has_session_(request))
    return handler(request);
  const Time now = world_.now();
  int64_t wait = any_.wait_seconds(client, now);
  if (wait == 0 && way_in) wait = way_in_.wait_seconds(client, now);
  if (wait > 0) return gate_problem(too_fast(wait));
  return handler(request);
}

}  // namespace fvm::api
