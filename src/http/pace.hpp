// How fast one browser's session, one person or one address may ask: a bucket of requests that fills again by
// the second. Far above what pages ask for; what runs into it is a script, and it is told when to come back.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.hpp"
#include "http/types.hpp"

namespace fvm::http {

struct PaceRule {
  double per_second = 1;
  double most = 1;  // at once, after a quiet time
};

class Pace {
 public:
  explicit Pace(PaceRule rule) : rule_(rule) {}
  // 0: now. Otherwise seconds until there is room again, at least 1; nothing is taken.
  int64_t wait_seconds(const std::string& key, Time now);
  // Buckets that are remembered, however many have asked: at most buckets_max.
  size_t size() const;
  static constexpr size_t buckets_max = 50'000;

 private:
  struct Bucket {
    double left;
    Time at;
  };
  double filled(const Bucket& bucket, Time now) const;
  Bucket& bucket_of(const std::string& key, Time now);
  const PaceRule rule_;
  mutable std::mutex mutex_;
  // When the young ones are half of all, the old ones are forgotten, which have not asked since.
  std::unordered_map<std::string, Bucket> young_, old_;
};

// "api.too_fast": come back after so many seconds.
Error too_fast(int64_t seconds);
// `status` with what is wrong, and Retry-After.
Response come_back(unsigned status, const Error& error, int64_t seconds);

}  // namespace fvm::http
