// What a column tells about a person: sex, age, date of birth, place, illness. Judged by header and values.
// Pure.
#pragma once

#include <string_view>
#include <vector>

#include "disclosure/grid.hpp"
#include "disclosure/layout.hpp"

namespace fvm::disclosure {

enum class Trait { none, sex, age, birth, date, place, diagnosis, drug, name };

// A whole date with its day: "1951-03-14", "14.03.1951", "14/3/1951", "14MAR1951", "14. marts 1951". Years
// 1850-2100.
// "1987", "2024".
bool is_year(std::string_view text);
// A year, quarter, month or week: "2019", "2019M01", "2019-01", "2019K1", "jan", "januar 2019", "uge 12".
bool is_period(std::string_view text);
bool is_full_date(std::string_view text);
// One for each column of the table.
std::vector<Trait> traits_of(const Grid& table, const Layout& layout);

}  // namespace fvm::disclosure
