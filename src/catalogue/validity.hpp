// The years for which a register has a variable. The public list writes them as free text ("1977 - 3. marts
// 2019", "2002, 2005", "4. kvartal 2014 -"); the text is kept, and the years read where they can be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::catalogue {

// Both years included; no last year: still delivered.
struct Years {
  int from = 0;
  std::optional<int> to;
  bool operator==(const Years&) const = default;
};

struct Validity {
  std::string text;          // as it was written; empty: nothing is said
  std::vector<Years> years;  // empty: not said, or not readable
  bool operator==(const Validity&) const = default;
};

// Reads what it can: years, ranges, open ends, lists, brackets, months (Danish, short or long), days and
// quarters. A text that it cannot read gives no years.
Validity read_validity(std::string_view text);

// Two statements about one variable put together: both texts, all years joined.
Validity merge(const Validity& a, const Validity& b);

// Which years from `from` to `to` lie outside; nothing when all are inside or nothing is known.
std::optional<Years> outside(const Validity& validity, int from, int to);

}  // namespace fvm::catalogue
