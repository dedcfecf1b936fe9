// The modest tables that made-up Denmark draws from: municipalities, hospitals, diseases with their codes,
// medicines, laboratory analyses. SKS diagnosis codes carry the Danish prefix D.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace fvm::synth {

struct Municipality {
  uint16_t code;
  uint16_t thousands;  // inhabitants, which weigh where people live
};
std::span<const Municipality> municipalities();
uint16_t municipality_for(double unit);          // index, by inhabitants; `unit` in [0, 1)
uint16_t region_of(uint16_t municipality_code);  // 1081 ... 1085
// County (amt) code before the reform of 2007, one that lies in the region.
uint16_t county_of(uint16_t municipality_code);

struct Hospital {
  std::string_view shak;  // four digits
  uint16_t region;
  std::string_view sor;
};
std::span<const Hospital> hospitals();
const Hospital& hospital_of(uint16_t region, uint32_t choice);

struct Medicine {
  std::string_view atc, name, strength, unit, form;
  int32_t strength_hundredths, pack, price_oere;
  std::string_view varenummer;
};

struct Analysis {
  std::string_view code, unit;
  double mean, deviation, sick_shift;  // what having the disease adds
  std::string_view low, high;          // reference interval as text
  int decimals;
};

enum class Disease : uint8_t {
  diabetes_2,
  diabetes_1,
  hypertension,
  copd,
  asthma,
  ischaemic_heart,
  heart_failure,
  atrial_fibrillation,
  stroke,
  breast_cancer,
  prostate_cancer,
  lung_cancer,
  colon_cancer,
  melanoma,
  depression,
  schizophrenia,
  dementia,
  arthrosis,
  hypothyroidism,
  epilepsy,
  count
};
inline constexpr size_t disease_count = static_cast<size_t>(Disease::count);

struct DiseaseFacts {
  std::string_view word;                  // Danish, as RUKS names it
  std::array<std::string_view, 3> codes;  // the first is the commonest
  double hazard_50, growth, age_min;      // per year at fifty; Gompertz growth per year of age
  double man_factor, smoker_factor, obese_factor;
  double contacts_per_year, admitted_share;
  double death_mean_years;                     // 0: does not shorten life here
  std::array<std::string_view, 3> medicines;   // ATC codes, empty ones at the end
  std::array<std::string_view, 2> operations;  // NOMESCO codes with the prefix K; empty: none
  std::string_view morphology;                 // of a cancer, else empty
  std::string_view chronic;                    // name in RUKS, else empty
};
const DiseaseFacts& facts_of(Disease disease);

const Medicine& medicine_of(std::string_view atc);
std::span<const Medicine> medicines();
std::span<const Analysis> analyses();

// Acute reasons for a contact, with the month's weight: winter for the airways, summer for injuries.
struct Acute {
  std::string_view code;
  double weight, age_from, age_to;
  enum class Season { none, winter, summer } season;
  bool injury, admitted;
};
std::span<const Acute> acutes();
double season_weight(Acute::Season season, unsigned month);

std::span<const std::string_view> first_names_women();
std::span<const std::string_view> first_names_men();
std::span<const std::string_view> last_names();
std::span<const std::string_view> street_names();

}  // namespace fvm::synth
