// Random numbers that hang only on (seed, person, topic): the same whatever the order and number of threads.
// splitmix64 (Steele, Lea, Flood 2014), started from a hash of the three.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace fvm::synth {

inline uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

enum class Topic : uint64_t {
  family = 1,
  number,
  health,
  death,
  moves,
  contacts,
  medicines,
  care,
  laboratory,
  birth
};

class Stream {
 public:
  Stream(uint64_t seed, uint64_t person, Topic topic)
      : state_(mix(mix(seed + golden) ^ mix(person * 0x9e3779b97f4a7c15u + static_cast<uint64_t>(topic)))) {}

  uint64_t next() { return mix(state_ += golden); }
  // In [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // In [0, count); count > 0. The bias of this multiplication is below 2^-32 for our counts.
  uint32_t below(uint32_t count) { return static_cast<uint32_t>(((next() >> 32) * count) >> 32); }
  int32_t between(int32_t first, int32_t last) {
    return first + static_cast<int32_t>(below(static_cast<uint32_t>(last - first + 1)));
  }
  bool chance(double probability) { return unit() < probability; }
  double exponential(double mean) { return -std::log(1.0 - unit()) * mean; }
  // About normal: the sum of four uniform numbers.
  double normal(double mean, double deviation) {
    return mean + deviation * 1.7320508 * (unit() + unit() + unit() + unit() - 2.0);
  }
  template <class T>
  const T& pick(std::span<const T> items) {
    return items[below(static_cast<uint32_t>(items.size()))];
  }

 private:
  static constexpr uint64_t golden = 0x9e3779b97f4a7c15u;
  uint64_t state_;
};

}  // namespace fvm::synth
