// Finding variables as people search: by words, in any order, upper and lower case alike.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/types.hpp"

namespace fvm::catalogue {

// Keeps the folded texts of one version of the catalogue: made once, asked often, from several threads.
class Search {
 public:
  explicit Search(std::shared_ptr<const Catalogue> catalogue);

  struct Hit {
    const Table* table;
    const Variable* variable;
  };
  // Every variable whose name, texts or table have all words of `q` in them, in the catalogue's order; none
  // when `q` has no word. What it points to lives as long as catalogue().
  std::vector<Hit> find(std::string_view q) const;
  const std::shared_ptr<const Catalogue>& catalogue() const { return catalogue_; }

 private:
  struct Line {
    Hit hit;
    size_t about;      // index in abouts_
    std::string text;  // folded: name and texts of the variable
  };
  std::shared_ptr<const Catalogue> catalogue_;
  std::vector<std::string> abouts_;  // folded: name and texts of each table
  std::vector<Line> lines_;
};

}  // namespace fvm::catalogue
