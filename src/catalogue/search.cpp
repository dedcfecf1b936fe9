#include "catalogue/search.hpp"

#include <algorithm>
#include <sstream>

namespace fvm::catalogue {

Search::Search(std::shared_ptr<const Catalogue> catalogue) : catalogue_(std::move(catalogue)) {
  for (const Table& table : catalogue_->tables) {
    abouts_.push_back(folded(table.full_name() + " " + table.text_da + " " + table.text_en));
    for (const Variable& variable : table.variables)
      lines_.push_back({{&table, &variable},
                        abouts_.size() - 1,
                        folded(variable.name + " " + variable.text_da + " " + variable.text_en)});
  }
}

std::vector<Search::Hit> Search::find(std::string_view q) const {
  std::vector<std::string> words;
  std::istringstream text(folded(q));
  for (std::string word; text >> word;) words.push_back(std::move(word));
  std::vector<Hit> found;
  if (words.empty()) return found;
  for (const Line& line : lines_) {
    const bool is_it = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      return line.text.find(word) != std::string::npos || abouts_[line.about].find(word) != std::string::npos;
    });
    if (is_it) found.push_back(line.hit);
  }
  return found;
}

}  // namespace fvm::catalogue
