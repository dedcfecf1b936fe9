// Hospital contacts as LPR wrote them until 2018, and with their courses as LPR_F does from 2019.
#include "synth/scribe.hpp"

namespace fvm::synth {
namespace {

// Keys that only tell records apart. Eleven digits: ten may look like a personal number, and a delivery is
// then stopped.
constexpr int64_t record_key(uint32_t person, uint32_t number) {
  return 45'000'000'000 + int64_t{person} * 1000 + number;
}
constexpr int64_t contact_key(uint32_t person, uint32_t number) {
  return 70'000'000'000 + int64_t{person} * 1000 + number;
}

std::string_view department_of(const Contact& contact) {
  if (contact.kind == Contact::Kind::emergency) return "091";
  switch (contact.disease) {
    case Disease::depression:
    case Disease::schizophrenia:
      return "201";
    case Disease::breast_cancer:
    case Disease::lung_cancer:
      return "151";
    case Disease::arthrosis:
      return "160";
    default:
      return "061";
  }
}

std::string_view specialty_of(const Contact& contact) {
  if (contact.kind == Contact::Kind::emergency) return "akutmedicin";
  switch (contact.disease) {
    case Disease::depression:
    case Disease::schizophrenia:
      return "psykiatri";
    case Disease::arthrosis:
      return "ortopædisk kirurgi";
    case Disease::count:
      return contact.injury ? "ortopædisk kirurgi" : "blandet medicin og kirurgi";
    default:
      return "intern medicin";
  }
}

}  // namespace

void Scribe::write_contacts() {
  Stream stream = this->stream(Topic::birth);
  for (uint32_t i = 0; i < contacts_.size(); ++i) {
    if (contacts_[i].day < denmark_.lpr_f_day) {
      write_lpr(contacts_[i], i, stream);
    } else {
      write_lpr_f(contacts_[i], i, stream);
    }
  }
}

void Scribe::write_lpr(const Contact& contact, uint32_t number, Stream& stream) {
  const uint16_t home = municipality(contact.day);
  const Hospital& hospital = hospital_of(region_of(home), stream.below(8));
  const int64_t record = record_key(index_, number);
  const bool admitted = contact.kind == Contact::Kind::admitted,
             planned = contact.kind == Contact::Kind::outpatient;
  {
    auto row = this->row<Table::t_adm, columns::lpr_t_adm>();
    row.number<"k_recnum">(record).set<"v_cpr">(this->number(contact.day)).number<"c_kom">(home, 3);
    row.number<"c_bopamt">(county_of(home), 2).set<"c_sex">(person().sex == Sex::woman ? "K" : "M");
    const int age = person().age(contact.day);
    row.number<"v_alder">(age);
    if (age == 0) row.number<"v_alddg">(contact.day - person().birth);
    row.date<"d_inddto">(contact.day).number<"v_indtime">(contact.minute / 60);
    row.number<"v_indminut">(contact.minute % 60);
    row.date<"d_uddto">(contact.last_day);
    if (planned) row.date<"d_hendto">(contact.day - stream.between(5, 90));
    row.set<"c_sgh">(hospital.shak).set<"c_afd">(department_of(contact)).set<"c_indm">(planned ? "2" : "1");
    if (admitted) row.set<"c_udm">(stream.chance(.02) ? "7" : "0");
    row.set<"c_adiag">(contact.main).set<"c_kontaars">(contact.injury ? "2" : "1");
    row.set<"c_pattype">(admitted ? "0" : planned ? "2" : "3").set<"c_spec">(contact.injury ? "22" : "01");
    if (admitted) row.number<"v_sengdage">(std::max(1, contact.last_day - contact.day));
    if (contact.injury) row.set<"c_ulykke">("4").set<"c_ested">(stream.chance(.5) ? "EUS4" : "EUS0");
  }
  write_lpr_children(contact, record, stream);
}

void Scribe::write_lpr_children(const Contact& contact, int64_t record, Stream& stream) {
  const auto diagnosis = [&](std::string_view code, std::string_view type) {
    auto row = this->row<Table::t_diag, columns::lpr_t_diag>();
    row.number<"v_recnum">(record).set<"c_diag">(code).set<"c_diagtype">(type);
  };
  diagnosis(contact.main, "A");
  for (const std::string_view code : contact.also) {
    if (!code.empty()) diagnosis(code, "B");
  }
  for (const std::string_view code : {contact.operation, contact.other_procedure}) {
    if (code.empty()) continue;
    auto row = this->row<Table::t_sksopr, columns::lpr_t_sksopr>();
    row.number<"v_recnum">(record).date<"d_odto">(
        std::min(contact.day + stream.between(0, 1), contact.last_day));
    row.number<"v_otime">(stream.between(7, 22)).number<"v_ominut">(stream.between(0, 59));
    row.set<"c_opr">(code).set<"c_oprart">(code == contact.operation ? "V" : "D");
  }
  if (contact.kind != Contact::Kind::outpatient) return;
  for (int visit = 0, visits = stream.between(1, 3); visit < visits; ++visit) {
    const int32_t day = contact.day + visit * 14;
    if (day > last_) break;
    auto row = this->row<Table::t_bes, columns::lpr_t_bes>();
    row.number<"v_recnum">(record).date<"d_ambdto">(day);
  }
}

void Scribe::write_lpr_f(const Contact& contact, uint32_t number, Stream& stream) {
  const uint16_t home = municipality(contact.day);
  const uint16_t region = region_of(home);
  const Hospital& hospital = hospital_of(region, stream.below(8));
  const int64_t key = contact_key(index_, number);
  const bool planned = contact.kind == Contact::Kind::outpatient;
  const int32_t end =
      contact.kind == Contact::Kind::admitted ? 14 * 60 : std::min(contact.minute + 45, 24 * 60 - 1);
  {
    auto row = this->row<Table::kontakter, columns::lpr_f_kontakter>();
    row.number<"dw_ek_kontakt">(key);
    if (contact.disease != Disease::count) row.number<"dw_ek_forloeb">(course_key(contact.disease));
    row.set<"cpr">(this->number(contact.day)).set<"sorenhed_ans">(hospital.sor);
    row.set<"enhedstype_ans">("klinisk enhed").text<"hovedspeciale_ans">(specialty_of(contact));
    row.number<"region_ans">(region).set<"shak_sgh_ans">(hospital.shak);
    row.date<"dato_start">(contact.day).time<"tidspunkt_start">(contact.minute);
    row.moment<"datotidspunkt_start">(contact.day, contact.minute);
    row.date<"dato_slut">(contact.last_day)
        .time<"tidspunkt_slut">(end)
        .moment<"datotidspunkt_slut">(contact.last_day, end);
    row.number<"alder_start">(person().age(contact.day))
        .number<"alder_dage_start">(contact.day - person().birth);
    row.number<"alder_slut">(person().age(contact.last_day));
    row.set<"koen">(person().sex == Sex::woman ? "kvinde" : "mand").set<"aktionsdiagnose">(contact.main);
    row.set<"kontaktaarsag">(contact.injury ? "ALCC02" : "ALCC01")
        .set<"prioritet">(planned ? "ATA3" : "ATA1");
    row.set<"kontakttype">(planned && stream.chance(.15) ? "ALCA03" : "ALCA00");
    if (planned) {
      const int32_t referred = contact.day - stream.between(5, 90);
      row.date<"dato_henvisning">(referred).set<"henvisningsmaade">("AVA1");
    }
    row.date<"dato_indberetning">(contact.last_day + 7)
        .moment<"dw_inserteddatetime">(denmark_.period.last_day, 200);
    row.set<"lprindberetningssystem">("LPR3").number<"dw_sk_kontakt">(key + 11);
    row.number<"kontakt_id">(key * 3);
  }
  write_lpr_f_diagnoses(contact, key, stream);
  write_lpr_f_procedures(contact, key, hospital, stream);
}

void Scribe::write_lpr_f_diagnoses(const Contact& contact, int64_t key, Stream& stream) {
  const auto diagnosis = [&](std::string_view code, std::string_view type, std::string_view text) {
    auto row = this->row<Table::diagnoser, columns::lpr_f_diagnoser>();
    row.number<"dw_ek_kontakt">(key).set<"diagnosekode">(code).set<"diagnosetype">(type);
    row.text<"diagnosetype_tekst">(text);
    const double unit = stream.unit();  // Ja, Nej or nothing at all
    row.set<"senere_afkraeftet">(unit < .02 ? "Ja" : unit < .6 ? "Nej" : "");
    row.set<"lprindberetningssystem">("LPR3").number<"dw_sk_kontakt">(key + 11);
    row.number<"kontakt_id">(key * 3);
  };
  diagnosis(contact.main, "A", "aktionsdiagnose");
  for (const std::string_view code : contact.also) {
    if (!code.empty()) diagnosis(code, "B", "bidiagnose");
  }
}

namespace {

template <class Row>
void fill_procedure(Row& row, int64_t key, int64_t course, std::string_view code, int32_t day, int32_t minute,
                    const Hospital& hospital) {
  // A procedure of a course has no contact of its own.
  if (course != 0) {
    row.template number<"dw_ek_forloeb">(course);
  } else {
    row.template number<"dw_ek_kontakt">(key);
  }
  row.template number<"dw_ek_procedureregistrering">(key * 4 + 1).template set<"procedurekode">(code);
  row.template set<"proceduretype">("P").template text<"proceduretype_tekst">("procedure");
  row.template set<"sorenhed_pro">(hospital.sor).template set<"enhedstype_pro">("klinisk enhed");
  row.template number<"region_pro">(hospital.region).template set<"shak_sgh_pro">(hospital.shak);
  row.template date<"dato_start">(day).template time<"tidspunkt_start">(minute);
}

}  // namespace

void Scribe::write_lpr_f_procedures(const Contact& contact, int64_t key, const Hospital& hospital,
                                    Stream& stream) {
  const int32_t day = std::min(contact.day + stream.between(0, 1), contact.last_day);
  const int32_t minute = stream.between(7 * 60, 20 * 60);
  const bool of_course = contact.disease != Disease::count && stream.chance(.1);
  const int64_t course = of_course ? course_key(contact.disease) : 0;
  if (!contact.operation.empty()) {
    auto row = this->row<Table::kirurgi, columns::lpr_f_procedurer_kirurgi>();
    fill_procedure(row, key, course, contact.operation, day, minute, hospital);
    row.moment<"datotidspunkt_start">(day, minute).date<"dato_slut">(day).time<"tidspunkt_slut">(minute + 90);
    row.set<"lprindberetningssystem">("LPR3").number<"procedureregistrering_id">(key * 4 + 2);
  }
  if (!contact.other_procedure.empty()) {
    auto row = this->row<Table::andre, columns::lpr_f_procedurer_andre>();
    fill_procedure(row, key, course, contact.other_procedure, day, minute, hospital);
    row.date<"dato_slut">(day).set<"lprindberetningssystem">("LPR3").number<"procedureregistrering_id">(
        key * 4 + 3);
    row.moment<"datotidspunkt_start">(day, minute);
  }
}

// One course per chronic disease that brought the person to a hospital in the time of LPR_F.
void Scribe::write_courses() {
  std::array<int32_t, disease_count> from, to;
  from.fill(never);
  to.fill(0);
  for (const Contact& contact : contacts_) {
    if (contact.day < denmark_.lpr_f_day || contact.disease == Disease::count) continue;
    const auto at = static_cast<size_t>(contact.disease);
    from[at] = std::min(from[at], contact.day);
    to[at] = std::max(to[at], contact.last_day);
  }
  for (size_t i = 0; i < disease_count; ++i) {
    if (from[i] == never) continue;
    const uint16_t region = region_of(municipality(from[i]));
    const Hospital& hospital = hospital_of(region, index_ % 8);
    auto row = this->row<Table::forloeb, columns::lpr_f_forloeb>();
    const int64_t key = course_key(static_cast<Disease>(i));
    row.number<"dw_ek_forloeb">(key).number<"dw_ek_helbredsforloeb">(key + 5).set<"cpr">(number(from[i]));
    row.set<"sorenhed_ans">(hospital.sor).number<"region_ans">(region).set<"shak_sgh_ans">(hospital.shak);
    row.date<"dato_start">(from[i]).time<"tidspunkt_start">(8 * 60).moment<"datotidspunkt_start">(from[i],
                                                                                                  8 * 60);
    if (to[i] + 180 < last_) row.date<"dato_slut">(to[i]);
    row.number<"alder_start">(person().age(from[i]))
        .set<"koen">(person().sex == Sex::woman ? "kvinde" : "mand");
    row.set<"forloeblabel">("ALAA00");
    row.number<"forloebelement_id">(key * 3);
  }
}

}  // namespace fvm::synth
