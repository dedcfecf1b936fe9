#include "synth/scribe.hpp"

#include <cstring>

namespace fvm::synth {
namespace {

using Encoding = Format::Encoding;
using Header = Format::Header;

template <size_t N>
constexpr TableFacts facts(std::string_view name, Format format,
                           const std::array<std::string_view, N>& columns) {
  return {name, format, columns.data(), N};
}

constexpr Format old_lpr{';', ',', Encoding::latin1, Header::upper};
constexpr Format lpr3{',', '.', Encoding::utf8_bom, Header::lower};
constexpr Format medicine_format{';', ',', Encoding::latin1, Header::capital};
constexpr Format plain{',', '.', Encoding::utf8, Header::lower};
constexpr Format tabs{'\t', '.', Encoding::utf8, Header::lower};
constexpr Format danish{';', ',', Encoding::utf8_bom, Header::lower};
constexpr Format upper_plain{';', ',', Encoding::utf8, Header::upper};

constexpr std::array<TableFacts, table_count> tables = {
    facts("LPR.t_adm", old_lpr, columns::lpr_t_adm),
    facts("LPR.t_diag", old_lpr, columns::lpr_t_diag),
    facts("LPR.t_sksopr", old_lpr, columns::lpr_t_sksopr),
    facts("LPR.t_bes", old_lpr, columns::lpr_t_bes),
    facts("LPR_F.kontakter", lpr3, columns::lpr_f_kontakter),
    facts("LPR_F.diagnoser", lpr3, columns::lpr_f_diagnoser),
    facts("LPR_F.procedurer_kirurgi", lpr3, columns::lpr_f_procedurer_kirurgi),
    facts("LPR_F.procedurer_andre", lpr3, columns::lpr_f_procedurer_andre),
    facts("LPR_F.forloeb", lpr3, columns::lpr_f_forloeb),
    facts("LMDB.lmdb", medicine_format, columns::lmdb_lmdb),
    facts("SSR.t_ssik", plain, columns::ssr_t_ssik),
    facts("SSR2.t_ssr", tabs, columns::ssr2_t_ssr),
    facts("DAR.t_dodsaarsag_2", upper_plain, columns::dar_t_dodsaarsag_2),
    facts("CAR.t_tumor", plain, columns::car_t_tumor),
    facts("MFR.mfr", danish, columns::mfr_mfr),
    facts("LAB.lab_dm_forsker", plain, columns::lab_lab_dm_forsker),
    facts("CPR.t_person", old_lpr, columns::cpr_t_person),
    facts("CPR.t_adresse", old_lpr, columns::cpr_t_adresse),
    facts("CPR.t_pnr_hist", plain, columns::cpr_t_pnr_hist),
    facts("RUKS.kronikere", danish, columns::ruks_kronikere),
};

}  // namespace

const TableFacts& facts_of(Table table) {
  return tables[static_cast<size_t>(table)];
}

void Scribe::write(uint32_t index) {
  index_ = index;
  person_ = &denmark_.people[index];
  health_ = health_of(denmark_.seed, index, *person_);
  first_ = std::max(denmark_.period.first_day, person_->birth);
  last_ = std::min(denmark_.period.last_day, person_->end());
  moves_of(denmark_.seed, index, *person_, denmark_.period, moves_);
  contacts_.clear();
  write_cpr();
  collect_contacts();
  write_contacts();
  write_courses();
  write_medicines();
  write_care();
  write_laboratory();
  write_death();
  write_cancers();
  write_birth();
  write_chronic();
}

std::string_view Scribe::number(int32_t day) {
  number_ = number_of(*person_, day);
  return {number_.data(), number_.size()};
}

uint16_t Scribe::municipality(int32_t day) const {
  uint16_t place = moves_.front().municipality;
  for (const Move& move : moves_) {
    if (move.day <= day) place = move.municipality;
  }
  return municipalities()[place].code;
}

std::string_view Scribe::gp(int32_t day) {
  const uint16_t code = municipality(day);
  auto practice = static_cast<uint32_t>(code * 40 + mix(index_) % 35);
  for (size_t at = gp_.size(); at-- > 0; practice /= 10) gp_[at] = static_cast<char>('0' + practice % 10);
  return {gp_.data(), gp_.size()};
}

}  // namespace fvm::synth
