#include "disclosure/notes.hpp"

#include <algorithm>
#include <string>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/readings.hpp"
#include "disclosure/together.hpp"

namespace fvm::disclosure {

bool is_notes(const Grid& table) {
  constexpr size_t rows_max = 25, words_max = 120, short_words = 3;
  static const Known somebody = {"mand",    "kvinde", "dreng", "pige",   "patienten", "pt",      "borgeren",
                                 "hun",     "han",    "hans",  "hendes", "manden",    "kvinden", "barnet",
                                 "moderen", "woman",  "boy",   "girl",   "she",       "he",      "his"};
  size_t all_words = 0;
  if (table.rows() > rows_max || !is_title(table)) return false;
  for (size_t r = 0; r < table.rows(); ++r) {
    std::string text;
    for (const Grid::Id id : table.row(r)) text += table.text(id);
    const size_t count = words(text).size();
    all_words += count;
    const bool told =
        std::any_of(text.begin(), text.end(), ascii::digit) || reading_of(text).wording != Wording::none;
    if ((count < short_words && told) || small_shape_of_text(text) || any_of_words(words(text), somebody))
      return false;
  }
  return all_words > 0 && all_words <= words_max;
}

}  // namespace fvm::disclosure
