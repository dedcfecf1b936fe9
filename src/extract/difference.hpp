// What has changed in a mirror table between two of its versions, seen from a project's table that was made
// from the earlier one: which of its files may stay, which go, and which mirror files must be read. Pure.
//
// Every file of a project remembers the mirror files that its rows came from (origins). A mirror file that
// was compacted lives on in the file that took its place. The invariant: each mirror file of now is either
// read anew or belongs to exactly one kept group, and a kept group's project files hold the rows of its
// mirror files and of no others.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lake/types.hpp"

namespace fvm::extract {

// Small files of a project are made one again, now and then: when so many groups are smaller than one of the
// sizes (of mirror files), so that a row is rewritten once per size and not with every refresh.
struct MergeLimits {
  size_t groups_min = 12;   // groups below a size that become one
  size_t files_max = 8;     // files of the project in one group
  uint64_t part_mib = 512;  // mirror files that are read into one group
  size_t part_files_max = 1000;
  std::vector<uint64_t> sizes_mib = {1, 16, 128};
};

// Mirror files and the project's files that were made from them, and only from them.
struct KeptGroup {
  std::vector<std::string> origins;  // mirror files, as the log names them now
  std::vector<std::string> paths;    // files of the project's table; none when no row was wanted
  uint64_t rows = 0;                 // in them
};

struct Difference {
  std::vector<KeptGroup> kept;
  std::vector<std::string> read;     // mirror files
  std::vector<std::string> dropped;  // files of the project
};

// `project_files`: the project's table as it is; `changes`: all versions of the mirror table up to now;
// `before`: the mirror's version that the project's table was made from. Nothing when a file of the project
// does not tell its origins: then only reading everything is right.
std::optional<Difference> difference_of(const std::map<std::string, lake::File>& project_files,
                                        const std::vector<lake::Change>& changes, int64_t before,
                                        const MergeLimits& limits = {});

// Did any version after `before` change rows?
bool changed_rows(const std::vector<lake::Change>& changes, int64_t before);
// Did versions after `before` only add rows, and take none away?
bool only_added_rows(const std::vector<lake::Change>& changes, int64_t before);
// The files of now that hold rows which came after `before`.
std::vector<std::string> files_since(const std::vector<lake::Change>& changes, int64_t before);

// The rows that came and went after `before`: the rows of `come` that are not in `gone`, and the other way
// round, each as often as it is there. All other files of then and now hold the same rows.
struct RowChanges {
  std::vector<std::string> gone, come;
};
RowChanges row_changes(const std::vector<lake::Change>& changes, int64_t before);

// In the order in which they came, at most so much together.
std::vector<std::vector<std::string>> in_parts(const std::vector<std::string>& files,
                                               const std::map<std::string, lake::File>& mirror_files,
                                               const MergeLimits& limits = {});

// The tag of a project's file: {"origins": "[\"part-…\", …]"}.
inline constexpr const char* origins_tag = "origins";
std::string origins_text(const std::vector<std::string>& origins);
std::optional<std::vector<std::string>> origins_of(const lake::File& file);

}  // namespace fvm::extract
