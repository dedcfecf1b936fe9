#include "supervisor/lock.hpp"

#include <fcntl.h>

#include <cerrno>

namespace fvm::supervisor {
namespace {

struct flock whole_file() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

// A record lock (fcntl), since it names its holder and children do not inherit it.
Result<Descriptor> take_lock(const Path& file) {
  Descriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return system_error("open " + file.string(), errno);
  struct flock lock = whole_file();
  if (::fcntl(fd.get(), F_SETLK, &lock) == 0) return fd;
  if (errno != EAGAIN && errno != EACCES) return system_error("lock " + file.string(), errno);
  const auto holder = holder_of(file);
  return refused("up.running_already", {{"pid", holder ? std::to_string(*holder) : "?"}});
}

std::optional<pid_t> holder_of(const Path& file) {
  const Descriptor fd(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  struct flock lock = whole_file();
  if (!fd || ::fcntl(fd.get(), F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_pid;
}

}  // namespace fvm::supervisor
