// Who lives in made-up Denmark: persons with numbers, families, deaths, moves. A pure function of the seed.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/result.hpp"
#include "synth/random.hpp"

namespace fvm::synth {

inline constexpr int32_t never = std::numeric_limits<int32_t>::max();
inline constexpr uint32_t nobody = std::numeric_limits<uint32_t>::max();

enum class Sex : uint8_t { woman, man };

struct Person {
  int32_t birth = 0;  // days since 1970-01-01
  int32_t death = never;
  int32_t emigration = never;
  int32_t change = never;  // from this day the number is `serial`; before it was the former one
  uint32_t mother = nobody, father = nobody, first_child = nobody, next_sibling = nobody;
  uint16_t serial = 0, former_serial = 0;  // the last four digits
  uint16_t municipality = 0;               // index of municipalities(), where the person lives first
  Sex sex = Sex::woman;
  bool former_is_replacement = false;  // day of birth + 60

  int32_t end() const { return death < emigration ? death : emigration; }  // of life in Denmark
  bool lives(int32_t day) const { return day >= birth && day <= end(); }
  int age(int32_t day) const;  // whole years
};

// A personal number of made-up people: ten digits, and never a number that anybody has. Until 2007 every
// number satisfied modulus 11, and those issued since that do not are, by the registry office's published
// list, all of people born on a 1 January (cpr.dk, "Personnumre uden kontrolciffer"): ours all fail modulus
// 11, and nobody here is born on a 1 January.
using Number = std::array<char, 10>;
Number number_of(const Person& person, int32_t day);  // the one in use on that day
Number former_number_of(const Person& person);        // before `change`
bool passes_modulus_11(const Number& number);

struct Period {
  int32_t first_day = 0, last_day = 0;
};

// Exactly `count` persons, each alive at some day of the period. "synth.too_many" when a birthday runs out of
// numbers.
Result<std::vector<Person>> make_population(uint64_t seed, uint32_t count, Period period);

// Where somebody lives over time: the day of each move and the municipality moved to; the first entry is the
// birth.
struct Move {
  int32_t day = 0;
  uint16_t municipality = 0;
};
void moves_of(uint64_t seed, uint32_t index, const Person& person, Period period, std::vector<Move>& out);

}  // namespace fvm::synth
