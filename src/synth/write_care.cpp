// Primary care: SSR (fee weeks as yyww, with the leading zero lost now and then) and SSR2 (dates), which
// overlap from 2014 to 2017 as the real ones do; and laboratory results.
#include "synth/scribe.hpp"

namespace fvm::synth {
namespace {

constexpr double days_per_year = 365.25;

struct IsoWeek {
  int year = 0, week = 0;
};
IsoWeek iso_week(int32_t day) {
  const int weekday = ((day + 3) % 7 + 7) % 7;
  const int32_t thursday = day - weekday + 3;
  const int year = date_of_days(thursday).year;
  return {year, static_cast<int>((thursday - days_of_date(year, 1, 1)) / 7 + 1)};
}

double visits_per_year(int age, int diseases) {
  const double base = age < 6 ? 5 : age < 30 ? 3 : age < 60 ? 4 : 6;
  return base + 1.3 * diseases;
}

struct Service {
  std::string_view specialty, code;
  int fee_oere;
  double share;
};
constexpr std::array<Service, 7> services = {{{"80", "0101", 14850, .5},
                                              {"80", "0201", 2910, .16},
                                              {"80", "2101", 5560, .12},
                                              {"80", "0106", 38820, .04},
                                              {"53", "1010", 19530, .09},
                                              {"19", "0110", 30210, .04},
                                              {"24", "0110", 27890, .05}}};

const Service& pick_service(Stream& stream) {
  double rest = stream.unit();
  for (const Service& service : services) {
    rest -= service.share;
    if (rest < 0) return service;
  }
  return services.front();
}

int count_diseases(const Health& health, int32_t day) {
  return static_cast<int>(
      std::count_if(health.onset.begin(), health.onset.end(), [day](int32_t onset) { return onset <= day; }));
}

}  // namespace

void Scribe::write_care() {
  if (first_ > last_) return;
  Stream stream = this->stream(Topic::care);
  double day = first_;
  for (;;) {
    const auto at = static_cast<int32_t>(day);
    day += .5 +
           stream.exponential(days_per_year / visits_per_year(person().age(at), count_diseases(health_, at)));
    if (day > last_) return;
    write_service(stream, static_cast<int32_t>(day));
  }
}

void Scribe::write_service(Stream& stream, int32_t day) {
  const Service& service = pick_service(stream);
  const uint16_t home = municipality(day);
  const IsoWeek week = iso_week(day);
  const int age = person().age(day);
  const bool child = age < 16 && stream.chance(.3);
  const int count = stream.chance(.9) ? 1 : 2;
  const bool dentist = service.specialty == "53";
  const bool zero_lost = stream.chance(.3);
  const int teeth = stream.between(20, 32), caries = stream.between(0, 4);
  const Date date = date_of_days(day);
  if (day < denmark_.ssr_end_day) {
    auto row = this->row<Table::t_ssik, columns::ssr_t_ssik>();
    row.set<"v_cpr">(number(day)).set<"c_speciale">(service.specialty).set<"c_ydelsesnr">(service.code);
    row.number<"v_antydel">(count).number<"v_honaar">(week.year);
    // yyww; files that have been through a spreadsheet lose the zero in front: "0701" becomes "701".
    row.number<"v_honuge">(week.year % 100 * 100 + week.week, zero_lost ? 0 : 4);
    row.set<"c_sikkon">(child ? "B" : person().sex == Sex::woman ? "K" : "M").number<"v_alder">(age);
    row.number<"c_sikrkom">(home, 3).number<"c_sikramt">(county_of(home), 2).set<"c_sikgrp">("1");
    if (dentist) row.number<"v_tand">(teeth).number<"v_caries">(caries);
    row.set<"c_ynr">(gp(day)).number<"v_afraar">(date.year).number<"v_afrmdr">(date.month);
    row.decimal<"v_brutto">(service.fee_oere * count).set<"v_kontakt">(service.code == "0101" ? "1" : "0");
  }
  if (day >= denmark_.ssr2_day) {
    auto row = this->row<Table::t_ssr, columns::ssr2_t_ssr>();
    row.set<"sikredes_cpr">(number(day))
        .set<"yderens_speciale">(service.specialty)
        .set<"ydelses_nummer">(service.code);
    row.number<"antal_ydelser">(count).date<"behandlings_dato">(day).set<"barne_markeret">(child ? "1" : "0");
    row.number<"honoraraar">(week.year).number<"honoraruge">(week.week, 2);
    row.number<"honoraraar_uge">(week.year * 100 + week.week).number<"sikredes_alder">(age);
    row.number<"sikredes_kommune">(home, 3)
        .number<"sikredes_region">(region_of(home))
        .set<"sikringsgruppe">("1");
    row.set<"ydernummer">(gp(day)).number<"afregningsmaaned">(date.month).number<"afregningsaar">(date.year);
    row.number<"bruttohonorar_oere">(service.fee_oere * count);
    if (service.specialty == "19" || service.specialty == "24") row.set<"henvisning_ydernr">(gp(day));
    row.set<"kontakt">(service.code == "0101" ? "1" : "0");
    if (dentist) row.number<"taender_carierede">(caries).number<"taender_naturlige">(teeth);
  }
}

void Scribe::write_laboratory() {
  if (first_ > last_) return;
  Stream stream = this->stream(Topic::laboratory);
  double day = first_;
  for (;;) {
    const auto at = static_cast<int32_t>(day);
    const int diseases = count_diseases(health_, at);
    const double per_year = person().age(at) < 18 ? .25 : .8 + 1.1 * diseases;
    day += 1 + stream.exponential(days_per_year / per_year);
    if (day > last_) return;
    // A sample is analysed for several things at once; those with diabetes always for HbA1c.
    const auto sampled = static_cast<int32_t>(day);
    const bool diabetic =
        health_.has(Disease::diabetes_2, sampled) || health_.has(Disease::diabetes_1, sampled);
    for (size_t i = 0; i < analyses().size(); ++i) {
      if ((i == 0 && diabetic) || stream.chance(.4)) write_result(stream, analyses()[i], sampled);
    }
  }
}

namespace {

// Which disease moves which result.
bool moves(const Health& health, std::string_view analysis, int32_t day) {
  const bool diabetic = health.has(Disease::diabetes_2, day) || health.has(Disease::diabetes_1, day);
  if (analysis == "NPU27300" || analysis == "NPU02192") return diabetic;
  if (analysis == "NPU03577") return health.has(Disease::hypothyroidism, day);
  if (analysis == "NPU19748") return health.has(Disease::copd, day);
  if (analysis == "NPU01566" || analysis == "NPU01568") return health.has(Disease::ischaemic_heart, day);
  return health.has(Disease::heart_failure, day);
}

// "48", "5.4"; what the apparatus cannot tell apart comes as "<4" or ">90", what failed as a word.
std::string_view result_text(std::array<char, 24>& out, double value, const Analysis& analysis) {
  if (analysis.code == "NPU19748" && value < 4) return "<4";
  if (analysis.code == "DNK35302" && value > 90) return ">90";
  const auto end = std::to_chars(out.data(), out.data() + out.size(), std::max(value, .1),
                                 std::chars_format::fixed, analysis.decimals)
                       .ptr;
  return {out.data(), static_cast<size_t>(end - out.data())};
}

}  // namespace

void Scribe::write_result(Stream& stream, const Analysis& analysis, int32_t day) {
  std::array<char, 24> buffer;
  const double shift = moves(health_, analysis.code, day) ? analysis.sick_shift * (.5 + stream.unit()) : 0;
  const double value = stream.normal(analysis.mean + shift, analysis.deviation);
  constexpr std::array<std::string_view, 4> words = {"Afbestilt", "Mislykket", "Se kommentar",
                                                     "Hæmolyse, gentag"};
  const bool failed = stream.chance(.01);
  auto row = this->row<Table::lab, columns::lab_lab_dm_forsker>();
  row.set<"patient_cpr">(number(day)).set<"rekvirent_id">(gp(day)).set<"rekvirent_idtype">("yder");
  row.date<"samplingdate">(day).time<"samplingtime">(stream.between(7 * 60, 17 * 60));
  row.set<"laboratorium_idcode">("KBA").set<"analysiscode">(analysis.code).text<"unit">(analysis.unit);
  row.text<"value">(failed ? words[stream.below(4)] : result_text(buffer, value, analysis));
  row.set<"resulttype">(failed ? "alphanumeric" : "numeric");
  row.set<"referenceinterval_lowerlimit">(analysis.low).set<"referenceinterval_upperlimit">(analysis.high);
}

}  // namespace fvm::synth
