// Words of headings and labels, Danish and English, as analysts write them and R, SAS, Stata and pandas do.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace fvm::disclosure {

using Words = std::unordered_set<std::string_view>;

// Words that say "this column counts units". Danish and English, as analysts write them.
const Words& count_words();
// Words that say "these whole numbers are no counts".
const Words& category_words();
const Words& share_words();
// Those that count or are shares, as their values say.
const Words& rate_words();
const Words& measure_words();
// Those that nobody takes for another word, whatever stands beside them.
const Words& certain_measures();
// Headers that are key variables of the registers (domain.md): whole headers, not words within.
const Words& identifier_headers();
// Words behind one of a category that say what stands below is its code or its name.
const Words& naming_words();
// Single letters that are statistics when nothing stands with them ("z"), and what may ("t value").
const Words& statistic_letters();
const Words& beside_letters();
// What statistics are called.
const Words& statistic_words();
// What a mean is called.
const Words& mean_words();
// "personår", "person-years", "PY", "risikotid (år)": no persons are counted.
bool is_person_time(const std::vector<std::string>& words);
// "p10", "q75".
bool is_percentile(std::string_view word);
// Words of titles and sources of tables, which say nothing of anybody.
const Words& title_words();

}  // namespace fvm::disclosure
