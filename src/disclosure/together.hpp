// What the files of one request say together: rows that were dealt out, one to a file, and totals that differ
// by few; and what those of many requests say: the same, dealt out over weeks. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "disclosure/checks.hpp"
#include "disclosure/same_groups.hpp"

namespace fvm::disclosure {

// What is no table of persons by itself and is one together with more of its kind: a few rows that tell
// several traits of a person and count nobody; a row under certain headings; a line of text or a file name
// that tells such traits. No value of it is kept.
struct SmallShape {
  // "age+place+sex": the traits side by side; "text" or "name"; "headings DIGEST" when no trait is known.
  std::string shape;
  uint64_t rows = 1;
};
inline constexpr size_t small_shapes_max = 20;  // of one file
inline constexpr size_t small_shape_bytes_max = 80;

// The shape of a table with a few rows; `headings`: what it is called by when it has none of a person's
// traits, the same for the same headings. Nothing for tables that count.
std::optional<std::string> small_shape_of(const Grid& table, const Layout& layout);
std::string headings_of(const Layout& layout);
// "text" for a short text that tells three traits or more.
std::optional<std::string> small_shape_of_text(std::string_view utf8);

// Rows that agree with persons of the project (population.hpp): how many of the compared do with fewer than
// t, and how many would by chance.
struct Alike {
  uint64_t rows = 0, few = 0;
  double chance = 0;
};

// What is kept of one file while the others are read.
struct Outline {
  std::string name;
  uint64_t rows = 0;    // below headers, in all its tables
  uint64_t traits = 0;  // different traits of a person side by side in a table, or in its name
  std::vector<std::vector<Total>> totals;
  std::vector<SmallShape> shapes = {};
  std::vector<Groups> groups = {};  // of its tables, at most groups_counted_max counts in all
  Alike alike = {};
};
// How many of sex, diagnosis, drug, place and year of birth a file's name tells.
uint64_t traits_in_name(std::string_view name);

// Findings of all files together.
void check_together(const std::vector<Outline>& files, const Parameters& parameters, Findings& findings);

// What of a shape the project's other requests held in the period: so many different files and rows of them.
struct SmallBefore {
  std::string shape;
  uint64_t files = 0, rows = 0;
};
inline constexpr int64_t small_days = 90;
// Findings of this request's small shapes on top of those: who sends a person in each file sends persons.
void check_over_time(const std::vector<Outline>& files, const std::vector<SmallBefore>& before,
                     Findings& findings);

}  // namespace fvm::disclosure
