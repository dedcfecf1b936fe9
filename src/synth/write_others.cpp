// Deaths, cancers, births and the register of chronic diseases.
#include "synth/scribe.hpp"

namespace fvm::synth {
namespace {

// The Danish prefix is not used in the registers of deaths and cancers.
std::string_view icd10(std::string_view sks) {
  return sks.substr(1);
}

}  // namespace

void Scribe::write_death() {
  const int32_t day = person().death;
  if (day < denmark_.period.first_day || day > last_) return;
  Stream stream = this->stream(Topic::death);
  // The cause is one of the person's own deadly diseases, if there is one.
  std::string_view cause = stream.chance(.5) ? "I469" : "R999";
  double best = 0;
  for (size_t i = 0; i < disease_count; ++i) {
    const DiseaseFacts& facts = facts_of(static_cast<Disease>(i));
    if (facts.death_mean_years == 0 || health_.onset[i] > day) continue;
    const double weight = stream.unit() / facts.death_mean_years;
    if (weight > best) best = weight, cause = icd10(facts.codes[0]);
  }
  if (person().age(day) == 0) cause = "P072";
  const uint16_t home = municipality(day);
  auto row = this->row<Table::dodsaarsag, columns::dar_t_dodsaarsag_2>();
  row.set<"k_cpr">(number(day)).danish_date<"d_dodsdato">(day).danish_date<"d_statdato">(day);
  row.number<"v_alder">(person().age(day)).set<"c_sex">(person().sex == Sex::woman ? "2" : "1");
  row.number<"c_bopkom">(home, 3).number<"c_region">(region_of(home)).set<"c_dodtilgrundl_acme">(cause);
  row.set<"c_dod_1a">(stream.chance(.4) ? "J189" : "I469").set<"c_dod_1b">(cause);
  if (health_.has(Disease::hypertension, day)) row.set<"c_dod_21">("I109");
  row.set<"c_dodsmaade">("1").set<"c_obduktion">(stream.chance(.05) ? "1" : "0");
  row.set<"c_dodssted">(stream.chance(.45) ? "1" : "2").number<"c_dodkom">(home, 3);
  row.text<"v_pid">("pid-" + std::to_string(mix(index_) % 1'000'000'000))
      .number<"uiskemaid">(5'000'000 + index_);
}

void Scribe::write_cancers() {
  int tumour = 0;
  for (size_t i = 0; i < disease_count; ++i) {
    const DiseaseFacts& facts = facts_of(static_cast<Disease>(i));
    const int32_t day = health_.onset[i];
    if (facts.morphology.empty() || !in_period(day)) continue;
    Stream stream(denmark_.seed, index_ * uint64_t{64} + i, Topic::birth);
    const Date date = date_of_days(day);
    const uint16_t home = municipality(day);
    const std::string_view code = icd10(facts.codes[stream.chance(.7) ? 0 : 1]);
    auto row = this->row<Table::tumor, columns::car_t_tumor>();
    row.set<"k_cprnr">(number(day)).number<"k_tumornr">(++tumour).date<"d_diagnosedato">(day);
    row.number<"v_diagaar">(date.year).number<"v_diagmd">(date.month).set<"c_icd10">(code);
    row.set<"c_orggr_icd10">(code.substr(0, 3));
    row.set<"c_tnm_t">(std::string_view("1234").substr(stream.below(4), 1));
    row.set<"c_tnm_n">(stream.chance(.6) ? "0" : "1").set<"c_tnm_m">(stream.chance(.85) ? "0" : "1");
    row.set<"c_morfo3">(facts.morphology).date<"d_fdsdato">(person().birth);
    row.set<"c_sex">(person().sex == Sex::woman ? "2" : "1").number<"v_diagnosealder">(person().age(day));
    row.number<"c_kommune">(home, 3).number<"c_region">(region_of(home));
    row.text<"c_navn">(stream.pick(last_names()));
  }
}

// Every child born in the period, with mother and father.
void Scribe::write_birth() {
  const int32_t day = person().birth;
  if (day < denmark_.period.first_day || person().mother == nobody) return;
  Stream stream = this->stream(Topic::birth);
  const Person& mother = denmark_.people[person().mother];
  const Number mothers = number_of(mother, day);
  const Number fathers =
      person().father == nobody ? Number{} : number_of(denmark_.people[person().father], day);
  const bool early = stream.chance(.06), caesarean = stream.chance(.19);
  const int gestation = early ? stream.between(180, 258) : stream.between(259, 296);
  const int weight = std::max(500, static_cast<int>(stream.normal(3500 - (280 - gestation) * 22.0, 420)));
  const int mothers_weight = stream.between(50, 105), height = stream.between(155, 182);
  auto row = this->row<Table::mfr, columns::mfr_mfr>();
  row.number<"pk_mfr">(900'000 + index_)
      .set<"cpr_barn">(number(day))
      .set<"cpr_moder">({mothers.data(), mothers.size()});
  if (person().father != nobody) row.set<"cpr_fader">({fathers.data(), fathers.size()});
  row.number<"bopaelskommune_moder">(municipality(day), 3).number<"alder_moder">(mother.age(day));
  row.decimal<"bmi_moder">(mothers_weight * 1'000'000 / (height * height));
  row.number<"hoejde_moder">(height)
      .number<"vaegt_moder">(mothers_weight)
      .number<"paritet">(stream.between(1, 3));
  row.set<"rygerstatus_moder">(stream.chance(.1) ? "1" : "0");
  if (person().father != nobody) row.number<"alder_fader">(denmark_.people[person().father].age(day));
  row.date<"foedselsdato">(day).number<"foedselsaar">(date_of_days(day).year);
  if (person().death <= last_) row.date<"doedsdato_barn">(person().death);
  row.set<"levende_eller_doedfoedt">("L").set<"foedselsdiagnose_moder">(caesarean ? "DO820" : "DO800");
  row.number<"besoeghosjordemoder">(stream.between(3, 9)).number<"vaegt_barn">(weight);
  row.number<"laengde_barn">(42 + weight / 330).set<"koen_barn">(person().sex == Sex::woman ? "K" : "M");
  row.number<"hovedomfang">(29 + weight / 600)
      .number<"apgarscore_efter5minutter">(stream.chance(.95) ? 10 : 7);
  row.number<"placentavaegt">(weight / 6).number<"gestationsalder_dage">(gestation);
  row.set<"markoer_kejsersnit">(caesarean ? "1" : "0");
}

void Scribe::write_chronic() {
  for (size_t i = 0; i < disease_count; ++i) {
    const DiseaseFacts& facts = facts_of(static_cast<Disease>(i));
    const int32_t onset = health_.onset[i];
    if (facts.chronic.empty() || onset > last_) continue;
    auto row = this->row<Table::kronikere, columns::ruks_kronikere>();
    row.set<"cpr">(number(last_)).text<"sygdom">(facts.chronic).date<"debut">(onset);
    row.number<"alder_debut">(person().age(onset)).date<"fodselsdato">(person().birth);
    row.set<"kon">(person().sex == Sex::woman ? "K" : "M").date<"opdateringsdato">(denmark_.period.last_day);
    row.set<"status">(person().death <= denmark_.period.last_day ? "90" : "01");
  }
}

}  // namespace fvm::synth
