// Sorting by numbers, digit by digit: for many rows in a fraction of the time that comparing takes. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace fvm::disclosure {

inline constexpr unsigned key_bits_max = 64;

// Keeps the order of rows with the same key; digit by digit, the last first. Where they are then: in one of
// the two.
template <typename Row, typename KeyOf>
std::span<Row> sort_by(std::span<Row> rows, std::span<Row> room, const KeyOf& key_of) {
  constexpr unsigned digit_bits = 11;
  constexpr uint64_t digit_mask = (1u << digit_bits) - 1;
  uint64_t all = 0;
  for (const Row& row : rows) all |= key_of(row);
  for (unsigned shift = 0; shift < key_bits_max && all >> shift != 0; shift += digit_bits) {
    std::array<size_t, digit_mask + 2> begin{};
    for (const Row& row : rows) ++begin[(key_of(row) >> shift & digit_mask) + 1];
    for (size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
    for (const Row& row : rows) room[begin[key_of(row) >> shift & digit_mask]++] = row;
    std::swap(rows, room);
  }
  return rows;
}
// The same; they are in `rows` then.
template <typename Row, typename KeyOf>
void sort_by(std::vector<Row>& rows, std::vector<Row>& room, const KeyOf& key_of) {
  if (sort_by(std::span(rows), std::span(room), key_of).data() != rows.data()) rows.swap(room);
}

}  // namespace fvm::disclosure
