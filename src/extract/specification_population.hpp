// The [population] section. Private to this room.
#pragma once

#include "extract/specification_tables.hpp"

namespace fvm::extract {

using IsThere = std::function<bool(const std::string&)>;

// Fills the population's fields of `out`; what is wrong becomes findings.
void read_population(const Section& section, const TableReader& tables, const catalogue::Catalogue& catalogue,
                     const IsThere& is_there, Findings& findings, Specification& out);

}  // namespace fvm::extract
