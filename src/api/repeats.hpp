// The same request once more: whoever lost the answer may ask again under the same Idempotency-Key and gets
// the answer of the first time; nothing is done twice (draft-ietf-httpapi-idempotency-key-header).
#pragma once

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "base/world.hpp"
#include "http/types.hpp"

namespace fvm::api {

// Limits.
inline constexpr size_t repeat_key_bytes_max = 128;
inline constexpr size_t repeats_kept_max = 10'000;
inline constexpr size_t repeats_bytes_max = 32u << 20;  // of all answers that are kept
inline constexpr int64_t repeat_hours_max = 24;

class Repeats {
 public:
  explicit Repeats(World& world) : world_(world) {}
  Repeats(const Repeats&) = delete;
  Repeats& operator=(const Repeats&) = delete;

  // Of a request without a key: `handler`'s answer. With one: of the same actor, method and path the first
  // answer that succeeded, for a day, as long as the service runs and has room; what did not succeed may be
  // tried again. 400 "api.bad_repeat_key", 409 "api.repeat_under_way", 422 "api.repeat_differs".
  http::Response answer(const http::Request& request, const http::Handler& handler);

 private:
  struct Kept {
    std::string digest;  // of what was asked
    bool done = false;
    http::Response response;
    Time time;
    std::list<std::string>::iterator place;
  };
  void forget(const std::string& key);
  void make_room();

  World& world_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::list<std::string> order_;  // keys, oldest first
  size_t bytes_ = 0;
};

}  // namespace fvm::api
