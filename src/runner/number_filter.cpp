#include "runner/number_filter.hpp"

#include <algorithm>
#include <bit>

#include "base/mix.hpp"
#include "duck/function.hpp"

namespace fvm::runner {
namespace {

constexpr size_t bits_per_number = 16, word_bits = 64;

// Four bits of one word: with sixteen bits a number one in a hundred passes that should not.
uint64_t mask_of(uint64_t mixed) {
  uint64_t mask = 0;
  for (unsigned i = 0; i < 4; ++i) mask |= uint64_t{1} << ((mixed >> (6 * i)) & 63);
  return mask;
}

}  // namespace

void NumberFilter::set(size_t numbers) {
  const size_t words = std::bit_ceil(std::max<size_t>(2, numbers * bits_per_number / word_bits + 1));
  words_.assign(words, 0);
  shift_ = static_cast<unsigned>(word_bits - std::countr_zero(words));
}

void NumberFilter::add(std::span<const int64_t> numbers) {
  for (const int64_t number : numbers) {
    const uint64_t mixed = mix(static_cast<uint64_t>(number));
    words_[mixed >> shift_] |= mask_of(mixed);
  }
}

bool NumberFilter::wants(int64_t number) const {
  if (words_.empty()) return true;
  const uint64_t mixed = mix(static_cast<uint64_t>(number)), mask = mask_of(mixed);
  return (words_[mixed >> shift_] & mask) == mask;
}

Result<void> add_wanted_number(duck::Connection& connection, const NumberFilter& filter) {
  const auto call = [&filter](duck::FunctionState*, std::span<const duck::ColumnView> arguments,
                              duck::VectorWriter& out) -> Result<void> {
    const auto in = arguments[0].values<int64_t>();
    const auto wanted = out.values<uint8_t>();
    for (size_t i = 0; i < in.size(); ++i) wanted[i] = filter.wants(in[i]) ? 1 : 0;
    return {};
  };
  return connection.register_function({.name = "wanted_number",
                                       .parameters = {duck::Kind::bigint},
                                       .result = duck::Kind::boolean,
                                       .call = call});
}

}  // namespace fvm::runner
