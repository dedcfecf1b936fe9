#include "extract/precheck_rounding.hpp"

#include <algorithm>

#include "base/mix.hpp"

namespace fvm::extract {
namespace {

uint64_t mixed(uint64_t value) {
  return mix(value + mix_step);
}

// Between -step/2 and step/2, the same for the same seed.
int64_t shift(uint64_t seed, uint64_t step) {
  return static_cast<int64_t>(mixed(seed) % (step + 1)) - static_cast<int64_t>(step / 2);
}

uint64_t rounded(uint64_t value, uint64_t step) {
  return (value + step / 2) / step * step;
}

}  // namespace

uint64_t safe_seed(uint64_t fingerprint, uint64_t question) {
  return mixed(fingerprint) ^ mixed(~question);
}

SafeSize safe_size(uint64_t persons, uint64_t seed, uint64_t rounding) {
  uint64_t step = std::max<uint64_t>(rounding, 1);
  while (persons / step >= 100) step *= 10;
  const int64_t moved = std::max<int64_t>(0, static_cast<int64_t>(persons) + shift(seed, step));
  SafeSize out{.step = step};
  out.about = rounded(static_cast<uint64_t>(moved), step);
  out.fewer = static_cast<uint64_t>(moved) < std::max<uint64_t>(rounding, 1);
  if (out.fewer) out.about = 0;
  return out;
}

std::optional<unsigned> safe_percent(uint64_t part, uint64_t whole, uint64_t seed, uint64_t what,
                                     unsigned step_percent) {
  if (whole < share_persons_min || part > whole) return std::nullopt;
  constexpr uint64_t fine = 1000;  // thousandths of a percent
  const uint64_t step = std::max(step_percent, 1u) * fine;
  const uint64_t share =
      static_cast<uint64_t>(static_cast<double>(part) / static_cast<double>(whole) * 100 * fine);
  const int64_t moved = static_cast<int64_t>(share) + shift(mixed(seed) ^ what, step);
  const uint64_t inside =
      static_cast<uint64_t>(std::clamp<int64_t>(moved, 0, static_cast<int64_t>(100 * fine)));
  return static_cast<unsigned>(std::min<uint64_t>(rounded(inside, step) / fine, 100));
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, "\u202F");
  return digits;
}

}  // namespace fvm::extract
