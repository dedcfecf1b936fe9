// LUKS2: the ciphertext is one sparse file (volume.luks), mapped by the kernel (dm-crypt), ext4 within. The
// work is done by Debian's cryptsetup, mkfs.ext4, e2fsck and resize2fs and by mount(2). Needs root. Private
// to this room.
//
// A volume is made under another name (volume.new) and gets its own when it is whole. mkfs is run in one
// place alone: on the mapping of a file that the same call made anew. So it never meets a file system of
// ours, whatever was killed when.
#pragma once

#include "storage/shown.hpp"

namespace fvm::storage {

// Whether it was made, whole.
bool made_by_luks(const Path& cipher);
// In an empty folder. "storage.luks_needs_root", "storage.no_cryptsetup", "storage.no_device_mapper",
// "storage.not_made".
Result<void> make_by_luks(const Place& place);
// Makes it larger first, if the setting is; it never becomes smaller. As above, "storage.not_opened",
// "storage.wrong_key", "storage.damaged", "storage.in_use".
Result<std::unique_ptr<Shown>> show_by_luks(const Place& place);
// Lets go of every volume whose file is `cipher` or lies below it, and of their mounts below `projects`: what
// a launcher that was killed left. Mounts elsewhere are somebody's own and stay; the volume then goes with
// them.
void clean_luks(const Path& cipher, const Path& projects, std::string_view search_path);

}  // namespace fvm::storage
