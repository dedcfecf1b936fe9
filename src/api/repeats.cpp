#include "api/repeats.hpp"

#include <algorithm>

#include "api/json_route.hpp"
#include "crypto/sha256.hpp"

namespace fvm::api {
namespace {

constexpr const char* key_header = "idempotency-key";

bool is_good(std::string_view key) {
  return key.size() <= repeat_key_bytes_max &&
         std::all_of(key.begin(), key.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

std::string asked(const http::Request& request) {
  std::string all;
  for (const auto& [name, value] : request.query) all += name + '\0' + value + '\0';
  return crypto::sha256_hex(all + '\n' + request.body);
}

}  // namespace

void Repeats::forget(const std::string& key) {
  const auto found = kept_.find(key);
  bytes_ -= found->second.response.body.size();
  order_.erase(found->second.place);
  kept_.erase(found);
}

void Repeats::make_room() {
  constexpr int64_t microseconds_max = repeat_hours_max * 3600 * 1'000'000;
  const Time now = world_.now();
  for (auto at = order_.begin(); at != order_.end();) {
    const std::string key = *at++;
    const Kept& oldest = kept_.at(key);
    const bool over = now.microseconds - oldest.time.microseconds > microseconds_max;
    if (!over && kept_.size() < repeats_kept_max && bytes_ <= repeats_bytes_max) break;
    if (oldest.done) forget(key);
  }
}

http::Response Repeats::answer(const http::Request& request, const http::Handler& handler) {
  const std::string_view wanted = request.header(key_header);
  if (wanted.empty()) return handler(request);
  if (!is_good(wanted)) return http::problem(400, "api.bad_repeat_key");
  const std::string key = std::string(request.header(actor_header)) + '\n' + request.method + '\n' +
                          request.path + '\n' + std::string(wanted);
  const std::string digest = asked(request);
  {
    const std::lock_guard lock(mutex_);
    make_room();
    if (const auto found = kept_.find(key); found != kept_.end()) {
      if (found->second.digest != digest) return http::problem(422, "api.repeat_differs");
      if (!found->second.done) return http::problem(409, "api.repeat_under_way");
      http::Response again = found->second.response;
      again.headers.emplace_back("Idempotency-Replayed", "true");
      return again;
    }
    if (kept_.size() >= repeats_kept_max) return http::problem(503, "api.repeats_full");
    order_.push_back(key);
    kept_[key] = {digest, false, {}, world_.now(), std::prev(order_.end())};
  }
  http::Response response;
  try {
    response = handler(request);
  } catch (...) {  // or it would be under way for ever
    const std::lock_guard lock(mutex_);
    forget(key);
    throw;
  }
  const std::lock_guard lock(mutex_);
  Kept& kept = kept_.at(key);
  kept.done = true;
  if (response.status < 200 || response.status >= 300 || response.body.size() > repeats_bytes_max / 4) {
    forget(key);
  } else {
    bytes_ += response.body.size();
    kept.response = response;
  }
  return response;
}

}  // namespace fvm::api
