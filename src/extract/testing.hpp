// A small catalogue and specification for the tests of this room.
#pragma once

#include "catalogue/types.hpp"

namespace fvm::extract::testing {

inline const catalogue::Catalogue& catalogue() {
  using catalogue::Class;
  using catalogue::Type;
  static const catalogue::Catalogue made{
      .version = 3,
      .tables = {
          {.register_name = "LPR_F",
           .name = "kontakter",
           .person = "cpr",
           .period = "dato_start",
           .text_da = "Kontakter",
           .variables = {{"dw_ek_kontakt", Type::text, Class::record_key},
                         {"cpr", Type::text, Class::person},
                         {"cpr_moder", Type::text, Class::relative},
                         {"dato_start", Type::date},
                         {"aktionsdiagnose", Type::text, Class::code},
                         {"ydernummer", Type::text, Class::provider},
                         {"fritekst", Type::text, Class::dropped, false, false},
                         {"intern_kode", Type::text, Class::code, false, false}}},
          {.register_name = "LPR_F",
           .name = "diagnoser",
           .parent = catalogue::Parent{"kontakter", "dw_ek_kontakt", "dw_ek_kontakt"},
           .variables = {{"dw_ek_kontakt", Type::text, Class::record_key},
                         {"diagnosekode", Type::text, Class::code}}},
          {.register_name = "LMDB",
           .name = "lmdb",
           .person = "pnr12",
           .period = "eksd",
           .variables = {{"pnr12", Type::text, Class::person},
                         {"atc", Type::text, Class::code},
                         {"eksd", Type::date},
                         {"apk", Type::decimal}}},
          {.register_name = "CPR",
           .name = "t_person",
           .person = "v_pnr",
           .succession = catalogue::Table::Succession{"v_gaeld_pnr", "c_status = '60'"},
           .variables = {{"v_pnr", Type::text, Class::person},
                         {"c_status", Type::text, Class::code},
                         {"v_gaeld_pnr", Type::text, Class::person, false, false}}},
          {.register_name = "YDR", .name = "ydere", .variables = {{"ydernr", Type::text, Class::provider}}},
      }};
  return made;
}

// The tests name its lines: keep them where they are.
inline constexpr const char* good_specification = R"([project]
number = "FVM-2026-0017"
title  = "Type 2-diabetes i kommunerne 2015–2025"
authority = { name = "Demo Kommune", cvr = "29189846" }
valid  = { from = 2026-11-01, to = 2028-10-31 }

[population]
any  = [ { table = "LMDB.lmdb", where = "atc LIKE 'A10%' AND eksd >= DATE '2015-01-01'", at_least = 2 },
         { table = "lpr_f.DIAGNOSER", where = "diagnosekode LIKE 'DE11%'" } ]
none = [ { table = "LPR_F.kontakter", where = "dato_start < DATE '2015-01-01'" } ]

[[grant]]
table = "LPR_F.kontakter"
variables = ["dw_ek_kontakt", "cpr", "dato_start", "CPR_moder", "ydernummer"]
period = { variable = "dato_start", from = 2010-01-01, to = 2025-12-31 }
where = "aktionsdiagnose LIKE 'DE1%'"
reason = "Kontakter med diabetes er nødvendige."

[[grant]]
table = "LPR_F.diagnoser"
variables = ["dw_ek_kontakt", "diagnosekode"]
where = "diagnosekode LIKE 'D%'"
reason = "Udfald."
mode = "frozen"

[[grant]]
table = "LMDB.lmdb"
variables = ["pnr12", "atc"]
period = { variable = "eksd", from = 2015-01-01, to = 2025-12-31 }
reason = "Behandling."
)";

}  // namespace fvm::extract::testing
