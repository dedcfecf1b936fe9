// Where released tables come closest to telling about few. Pure; made of published numbers alone, so it tells
// nothing that they do not, but it points: it is for reviewers and operators, not for the project.
#pragma once

#include <string>
#include <vector>

#include "base/messages.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

// A published cell whose parts are published but for a few: these have so many persons together, and with
// `missing` more published numbers all of them would be known. (Where everybody is in one part only.)
struct Call {
  int64_t table = 0;
  std::string cell;     // "kommune = Total, koen = K"
  std::string along;    // the dimension that it is divided by
  size_t missing = 0;   // hidden parts less one
  int64_t persons = 0;  // in the hidden parts together
};

// The `most` closest of these tables: fewest missing numbers first, then fewest persons.
std::vector<Call> closest_calls(const std::vector<Record>& records, Language language, size_t most);

// Earlier tables that cells of this one are hidden for, by number; -1: several together.
std::vector<int64_t> combines_with(const Record& record);
// Published cells of at least one person: of so many equations, `facts` are independent.
size_t published_cells(const Record& record);

}  // namespace fvm::safetable
