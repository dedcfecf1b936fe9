// Jobs in the sandbox on behalf of a project. Private to this room.
#pragma once

#include <string>
#include <vector>

#include "extract/plan.hpp"
#include "extract/service.hpp"

namespace fvm::extract {

Result<catalogue::Catalogue> newest_catalogue(const Setting& setting);

// Encrypts the files of personal numbers that lie in `folder` under the mirror's key and keeps only the
// pseudonyms (population/supplied.parquet).
struct Supplied {
  uint64_t persons = 0, lines = 0, duplicates = 0;
};
Result<Supplied> encrypt_cohorts(const Setting& setting, const Specification& specification,
                                 const Path& folder);

// Runs the plan; its output goes to `staging`. `before`: the project at the version before. The lists of
// numbers that the plan wants are made first; it is right without them too. Returns the job's result
// document.
Result<std::string> run_build(const Setting& setting, const Plan& plan, const Project& before,
                              const Path& staging);

Path supplied_file(const Setting& setting, const std::string& number);

// A file of the project's map to its place, durably; before it the list of the pseudonyms in it
// (lake/number_list.hpp), for one that has come is looked for without reading the file.
Result<void> move_map_file(World& world, const Path& from, const Path& to);

}  // namespace fvm::extract
