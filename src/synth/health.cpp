#include "synth/health.hpp"

#include <algorithm>
#include <cmath>

namespace fvm::synth {
namespace {

constexpr double days_per_year = 365.25;

// The age at which a Gompertz hazard (per year: level at fifty, growth) has added up to `wanted` since
// `start`; a negative number when it never does.
double age_when(double level, double growth, double start, double wanted) {
  const double scaled = wanted * growth / level + std::exp(growth * (start - 50.0));
  return scaled <= 0 ? -1.0 : 50.0 + std::log(scaled) / growth;
}

int32_t onset_of(Stream& stream, const Person& person, const DiseaseFacts& facts, bool smoker, bool obese) {
  double level = facts.hazard_50;
  if (person.sex == Sex::man) level *= facts.man_factor;
  if (smoker) level *= facts.smoker_factor;
  if (obese) level *= facts.obese_factor;
  const double age = age_when(level, facts.growth, facts.age_min, stream.exponential(1.0));
  constexpr double age_max = 108;
  if (age < facts.age_min || age > age_max) return never;
  return person.birth + static_cast<int32_t>(age * days_per_year);
}

bool is_of_other_sex(size_t disease, Sex sex) {
  return disease == static_cast<size_t>(Disease::prostate_cancer) && sex == Sex::woman;
}

}  // namespace

Health health_of(uint64_t seed, uint32_t index, const Person& person) {
  Stream stream(seed, index, Topic::health);
  Health health;
  health.smoker = stream.chance(.28);
  health.obese = stream.chance(.2);
  for (size_t i = 0; i < disease_count; ++i) {
    const int32_t onset =
        onset_of(stream, person, facts_of(static_cast<Disease>(i)), health.smoker, health.obese);
    health.onset[i] = is_of_other_sex(i, person.sex) ? never : onset;
  }
  // Nobody has both kinds of diabetes.
  auto& second = health.onset[static_cast<size_t>(Disease::diabetes_2)];
  if (health.onset[static_cast<size_t>(Disease::diabetes_1)] != never) second = never;
  return health;
}

int32_t death_of(uint64_t seed, uint32_t index, const Person& person, const Health& health, Period period,
                 int32_t youngest_birth) {
  Stream stream(seed, index, Topic::death);
  const double start = std::max(0.0, (period.first_day - person.birth) / days_per_year);
  double level = person.sex == Sex::man ? .0045 : .0033;
  if (health.smoker) level *= 1.5;
  double age = age_when(level, .098, start, stream.exponential(1.0));
  if (start == 0 && stream.chance(.003)) age = stream.exponential(.15);  // in the first months
  int32_t death = person.birth + static_cast<int32_t>(age * days_per_year);
  for (size_t i = 0; i < disease_count; ++i) {
    const double mean = facts_of(static_cast<Disease>(i)).death_mean_years;
    if (mean == 0 || health.onset[i] == never) continue;
    const double after = stream.exponential(mean) * days_per_year;
    const int32_t by_disease = health.onset[i] + static_cast<int32_t>(std::min(after, 50'000.0));
    if (by_disease > period.first_day) death = std::min(death, by_disease);
  }
  const int32_t earliest = std::max({period.first_day, person.birth, youngest_birth});
  constexpr int32_t spread_days = 200;
  if (death <= earliest) death = earliest + stream.between(1, spread_days);
  return death;
}

}  // namespace fvm::synth
