#include "mirror/table_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace fvm::mirror {

Result<TableLock> TableLock::take(const Path& folder, const std::string& table,
                                  const std::function<void()>& on_wait) {
  const Path path = folder / ("deliver-" + table + ".lock");
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return system_error("open " + path.string(), errno);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return TableLock(std::move(file));
  on_wait();
  while (::flock(file.get(), LOCK_EX) != 0)
    if (errno != EINTR) return system_error("lock " + path.string(), errno);
  return TableLock(std::move(file));
}

}  // namespace fvm::mirror
