// Medicines sold: the chronically ill buy theirs about every quarter, others now and then.
#include "synth/scribe.hpp"

namespace fvm::synth {
namespace {

constexpr double days_per_year = 365.25;

std::string_view digits(std::array<char, 8>& out, uint32_t value, size_t width) {
  for (size_t at = width; at-- > 0; value /= 10) out[at] = static_cast<char>('0' + value % 10);
  return {out.data(), width};
}

}  // namespace

void Scribe::write_medicines() {
  if (first_ > last_) return;
  Stream stream = this->stream(Topic::medicines);
  for (size_t i = 0; i < disease_count; ++i) {
    const int32_t onset = health_.onset[i];
    if (onset == never || onset > last_) continue;
    const DiseaseFacts& facts = facts_of(static_cast<Disease>(i));
    for (size_t n = 0; n < facts.medicines.size() && !facts.medicines[n].empty(); ++n) {
      if (!stream.chance(n == 0 ? .85 : .4)) continue;
      const Medicine& medicine = medicine_of(facts.medicines[n]);
      const double gap = 60 + stream.unit() * 60;
      double day = onset + stream.unit() * 60 + static_cast<double>(n) * 400;
      if (day < first_) day = first_ + stream.unit() * gap;
      for (; day <= last_; day += gap * (.7 + .6 * stream.unit())) {
        write_sale(stream, medicine, static_cast<int32_t>(day));
        if (stream.chance(.012)) break;  // stopped for good
      }
    }
  }
  // Infections, most of them in winter; pain; contraception.
  for (double day = first_ + stream.exponential(300); day <= last_; day += stream.exponential(300)) {
    const auto at = static_cast<int32_t>(day);
    if (!stream.chance(season_weight(Acute::Season::winter, date_of_days(at).month))) continue;
    constexpr std::array<std::string_view, 4> bought = {"J01CE02", "J01CA04", "J01XE01", "N02BE01"};
    write_sale(stream, medicine_of(bought[stream.below(4)]), at);
  }
  if (person().sex != Sex::woman || !stream.chance(.45)) return;
  const int32_t from = person().birth + static_cast<int32_t>((16 + stream.unit() * 4) * days_per_year);
  const int32_t to =
      std::min(last_, person().birth + static_cast<int32_t>((28 + stream.unit() * 14) * days_per_year));
  for (int32_t day = std::max(from, first_); day <= to; day += stream.between(80, 100)) {
    write_sale(stream, medicine_of("G03AA07"), day);
  }
}

void Scribe::write_sale(Stream& stream, const Medicine& medicine, int32_t day) {
  std::array<char, 8> text;
  const uint16_t home = municipality(day);
  const auto pack = stream.chance(.9) ? 100 : 200;  // packages, in hundredths
  const int64_t price = int64_t{medicine.price_oere} * pack / 100;
  const int64_t subsidy = price * stream.between(0, 85) / 100;
  auto row = this->row<Table::lmdb, columns::lmdb_lmdb>();
  row.set<"pnr12">(number(day)).set<"cprtjek">("0").set<"cprtype">("1").set<"patt">("1").date<"eksd">(day);
  row.set<"ekst">("R").number<"etid">(stream.between(9, 18) * 100 + stream.between(0, 59), 4);
  row.number<"aldr">(person().age(day)).set<"atc">(medicine.atc).set<"atc1">(medicine.atc.substr(0, 1));
  row.set<"atc2">(medicine.atc.substr(0, 3))
      .set<"atc3">(medicine.atc.substr(0, 4))
      .set<"atc4">(medicine.atc.substr(0, 5));
  row.text<"name">(medicine.name).set<"vnr">(medicine.varenummer).decimal<"apk">(pack);
  row.decimal<"packsize">(medicine.pack * 100)
      .text<"packtext">("pakning")
      .decimal<"volume">(medicine.pack * 100);
  row.text<"streng">(medicine.strength)
      .decimal<"strnum">(medicine.strength_hundredths)
      .text<"strunit">(medicine.unit);
  const auto pharmacy = static_cast<uint32_t>(home * 10 + mix(index_ + 7) % 4);
  row.set<"recu">(gp(day)).set<"ibnr">(digits(text, pharmacy, 5)).set<"itype">("A").number<"kom">(home, 3);
  row.number<"cpr_kom">(home, 3).number<"cpr_reg">(region_of(home));
  row.decimal<"aip">(price * 6 / 10)
      .decimal<"aup">(price)
      .decimal<"eksp">(price)
      .decimal<"ptp">(price - subsidy);
  row.decimal<"tska">(subsidy).set<"dosform">(medicine.form).set<"sektor">("P");
}

}  // namespace fvm::synth
