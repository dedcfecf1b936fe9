// How fast one browser's session may ask: a bucket of requests that fills again by the second, one for
// looking and one for changing. Far above what pages ask for; what runs into it is a script, and it is told
// when to come back.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace fvm::api {

struct PaceRule {
  double per_second = 1;
  double most = 1;  // at once, after a quiet time
};
inline constexpr PaceRule looking_pace{30, 300};
inline constexpr PaceRule changing_pace{2, 60};

class Pace {
 public:
  explicit Pace(PaceRule rule) : rule_(rule) {}
  // 0: now. Otherwise seconds until there is room again, at least 1; nothing is taken.
  int64_t wait_seconds(const std::string& key, Time now);

 private:
  struct Bucket {
    double left;
    Time at;
  };
  double filled(const Bucket& bucket, Time now) const;
  const PaceRule rule_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace fvm::api
