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
constexpr uint64_t connect_tcp = 1ull << 1;       // version 4
constexpr int rule_net_port = 2;
constexpr uint64_t scope_abstract_sockets = 1ull << 0, scope_signals = 1ull << 1;  // version 6
struct Forbidden {
  uint64_t files, net, scoped;
};
struct NetPort {
  uint64_t access, port;
};

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

Result<void> allow_port(int rules, uint16_t port) {
  const NetPort rule{connect_tcp, port};
  if (::syscall(SYS_landlock_add_rule, rules, rule_net_port, &rule, 0) != 0) return failed("landlock port");
  return {};
}

// An older kernel takes a shorter description.
Result<Descriptor> rules_for(long version) {
  Forbidden forbidden{known(version), version >= 4 ? connect_tcp : 0,
                      version >= 6 ? scope_abstract_sockets | scope_signals : 0};
  const size_t bytes = version >= 6 ? sizeof forbidden : version >= 4 ? 16 : 8;
  Descriptor rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &forbidden, bytes, 0)));
  if (!rules) return failed("landlock_create_ruleset");
  return rules;
}

}  // namespace

Result<Done> confine(const Allowed& allowed) {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 0) return Done::not_supported;
  const uint64_t all = known(version);
  const Descriptor rules = TRY(rules_for(version));
  for (const Path& path : allowed.read) TRY(allow(rules.get(), path, reading & all));
  for (const Path& path : allowed.write) TRY(allow(rules.get(), path, writing & all));
  for (const Path& path : allowed.listen) TRY(allow(rules.get(), path, listening & all));
  for (const uint16_t port : allowed.connect)
    if (version >= 4) TRY(allow_port(rules.get(), port));
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
