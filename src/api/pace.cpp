#include "api/pace.hpp"

#include <algorithm>
#include <cmath>

namespace fvm::api {
namespace {

constexpr size_t buckets_max = 50'000;

}  // namespace

double Pace::filled(const Bucket& bucket, Time now) const {
  constexpr double second = 1e6;
  const auto passed = static_cast<double>(std::max<int64_t>(0, now.microseconds - bucket.at.microseconds));
  return std::min(rule_.most, bucket.left + passed / second * rule_.per_second);
}

int64_t Pace::wait_seconds(const std::string& key, Time now) {
  const std::lock_guard lock(mutex_);
  // A full bucket is as good as none.
  if (buckets_.size() > buckets_max)
    std::erase_if(buckets_, [&](const auto& each) { return filled(each.second, now) >= rule_.most; });
  Bucket& bucket = buckets_.try_emplace(key, Bucket{rule_.most, now}).first->second;
  bucket = {filled(bucket, now), std::max(now, bucket.at)};
  if (bucket.left < 1)
    return std::max<int64_t>(1, std::llround(std::ceil((1 - bucket.left) / rule_.per_second)));
  bucket.left -= 1;
  return 0;
}

}  // namespace fvm::api
