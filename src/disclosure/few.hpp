// Few persons told in words: "3 patients", "tre personer", "n = 3", "(3 observations deleted)", "Frequency
// Missing = 3". Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::disclosure {

struct Few {
  size_t offset = 0;
  std::string what;  // the word that says what is counted
};
// 1 to `count_min` − 1 of something that is a person or an observation.
std::vector<Few> find_few(std::string_view plain, uint64_t count_min);

// The same without a word of what is counted, in a label: "Kvinder (3)", "Mænd [3/45]", "Kvinder, tre",
// "Kvinder: 3 personer".
bool may_tell_few(std::string_view label, uint64_t count_min);
// The last word of a label is one that a number follows: "Charlson", "Model", "Type".
bool numbers_something(std::string_view label);
// And anywhere in a note or title ("I Skive var tallet 3"), but for what is numbered or measured ("Tabel 3",
// "min. 2 recepter", "3 år").
bool note_may_tell_few(std::string_view note, uint64_t count_min);

// "født 14-03-1951", "f. 14. marts 1951", "born 1951-03-14": where the word begins.
std::vector<size_t> find_births(std::string_view plain);

}  // namespace fvm::disclosure
