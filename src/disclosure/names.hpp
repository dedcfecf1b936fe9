// Names of persons in text: a given name and behind it a family name, both among the most usual of Denmark
// (Danmarks Statistik, the fifty most used of each). A name that is on neither list is not found. Pure.
#pragma once

#include <string_view>
#include <vector>

namespace fvm::disclosure {

// Where each begins.
std::vector<size_t> find_names(std::string_view plain);

}  // namespace fvm::disclosure
