#include "confine/confine.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"

namespace fvm::confine {
namespace {

// What newer kernels know and Debian 12's headers do not.
constexpr uint64_t access_truncate = 1ull << 14;  // version 3

constexpr uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t writing = reading | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                             LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                             LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REFER | access_truncate;
constexpr uint64_t listening = LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE;
constexpr uint64_t of_a_file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                               LANDLOCK_ACCESS_FS_EXECUTE | access_truncate;

Error failed(const char* what) {
  return surroundings("confine.failed", {{"reason", std::string(what) + ": " + std::strerror(errno)}});
}

// All that this version of the kernel can forbid.
uint64_t known(long version) {
  uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  if (version >= 2) all |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) all |= access_truncate;
  return all;
}

Result<void> allow(int rules, const Path& path, uint64_t access) {
  const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place) {
    if (errno == ENOENT) return {};
    return failed(path.c_str());
  }
  struct stat what{};
  if (::fstat(place.get(), &what) != 0) return failed(path.c_str());
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(what.st_mode) ? access : access & of_a_file;
  rule.parent_fd = place.get();
  if (rule.allowed_access == 0) return {};
  if (::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    return failed(path.c_str());
  return {};
}

}  // namespace

Result<Done> confine(const Allowed& allowed) {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 0) return Done::not_supported;
  const uint64_t all = known(version);
  landlock_ruleset_attr forbidden{};
  forbidden.handled_access_fs = all;
  const Descriptor rules(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &forbidden, sizeof forbidden.handled_access_fs, 0)));
  if (!rules) return failed("landlock_create_ruleset");
  for (const Path& path : allowed.read) TRY(allow(rules.get(), path, reading & all));
  for (const Path& path : allowed.write) TRY(allow(rules.get(), path, writing & all));
  for (const Path& path : allowed.listen) TRY(allow(rules.get(), path, listening & all));
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("no_new_privs");
  if (::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) return failed("landlock_restrict_self");
  return Done::confined;
}

std::vector<Path> files_of_the_system() {
  return {"/etc/resolv.conf",
          "/etc/hosts",
          "/etc/host.conf",
          "/etc/nsswitch.conf",
          "/etc/gai.conf",
          "/etc/services",
          "/etc/localtime",
          "/etc/ld.so.cache",
          "/etc/ssl",
          "/usr/share/zoneinfo",
          "/usr/share/ca-certificates",
          "/usr/lib",
          "/lib",
          "/dev/urandom",
          "/run/systemd/resolve"};
}

}  // namespace fvm::confine
