// An application that lacks nothing, for tests.
#pragma once

#include <string>
#include <string_view>

namespace fvm::casework {

inline std::string whole_application() {
  return R"toml([application]
title = "Type 2-diabetes i kommunerne"
applicant = { name = "Anna Andersen", email = "anna@demo-kommune.example", phone = "12345678" }
authority = { name = "Demo Kommune", cvr = "29189846", unit = "Sundhed" }
contact = { name = "Anna Andersen", email = "anna@demo-kommune.example" }
signatory = { name = "Sofie Sand", email = "sofie@demo-kommune.example" }
task = "Planlægning af kommunens diabetesindsats"
purpose = "Statistik over forekomst og forløb"
legal_basis = "Databeskyttelsesloven § 10"
necessity = "Opgaven kan ikke løses med tabeller"
place = "Demo Kommune, rådhuset"
period = { from = 2026-12-01, to = 2028-11-30 }
users = [ { name = "Anna Andersen", email = "anna@demo-kommune.example", account = "anna" } ]
payer = { name = "Demo Kommune", ean = "5798009811578", reference = "Sundhed 7" }

[population]
description = "Personer med type 2-diabetes"
any = [ { table = "LMDB.lmdb", where = "atc LIKE 'A10%'", at_least = 2 } ]

[[grant]]
table = "LMDB.lmdb"
variables = ["pnr12", "atc", "eksd"]
period = { variable = "eksd", from = 2015-01-01, to = 2025-12-31 }
reason = "Køb af diabetesmedicin viser behandlingens start"
variable_reasons = { atc = "Skelner mellem insulin og tabletter" }

[[own_data]]
table = "forloeb"
description = "Kommunens forløbsprogrammer"
source = "Omsorgssystemet"
variables = ["cpr", "start"]
person = "cpr"
)toml";
}

// The same with one piece of it replaced; the piece must be there.
inline std::string application_with(std::string_view piece, std::string_view instead) {
  std::string text = whole_application();
  const size_t at = text.find(piece);
  return at == std::string::npos ? std::string("the piece is not there")
                                 : text.replace(at, piece.size(), instead);
}

}  // namespace fvm::casework
