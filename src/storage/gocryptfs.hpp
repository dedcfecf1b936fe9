// gocryptfs: the ciphertext is a tree of files, and a program shows it by way of FUSE. Private to this room.
//
// As root, it runs as a user of its own that nobody else has (the owner of storage/NUMBER), without any
// privilege: we make the mount and hand it the open /dev/fuse. What it shows belongs to that user too, and
// the project's sandboxes run as him, kept from gocryptfs by their namespaces. (A second user for them would
// be better: gocryptfs 2.3 with -force_owner shows what was just made as its own for a second.) Otherwise
// gocryptfs runs as we do and mounts through fusermount3.
#pragma once

#include "storage/shown.hpp"

namespace fvm::storage {

// Whether it was made, whole: its last file is there.
bool made_by_gocryptfs(const Path& cipher);
// In an empty folder. "storage.no_gocryptfs", "storage.no_fuse", "storage.not_made".
Result<void> make_by_gocryptfs(const Place& place);
// "storage.no_gocryptfs", "storage.no_fuse", "storage.not_opened", "storage.in_use".
Result<std::unique_ptr<Shown>> show_by_gocryptfs(const Place& place);
// Lets go of every mount of its kind below `projects`: what a launcher that was killed left.
void clean_gocryptfs(const Path& projects, std::string_view search_path);

}  // namespace fvm::storage
