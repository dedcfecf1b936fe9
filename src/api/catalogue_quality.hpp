// How the catalogue's pages tell how good the data are: years, share of rows refused, the newest delivery.
#pragma once

#include <optional>
#include <string>

#include "api/facts.hpp"

namespace fvm::api {

// "2015–2025", or "–" where the records say nothing of years.
std::string years_text(const std::optional<mirror::Years>& years);
// "0,4 %", "under 0,1 %", or "–" where no row has been read.
std::string refused_text(Language language, uint64_t rejected, uint64_t read);
// What is known of one table, as a list of facts.
std::string quality_html(Language language, const catalogue::Table& table,
                         const mirror::TableFreshness& fresh, const mirror::TableQuality& quality);

}  // namespace fvm::api
