// A launcher that runs as root (demo, containers) must not make sandboxes whose user is root outside: root's
// number alone opens kernel settings and devices and escapes the limit on processes. So each sandbox gets a
// number of its own that nobody else has, and what is mounted is mounted "id-mapped": files of the launcher's
// user appear as the sandbox's, and what the sandbox writes is stored as the launcher's.
// A launcher that is not root has no such power and needs none: its own number is harmless.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "sandbox/arguments.hpp"

namespace fvm::sandbox {

// Where the mounts stand for bubblewrap, in a mount namespace that only this sandbox has.
inline constexpr const char* stage_folder = "/mnt";

struct StagedMount {
  Descriptor tree;    // a detached mount
  std::string place;  // below stage_folder
  size_t number;      // of the Wish's descriptor
  bool is_folder;
};

struct Staging {
  uid_t user = 0;  // the sandbox's number outside
  std::vector<StagedMount> mounts;
  std::vector<Path> hidden;
};

// None when a file system or kernel cannot do it: the sandbox then has the launcher's own number, and the log
// says so. `hidden`: mounts that this sandbox's namespace shall not have, the deepest first: it would keep
// other projects' volumes open for as long as it lives.
std::optional<Staging> prepare_staging(const Wish& wish, std::vector<Path> hidden);

// Whether sandboxes can have numbers of their own here: root, and a kernel that lets others make namespaces.
bool can_stage(const Path& bubblewrap);

// For the child, between fork and exec: makes the mounts appear. Plain system calls only. False: give up.
bool enter_stage(const Staging& staging);
// ... and then becomes the sandbox's user.
bool become_user(uid_t user);

}  // namespace fvm::sandbox
