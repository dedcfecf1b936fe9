#include "disclosure/together.hpp"

#include <algorithm>
#include <set>

#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {

uint64_t traits_in_name(std::string_view name) {
  std::set<Trait> kinds;
  for (const std::string& word : words(name.substr(0, name.rfind('.')))) {
    Grid table;
    table.add(word);
    table.end_row();
    Layout layout;
    layout.columns.emplace_back();
    const Trait trait = traits_of(table, layout).front();
    if (trait != Trait::none) kinds.insert(trait);
    const bool year = word.size() == 4 && (word.starts_with("19") || word.starts_with("20")) &&
                      word.find_first_not_of("0123456789") == std::string::npos;
    if (year) kinds.insert(Trait::birth);
  }
  return kinds.size();
}

void check_together(const std::vector<Outline>& files, const Parameters& parameters, Findings& findings) {
  constexpr size_t files_min = 5;
  constexpr uint64_t rows_max = 3, traits_min = 2, named_traits_min = 3;
  size_t dealt = 0;
  for (const Outline& file : files) {
    const bool small = file.rows > 0 && file.rows <= rows_max && file.traits >= traits_min;
    dealt += small || traits_in_name(file.name) >= named_traits_min;
  }
  if (dealt >= files_min) findings.add("finding.rows_of_files");
  for (size_t a = 0; a < files.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      for (const auto& one : files[a].totals) {
        const auto few = [&](const auto& other) { return differ_by_few(one, other, parameters); };
        if (std::any_of(files[b].totals.begin(), files[b].totals.end(), few))
          findings.add("finding.small_difference", {files[a].name, 0, 0}, "", one.front().header);
      }
    }
  }
}

}  // namespace fvm::disclosure
