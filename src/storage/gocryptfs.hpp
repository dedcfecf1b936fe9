// Starting gocryptfs, and mounts as the kernel sees them. Private to this room.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::storage {

// Where gocryptfs is; "storage.no_gocryptfs", or "storage.no_fuse" when there is no /dev/fuse.
Result<Path> find_gocryptfs(std::string_view search_path);

// A number that nobody on this machine has: for folders and programs of one project.
uid_t fresh_user();
bool is_fresh_user(uid_t user);

struct Program {
  Path file;
  std::vector<std::string> words;  // its arguments; "{N}" becomes the number of descriptors[N] in it
  int input = -1;                  // its standard input
  std::vector<int> descriptors;    // what else it inherits
  uid_t user = 0;                  // as whom it runs; 0: as we do
};
// Starts it; its output goes to our standard error.
Result<pid_t> start(const Program& program);
// Its exit code, or 128 + signal; -1 when it has not ended after so many milliseconds.
int wait_for(pid_t pid, int milliseconds);
bool has_ended(pid_t pid);  // leaves it to be reaped
void end(pid_t pid);        // kills and reaps

// Makes a FUSE mount at `place` whose server talks over the descriptor that comes back; what is shown belongs
// to `user`. Root alone may.
Result<Descriptor> mount_as_root(const Path& place, uid_t user);
// Whether something of FUSE stands there and answers.
bool answers(const Path& place);
// Unmounts; `lazily` also what is in use, which then dies with its last user. "storage.in_use".
Result<void> unmount_at(const Path& place, bool lazily, std::string_view search_path);
// Every mount below `folder` whose type begins so, the deepest first. Others than FUSE are not ours: an
// operator may have a disk there.
std::vector<Path> mounts_below(const Path& folder, std::string_view type = "fuse");

// Gives a tree of files to `user`, links left alone.
Result<void> give_tree(const Path& folder, uid_t user);

}  // namespace fvm::storage
