#include "http/strangers.hpp"

namespace fvm::http {

std::optional<Response> Strangers::refusal(Request& request) {
  const std::string client = proxies_.client(request);
  if (client.empty()) return std::nullopt;
  const bool way_in = whom_.is_way_in(request);
  if (!way_in && whom_.is_known(request)) return std::nullopt;
  const Time now = world_.now();
  int64_t wait = any_.wait_seconds(client, now);
  if (wait == 0 && way_in) wait = way_in_.wait_seconds(client, now);
  if (wait == 0) return std::nullopt;
  constexpr unsigned too_many = 429;
  return come_back(too_many, too_fast(wait), wait);
}

}  // namespace fvm::http
