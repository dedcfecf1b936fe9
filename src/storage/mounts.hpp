// Mounts as the kernel sees them, and whose files they show. Private to this room.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::storage {

inline constexpr unsigned folder_mode = 0700;
inline constexpr int let_go_milliseconds_max = 10'000;  // for who serves a folder to end, or to give it up

// A number that nobody on this machine has: for folders and programs of one project.
uid_t fresh_user();
bool is_fresh_user(uid_t user);

struct Mount {
  Path place;
  std::string type;  // "ext4", "fuse.gocryptfs"
  dev_t device = 0;
};
// Every mount at `folder` and below, the deepest first. Not all are ours: an operator may have a disk there.
std::vector<Mount> mounts_below(const Path& folder);

// Makes a FUSE mount at `place` whose server talks over the descriptor that comes back; what is shown belongs
// to `user`. Root alone may.
Result<Descriptor> mount_as_root(const Path& place, uid_t user);
// Whether something of FUSE stands there and answers.
bool answers(const Path& place);
// Unmounts; `lazily` also what is in use, which then dies with its last user. "storage.in_use".
Result<void> unmount_at(const Path& place, bool lazily, std::string_view search_path);

// Held by whoever serves the folder of `project`, and so by nobody once it has ended: two at a time would
// spoil it. "storage.in_use" after let_go_milliseconds_max.
Result<Descriptor> lock_folder(const Path& folder, const std::string& project);

// Gives a tree of files to `user`, links left alone.
Result<void> give_tree(const Path& folder, uid_t user);

}  // namespace fvm::storage
