// Every pseudonym that a project has seen, for the check of what goes home: its population's, those of
// persons who have left it, and providers'. They stand in the files of the project's map (build_map.hpp);
// beside each, a list of those in it (lake/number_list.hpp) is mapped into memory and not read, so that a
// check costs the same whether the project has a hundred persons or all.
#pragma once

#include <vector>

#include "base/world.hpp"
#include "disclosure/identifiers.hpp"
#include "duck/database.hpp"
#include "runner/number_lists.hpp"

namespace fvm::runner {

class SeenPseudonyms {
 public:
  // Of all Parquet files below the folder. What has no list that is whole, of a build of before there were
  // lists, is read itself. "scan.no_population" where no file is: then nobody could say that something holds
  // none of them.
  static Result<SeenPseudonyms> of(const Path& folder);
  // The same of these files.
  static Result<SeenPseudonyms> of(const std::vector<Path>& files);
  // More of them, ascending.
  void add(std::vector<uint64_t> pseudonyms) { others_.push_back(std::move(pseudonyms)); }
  // As long as this lives.
  disclosure::Pseudonyms all() const;
  size_t files_read() const { return files_read_; }  // for want of a list

 private:
  std::vector<NumberList> lists_;
  std::vector<std::vector<uint64_t>> others_;
  size_t files_read_ = 0;
};

// The column `project` of a relation, ascending, each once; nothing where it has none.
Result<std::vector<uint64_t>> pseudonyms_in(duck::Connection& connection, const std::string& relation);

// Writes the list of a file of the map: of its column `project`, or empty where it has none (numbers that the
// authority supplied, which are no pseudonyms of the project).
Result<void> list_pseudonyms(duck::Connection& connection, const Path& map_file);

}  // namespace fvm::runner
