#include "sandbox/staging.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.hpp"

// glibc's <sys/mount.h> and <linux/mount.h> cannot be included together everywhere.
extern "C" int mount(const char* source, const char* target, const char* type, unsigned long flags,
                     const void* data) noexcept;
extern "C" int umount2(const char* target, int flags) noexcept;

namespace fvm::sandbox {
namespace {

constexpr uid_t numbers_from = 1'000'000'000, numbers_count = 1'000'000'000;
constexpr unsigned long mount_nosuid = 2, mount_nodev = 4, mount_recursive = 16384, mount_private = 1 << 18;
constexpr int detach = 2, no_follow = 8;  // MNT_DETACH, UMOUNT_NOFOLLOW
constexpr unsigned long empty_path_recursive = AT_EMPTY_PATH | AT_RECURSIVE;

uid_t fresh_number() {
  uint32_t random = 0;
  while (::getrandom(&random, sizeof random, 0) != sizeof random) {
  }
  return numbers_from + random % numbers_count;
}

bool write_map(pid_t pid, const char* name, uid_t from, uid_t to) {
  const std::string file = "/proc/" + std::to_string(pid) + "/" + name;
  const std::string line = std::to_string(from) + " " + std::to_string(to) + " 1";
  const Descriptor fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

// A user namespace that says "the launcher's number on disk is `user` in the sandbox". It needs a process to
// be made by, and outlives it.
Descriptor mapping_to(uid_t user) {
  const auto pid =
      static_cast<pid_t>(::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) ::pause();
  }
  Descriptor mapping;
  if (pid > 0 && write_map(pid, "uid_map", ::geteuid(), user) &&
      write_map(pid, "gid_map", ::getegid(), user)) {
    mapping.reset(::open(("/proc/" + std::to_string(pid) + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  }
  if (pid > 0) ::kill(pid, SIGKILL), ::waitpid(pid, nullptr, 0);
  return mapping;
}

Descriptor copy_mount(int source) {
  return Descriptor(static_cast<int>(
      ::syscall(SYS_open_tree, source, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | empty_path_recursive)));
}

bool map_owner(const Descriptor& tree, const Descriptor& mapping) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<uint64_t>(mapping.get());
  return ::syscall(SYS_mount_setattr, tree.get(), "", empty_path_recursive, &attributes, sizeof attributes) ==
         0;
}

// An encrypted folder (room storage) shows its files as a user's that was made up for it: FUSE cannot be
// mounted id-mapped here. The sandbox then runs as that user. 0: it is no such folder.
uid_t shown_as(int source) {
  struct statfs system{};
  struct stat facts{};
  if (::fstatfs(source, &system) != 0 || system.f_type != FUSE_SUPER_MAGIC) return 0;
  if (::fstat(source, &facts) != 0 || facts.st_uid < numbers_from) return 0;
  return facts.st_uid;
}

// All of a job's encrypted folders are one project's; with two projects there would be no one user.
uid_t user_of(const Wish& wish) {
  for (const Source& source : wish.sources) {
    if (const uid_t user = shown_as(wish.descriptors[source.number]); user != 0) return user;
  }
  return fresh_number();
}

}  // namespace

std::optional<Staging> prepare_staging(const Wish& wish, std::vector<Path> hidden) {
  Staging staging;
  staging.hidden = std::move(hidden);
  staging.user = user_of(wish);
  const Descriptor mapping = mapping_to(staging.user);
  for (const Source& source : wish.sources) {
    StagedMount mount{copy_mount(wish.descriptors[source.number]), {}, source.number, false};
    mount.place = std::string(stage_folder) + "/" + std::to_string(source.number);
    struct stat facts{};
    const bool own = source.owner == Owner::keep || shown_as(wish.descriptors[source.number]) == staging.user;
    const bool made = mount.tree && ::fstat(mount.tree.get(), &facts) == 0 &&
                      (own || (mapping && map_owner(mount.tree, mapping)));
    if (!made) {
      log_event("sandbox under the launcher's own user", {{"reason", std::strerror(errno)}});
      return std::nullopt;
    }
    mount.is_folder = S_ISDIR(facts.st_mode);
    staging.mounts.push_back(std::move(mount));
  }
  return staging;
}

bool can_stage(const Path& bubblewrap) {
  if (::geteuid() != 0) return false;
  const uid_t user = fresh_number();
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) ::dup2(nothing, stream);
    if (!become_user(user)) ::_exit(1);
    ::execl(bubblewrap.c_str(), "bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--uid", "1000",
            "--ro-bind", "/", "/", "--proc", "/proc", "--", "/bin/true", static_cast<char*>(nullptr));
    ::_exit(1);
  }
  int status = 1;
  while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return pid > 0 && status == 0;
}

bool enter_stage(const Staging& staging) {
  if (::unshare(CLONE_NEWNS) != 0) return false;
  if (::mount("none", "/", nullptr, mount_recursive | mount_private, nullptr) != 0) return false;
  for (const Path& place : staging.hidden)
    ::umount2(place.c_str(), detach | no_follow);  // gone already: as well
  if (::mount("stage", stage_folder, "tmpfs", mount_nosuid | mount_nodev, "mode=755,size=1m") != 0)
    return false;
  for (const StagedMount& mount : staging.mounts) {
    const char* place = mount.place.c_str();
    const bool made =
        mount.is_folder ? ::mkdir(place, 0755) == 0 : ::close(::open(place, O_CREAT | O_WRONLY, 0644)) == 0;
    if (!made ||
        ::syscall(SYS_move_mount, mount.tree.get(), "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH) != 0) {
      return false;
    }
  }
  return true;
}

bool become_user(uid_t user) {
  // The system calls themselves: the C library's would try to tell other threads, and there are none here.
  return ::syscall(SYS_setgroups, 0, nullptr) == 0 && ::syscall(SYS_setresgid, user, user, user) == 0 &&
         ::syscall(SYS_setresuid, user, user, user) == 0;
}

}  // namespace fvm::sandbox
