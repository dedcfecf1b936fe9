// Inside the room: writes one person's rows into the buffers of all tables.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "synth/codes.hpp"
#include "synth/columns.hpp"
#include "synth/health.hpp"
#include "synth/population.hpp"
#include "synth/rows.hpp"

namespace fvm::synth {

enum class Table : uint8_t {
  t_adm,
  t_diag,
  t_sksopr,
  t_bes,
  kontakter,
  diagnoser,
  kirurgi,
  andre,
  forloeb,
  lmdb,
  t_ssik,
  t_ssr,
  dodsaarsag,
  tumor,
  mfr,
  lab,
  t_person,
  t_adresse,
  t_pnr_hist,
  kronikere,
  count
};
inline constexpr size_t table_count = static_cast<size_t>(Table::count);

struct TableFacts {
  std::string_view full_name;  // "LPR.t_adm", as the catalogue calls it
  Format format;
  const std::string_view* columns;
  size_t column_count;
};
const TableFacts& facts_of(Table table);

using Buffers = std::array<Buffer, table_count>;

// What all threads share and nobody changes.
struct Denmark {
  uint64_t seed = 0;
  Period period;
  std::vector<Person> people;
  Calendar calendar;
  // The first days of LPR_F, and of the primary care and medicine registers as they are kept today.
  int32_t lpr_f_day = static_cast<int32_t>(days_of_date(2019, 1, 1));
  int32_t ssr_end_day = static_cast<int32_t>(days_of_date(2018, 1, 1));
  int32_t ssr2_day = static_cast<int32_t>(days_of_date(2014, 1, 1));
};

struct Contact {
  enum class Kind : uint8_t { admitted, outpatient, emergency } kind = Kind::outpatient;
  int32_t day = 0, last_day = 0, minute = 0;
  std::string_view main;                      // SKS diagnosis
  std::array<std::string_view, 2> also = {};  // further diagnoses
  std::string_view operation;                 // with K, or empty
  std::string_view other_procedure;           // e.g. BWHA1 chemotherapy, or empty
  Disease disease = Disease::count;           // whose course it belongs to; count: none
  bool injury = false;
};

class Scribe {
 public:
  Scribe(const Denmark& denmark, Buffers& out) : denmark_(denmark), out_(out) {}
  void write(uint32_t index);

 private:
  // The person at hand.
  const Person& person() const { return *person_; }
  bool in_period(int32_t day) const { return day >= first_ && day <= last_; }
  std::string_view number(int32_t day);
  uint16_t municipality(int32_t day) const;
  Stream stream(Topic topic) const { return {denmark_.seed, index_, topic}; }
  std::string_view gp(int32_t day);  // six digits, of a practice where the person lives
  template <Table table, const auto& columns>
  Row<columns> row() {
    return Row<columns>(out_[static_cast<size_t>(table)], facts_of(table).format, denmark_.calendar);
  }

  void collect_contacts();
  void collect_chronic(Stream& stream, Disease disease);
  void collect_acute(Stream& stream);
  void collect_births(Stream& stream);
  void add_contact(Stream& stream, Contact contact);

  void write_cpr();
  void write_number_change();
  void write_address();
  void write_contacts();
  void write_lpr(const Contact& contact, uint32_t number, Stream& stream);
  void write_lpr_children(const Contact& contact, int64_t record, Stream& stream);
  void write_lpr_f(const Contact& contact, uint32_t number, Stream& stream);
  void write_lpr_f_diagnoses(const Contact& contact, int64_t key, Stream& stream);
  void write_lpr_f_procedures(const Contact& contact, int64_t key, const Hospital& hospital, Stream& stream);
  void write_courses();
  void write_medicines();
  void write_sale(Stream& stream, const Medicine& medicine, int32_t day);
  void write_care();
  void write_service(Stream& stream, int32_t day);
  void write_laboratory();
  void write_result(Stream& stream, const Analysis& analysis, int32_t day);
  void write_death();
  void write_cancers();
  void write_birth();
  void write_chronic();

  int64_t course_key(Disease disease) const {
    return 30'000'000'000 + int64_t{index_} * 32 + static_cast<int64_t>(disease);
  }

  const Denmark& denmark_;
  Buffers& out_;
  uint32_t index_ = 0;
  const Person* person_ = nullptr;
  Health health_;
  int32_t first_ = 0, last_ = 0;  // of the person's life in the period
  std::vector<Move> moves_;
  std::vector<Contact> contacts_;
  Number number_{};
  std::array<char, 6> gp_{};
};

}  // namespace fvm::synth
