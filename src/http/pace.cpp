#include "http/pace.hpp"

#include <algorithm>
#include <cmath>

namespace fvm::http {
double Pace::filled(const Bucket& bucket, Time now) const {
  constexpr double second = 1e6;
  const auto passed = static_cast<double>(std::max<int64_t>(0, now.microseconds - bucket.at.microseconds));
  return std::min(rule_.most, bucket.left + passed / second * rule_.per_second);
}

Pace::Bucket& Pace::bucket_of(const std::string& key, Time now) {
  const auto known = young_.find(key);
  if (known != young_.end()) return known->second;
  // Looked for before the old ones are forgotten, or whoever asks at that moment would begin anew.
  const auto before = old_.find(key);
  const Bucket bucket = before == old_.end() ? Bucket{rule_.most, now} : before->second;
  if (before != old_.end()) old_.erase(before);
  if (young_.size() >= buckets_max / 2) {
    old_ = std::move(young_);
    young_.clear();
  }
  return young_.emplace(key, bucket).first->second;
}

size_t Pace::size() const {
  const std::lock_guard lock(mutex_);
  return young_.size() + old_.size();
}

int64_t Pace::wait_seconds(const std::string& key, Time now) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = bucket_of(key, now);
  bucket = {filled(bucket, now), std::max(now, bucket.at)};
  if (bucket.left < 1)
    return std::max<int64_t>(1, std::llround(std::ceil((1 - bucket.left) / rule_.per_second)));
  bucket.left -= 1;
  return 0;
}

Error too_fast(int64_t seconds) {
  return refused("api.too_fast", {{"seconds", std::to_string(seconds)}});
}

Response come_back(unsigned status, const Error& error, int64_t seconds) {
  Response answer = problem(status, error);
  answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  return answer;
}

}  // namespace fvm::http
