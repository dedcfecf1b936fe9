#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "release/progress.hpp"

namespace fvm::release {

Result<Descriptor> open_staged(const Path& outbox, const std::string& name) {
  const Descriptor folder(::open(outbox.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return usage("release.no_such_file", {{"file", name}});
  Descriptor fd(::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd && errno == ENOENT) return usage("release.no_such_file", {{"file", name}});
  struct stat facts{};
  if (!fd || ::fstat(fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return refused("release.not_a_file", {{"file", name}});
  return fd;
}

}  // namespace fvm::release
