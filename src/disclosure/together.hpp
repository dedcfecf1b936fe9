// What the files of one request say together: rows that were dealt out, one to a file, and totals that differ
// by few. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "disclosure/checks.hpp"

namespace fvm::disclosure {

// What is kept of one file while the others are read.
struct Outline {
  std::string name;
  uint64_t rows = 0;    // below headers, in all its tables
  uint64_t traits = 0;  // different traits of a person side by side in a table, or in its name
  std::vector<std::vector<Total>> totals;
};
// How many of sex, diagnosis, drug, place and year of birth a file's name tells.
uint64_t traits_in_name(std::string_view name);

// Findings of all files together.
void check_together(const std::vector<Outline>& files, const Parameters& parameters, Findings& findings);

}  // namespace fvm::disclosure
