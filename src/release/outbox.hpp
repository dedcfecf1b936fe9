// What stands in a user's /outbox just now. The folder is the user's own and he may change it at any moment:
// nothing here follows a symbolic link, waits for a pipe or reads a file to its end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/world.hpp"

namespace fvm::release {

inline constexpr size_t outbox_files_max = 200;  // looked at; the newest

// Two equal stamps: nobody has written to the file in between, nor put another in its place.
struct Stamp {
  uint64_t inode = 0, bytes = 0;
  int64_t modified = 0, changed = 0;  // nanoseconds; `changed` cannot be set by its owner
  bool operator==(const Stamp&) const = default;
};

struct Staged {
  std::string name;  // is_file_name, or `bad_name`
  Stamp stamp;
  bool is_file = true;    // regular, under a name that may be shown
  bool bad_name = false;  // then `name` is empty
  uint64_t bytes() const { return stamp.bytes; }
  Time modified() const { return {stamp.modified / 1000}; }
};

struct Outbox {
  std::vector<Staged> files;  // by name
  size_t left_out = 0;        // beyond outbox_files_max: the oldest
};

// Empty when there is no such folder: nobody has been in a session yet.
Result<Outbox> list_outbox(const Path& folder);
// Of an open file.
Result<Stamp> stamp_of(int descriptor);

}  // namespace fvm::release
