// Coarser tables: which dimension to tell less of, so that fewer cells are hidden. The choice is made of what
// was published alone (which cells have numbers, and headings), so that it tells nothing by itself: whoever
// has the table could have made it (0023; Kenthapadi, Mishra and Nissim, "Simulatable Auditing").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "safetable/service.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

struct Coarsening {
  enum class What {
    upper,    // the upper level alone
    merged,   // some values with (others)
    dropped,  // without the dimension
  } what = What::dropped;
  size_t dimension = 0;             // of the record's
  std::vector<std::string> merged;  // codes, in the record's order
  // Cells that would be published and hidden, as far as the published ones tell.
  size_t open = 0, hidden = 0;
};

// More than one cell in twenty is hidden.
bool has_many_hidden(const Record& record);
// The one that leaves most cells published among those that leave at most half as many hidden. Pure, and
// blind to everything that is not published.
std::optional<Coarsening> coarser(const Record& record);
// "kommune by region", "kommune with 101 and 102 as (others)", "without koen".
std::string text_of(const Record& record, const Coarsening& coarsening, Language language);
// The request of which the record is the answer, made coarser.
Request coarsened(const Request& request, const Record& record, const Coarsening& coarsening,
                  Language language);

// Releases the table, and as long as it has many hidden cells a coarser one after it: each is on record, is
// judged as any other, and the last one is the answer. Errors: those of release_table, of the first one; a
// coarser one that fails is not told.
Result<Released> release_coarse_table(const Setting& setting, const Request& request,
                                      const std::vector<std::string>& formats, Language language);

}  // namespace fvm::safetable
