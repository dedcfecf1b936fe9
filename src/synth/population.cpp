#include "synth/population.hpp"

#include <algorithm>
#include <cmath>

#include "base/time.hpp"
#include "synth/codes.hpp"

namespace fvm::synth {
namespace {

constexpr double days_per_year = 365.25;
constexpr int oldest_years = 100;
constexpr int numbers_from_year = 1860;  // seventh digit 5-8 reaches back to 1858

// Gompertz: the share of people who reach an age, about as in Danish life tables.
double survival(double age) {
  constexpr double level = 3.2e-5, growth = 0.098;
  return std::exp(-level / growth * (std::exp(growth * age) - 1.0));
}

// Hands out serial numbers, each once per date.
class Numbers {
 public:
  Numbers() : tried_(static_cast<size_t>(days_of_date(last_year, 1, 1) - first_), 0) {}

  // The last four digits; -1 when the date has none left.
  int take(int32_t birth, Sex sex, bool replacement) {
    const Date date = date_of_days(birth);
    uint16_t& tried = tried_.at(static_cast<size_t>(birth - first_));
    const auto start = static_cast<uint32_t>(mix(static_cast<uint64_t>(birth)) % serials);
    while (tried < serials) {
      const uint32_t serial = (start + tried++ * step) % serials;
      if (serial % 2 != (sex == Sex::man ? 1u : 0u) || !fits_century(date.year, serial / 1000)) continue;
      Person trial{.birth = birth,
                   .change = replacement ? never : birth,
                   .sex = sex,
                   .former_is_replacement = replacement};
      trial.serial = trial.former_serial = static_cast<uint16_t>(serial);
      if (!passes_modulus_11(replacement ? former_number_of(trial) : number_of(trial, birth))) {
        return static_cast<int>(serial);
      }
    }
    return -1;
  }

 private:
  static constexpr int last_year = 2060;
  static constexpr uint32_t serials = 10'000, step = 4'799;  // coprime: every serial comes once
  // Which seventh digits stand for the century (domain.md).
  static bool fits_century(int year, uint32_t digit) {
    if (year < 1900) return digit >= 5 && digit <= 8;
    if (year < 2000) return digit <= 3;
    return digit >= 4;
  }
  const int64_t first_ = days_of_date(numbers_from_year, 1, 1);
  std::vector<uint16_t> tried_;
};

class Builder {
 public:
  Builder(uint64_t seed, uint32_t count, Period period)
      : seed_(seed),
        count_(count),
        period_(period),
        from_(date_of_days(period.first_day).year),
        to_(date_of_days(period.last_day).year),
        mothers_(static_cast<size_t>(to_ - first_year() + 1)) {
    people_.reserve(count);
  }

  Result<std::vector<Person>> build() {
    for (uint64_t family = 0; people_.size() < count_; ++family) TRY(add_family(family));
    return std::move(people_);
  }

 private:
  int first_year() const { return from_ - oldest_years; }
  bool full() const { return people_.size() >= count_; }

  // A day in `year`, by the season of Danish births; never 1 January (see Number).
  static int32_t birthday(Stream& stream, int year) {
    const auto first = static_cast<int32_t>(days_of_date(year, 1, 1));
    for (;;) {
      const int32_t day = first + stream.between(1, 364);
      const unsigned month = date_of_days(day).month;
      constexpr std::array<double, 12> season = {.93, .92, .95, .96, 1., 1., 1.08, 1.08, 1.06, .99, .92, .9};
      if (stream.unit() * 1.1 < season[month - 1]) return day;
    }
  }

  // A year of birth of somebody who is alive in the period.
  int adult_year(Stream& stream) const {
    for (;;) {
      const int year = stream.between(first_year(), std::max(first_year(), to_ - 18));
      if (stream.unit() < survival(std::max(0, from_ - year))) return year;
    }
  }

  Result<uint32_t> add(Stream& stream, int32_t birth, Sex sex, uint16_t municipality) {
    const auto index = static_cast<uint32_t>(people_.size());
    Person person{.birth = birth, .municipality = municipality, .sex = sex};
    person.serial = static_cast<uint16_t>(TRY(serial(birth, sex, false)));
    constexpr double changed_share = 0.006, emigrated_share = 0.01, replacement_share = 0.5;
    if (stream.chance(changed_share)) {
      person.former_is_replacement = stream.chance(replacement_share);
      // A changed sex is the commonest reason for a new number; a replacement number keeps it.
      const Sex former = person.former_is_replacement == (sex == Sex::man) ? Sex::man : Sex::woman;
      person.former_serial = static_cast<uint16_t>(TRY(serial(birth, former, person.former_is_replacement)));
      person.change = day_in_period(stream, birth);
    }
    if (stream.chance(emigrated_share)) person.emigration = day_in_period(stream, birth);
    people_.push_back(person);
    return index;
  }

  int32_t day_in_period(Stream& stream, int32_t birth) const {
    const int32_t first = std::max(period_.first_day, birth);
    return first >= period_.last_day ? never : stream.between(first + 1, period_.last_day);
  }

  Result<int> serial(int32_t birth, Sex sex, bool replacement) {
    const int serial = numbers_.take(birth, sex, replacement);
    if (serial < 0) return usage("synth.too_many", {{"date", to_text(date_of_days(birth))}});
    return serial;
  }

  // Grandparents: an earlier family whose mother was 20 to 36 at the birth and which is likely to be alive.
  void link_to_parents(Stream& stream, uint32_t child) {
    Person& person = people_[child];
    const int year = date_of_days(person.birth).year;
    const int mother_year = year - stream.between(20, 36);
    if (mother_year < first_year() || mother_year > to_) return;
    const auto& mothers = mothers_[static_cast<size_t>(mother_year - first_year())];
    if (mothers.empty()) return;
    const uint32_t mother = mothers[stream.below(static_cast<uint32_t>(mothers.size()))];
    if (mother >= child) return;
    adopt(child, mother, mother + 1);
  }

  void adopt(uint32_t child, uint32_t mother, uint32_t father) {
    people_[child].mother = mother;
    people_[child].father = father;
    people_[child].next_sibling = people_[mother].first_child;
    people_[mother].first_child = child;
  }

  Result<void> add_family(uint64_t family) {
    Stream stream(seed_, family, Topic::family);
    const uint16_t home = municipality_for(stream.unit());
    const int mother_year = adult_year(stream);
    const uint32_t mother = TRY(add(stream, birthday(stream, mother_year), Sex::woman, home));
    link_to_parents(stream, mother);
    if (full()) return {};
    const int father_year = std::clamp(mother_year - stream.between(-3, 8), first_year(), to_);
    const uint32_t father = TRY(add(stream, birthday(stream, father_year), Sex::man, home));
    link_to_parents(stream, father);
    mothers_[static_cast<size_t>(mother_year - first_year())].push_back(mother);
    constexpr std::array<double, 4> more = {.82, .8, .3, .15};  // chance of a first, second, ... child
    for (const double chance : more) {
      if (full() || !stream.chance(chance)) break;
      TRY(add_child(stream, mother, father, home));
    }
    return {};
  }

  Result<void> add_child(Stream& stream, uint32_t mother, uint32_t father, uint16_t home) {
    const int mother_year = date_of_days(people_[mother].birth).year;
    const int year = mother_year + static_cast<int>(std::clamp(stream.normal(30.0, 5.0), 17.0, 46.0));
    if (year > to_) return {};
    const Sex sex = stream.chance(0.513) ? Sex::man : Sex::woman;
    const int32_t birth = birthday(stream, year);
    if (birth > period_.last_day) return {};
    const uint32_t child =
        TRY(add(stream, birth, sex, stream.chance(.6) ? home : municipality_for(stream.unit())));
    adopt(child, mother, father);
    return {};
  }

  uint64_t seed_;
  uint32_t count_;
  Period period_;
  int from_, to_;
  Numbers numbers_;
  std::vector<Person> people_;
  std::vector<std::vector<uint32_t>> mothers_;  // by year of birth; the father stands right after
};

void write_two(char* at, unsigned value) {
  at[0] = static_cast<char>('0' + value / 10);
  at[1] = static_cast<char>('0' + value % 10);
}

Number number_with(const Person& person, unsigned serial, unsigned added_days) {
  const Date date = date_of_days(person.birth);
  Number out;
  write_two(out.data(), date.day + added_days);
  write_two(out.data() + 2, date.month);
  write_two(out.data() + 4, static_cast<unsigned>(date.year % 100));
  write_two(out.data() + 6, serial / 100);
  write_two(out.data() + 8, serial % 100);
  return out;
}

}  // namespace

int Person::age(int32_t day) const {
  const Date born = date_of_days(birth), now = date_of_days(day);
  const bool before_birthday = now.month < born.month || (now.month == born.month && now.day < born.day);
  return now.year - born.year - (before_birthday ? 1 : 0);
}

Number former_number_of(const Person& person) {
  constexpr unsigned replacement_days = 60;
  return number_with(person, person.former_serial, person.former_is_replacement ? replacement_days : 0);
}

Number number_of(const Person& person, int32_t day) {
  if (person.change != never && day < person.change) return former_number_of(person);
  return number_with(person, person.serial, 0);
}

bool passes_modulus_11(const Number& number) {
  constexpr std::array<int, 10> weights = {4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
  int sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (number[i] - '0');
  return sum % 11 == 0;
}

Result<std::vector<Person>> make_population(uint64_t seed, uint32_t count, Period period) {
  return Builder(seed, count, period).build();
}

void moves_of(uint64_t seed, uint32_t index, const Person& person, Period period, std::vector<Move>& out) {
  Stream stream(seed, index, Topic::moves);
  out.clear();
  out.push_back({person.birth, person.municipality});
  // People move most around twenty to thirty.
  double age = 18.0 + stream.exponential(4.0);
  const int32_t last = std::min(period.last_day, person.end());
  while (out.size() < 8) {
    const int32_t day = person.birth + static_cast<int32_t>(age * days_per_year);
    if (day > last) break;
    out.push_back({day, municipality_for(stream.unit())});
    age += 0.5 + stream.exponential(age < 30 ? 3.0 : age < 60 ? 12.0 : 25.0);
  }
}

}  // namespace fvm::synth
