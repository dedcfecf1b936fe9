// The civil registration: persons, present addresses, former numbers. Names and addresses are in the files
// (made up), so that it can be seen that they are dropped.
#include "synth/scribe.hpp"

namespace fvm::synth {
namespace {

std::string name_of(uint64_t seed, uint32_t index, const Person& person) {
  Stream stream(seed, index, Topic::number);
  const auto first = person.sex == Sex::woman ? first_names_women() : first_names_men();
  return std::string(stream.pick(first)) + " " + std::string(stream.pick(last_names()));
}

}  // namespace

void Scribe::write_cpr() {
  const int32_t today = denmark_.period.last_day;
  const bool dead = person().death <= today, gone = !dead && person().emigration <= today;
  const auto parent = [&](uint32_t who) {
    return who == nobody ? Number{} : number_of(denmark_.people[who], today);
  };
  const Number mother = parent(person().mother), father = parent(person().father);
  const int32_t status_day = dead ? person().death : gone ? person().emigration : person().birth;
  {
    auto row = this->row<Table::t_person, columns::cpr_t_person>();
    row.set<"v_pnr">(number(today)).date<"d_foddato">(person().birth);
    row.set<"c_kon">(person().sex == Sex::woman ? "K" : "M")
        .set<"c_status">(dead   ? "90"
                         : gone ? "80"
                                : "01");
    row.date<"d_status_hen_start">(status_day);
    if (person().mother != nobody) row.set<"v_mor_pnr">({mother.data(), mother.size()});
    if (person().father != nobody) row.set<"v_far_pnr">({father.data(), father.size()});
    row.set<"c_start_myn">("0" + std::to_string(municipality(person().birth)));
    row.date<"d_start_dato_person">(person().birth).moment<"ts_sst_insert">(today, 420);
    row.moment<"ts_status">(std::min(status_day + 3, today), 615);
    if (person().father != nobody) {
      row.text<"v_far_navn">(name_of(denmark_.seed, person().father, denmark_.people[person().father]));
    }
    if (person().mother != nobody) {
      row.text<"v_mor_navn">(name_of(denmark_.seed, person().mother, denmark_.people[person().mother]));
    }
  }
  if (person().change != never && person().change <= today) write_number_change();
  write_address();
}

// The former number keeps a row that points to the one in use (status 60), and one in the history.
void Scribe::write_number_change() {
  const Number former = former_number_of(person());
  const std::string_view old(former.data(), former.size());
  const int32_t today = denmark_.period.last_day;
  {
    auto row = this->row<Table::t_person, columns::cpr_t_person>();
    row.set<"v_pnr">(old).set<"v_gaeld_pnr_for_inaktive">(number(today)).date<"d_foddato">(person().birth);
    row.set<"c_kon">((former[9] - '0') % 2 == 0 ? "K" : "M").set<"c_status">("60");
    row.date<"d_status_hen_start">(person().change).moment<"ts_sst_insert">(today, 420);
  }
  auto row = this->row<Table::t_pnr_hist, columns::cpr_t_pnr_hist>();
  row.set<"v_pnr">(old).set<"v_pnr_gaeld">(number(today)).date<"d_slut_dato">(person().change);
  row.moment<"ts_sst_insert">(today, 420).date<"d_start_dato">(person().birth);
}

void Scribe::write_address() {
  const int32_t today = denmark_.period.last_day;
  if (last_ < today) return;  // the dead and the emigrated have no present address
  Stream stream = this->stream(Topic::number);
  const Move& here = moves_.back();
  const auto code = municipalities()[here.municipality].code;
  auto row = this->row<Table::t_adresse, columns::cpr_t_adresse>();
  row.set<"v_pnr">(number(today)).date<"d_tilflyt_dato">(here.day).number<"c_kom">(code, 4);
  if (moves_.size() > 1)
    row.number<"c_fraflyt_kom">(municipalities()[moves_[moves_.size() - 2].municipality].code, 4);
  row.number<"c_vej">(stream.between(4, 9899), 4).number<"v_husnum">(stream.between(1, 199), 3);
  if (stream.chance(.4))
    row.number<"v_etage">(stream.between(1, 5), 2).set<"v_sidedoer">(stream.chance(.5) ? "TV" : "TH");
  row.date<"d_tilflyt_kom_dato">(here.day).moment<"ts_ajour">(std::min(here.day + 2, today), 600);
  row.moment<"ts_sst_insert">(today, 421);
  const std::string_view street = stream.pick(street_names());
  if (stream.chance(.03)) {
    // Free text with a line break, a separator and quotes inside: a register's favourite surprise.
    row.text<"v_supl_adr_1">("c/o " + name_of(denmark_.seed, index_ ^ 1u, person()) + "\nBagbygningen; \"" +
                                 std::string(street) + "\"",
                             true);
  } else if (stream.chance(.3)) {
    row.text<"v_supl_adr_1">(street);
  }
}

}  // namespace fvm::synth
