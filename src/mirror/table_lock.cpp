#include "mirror/table_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace fvm::mirror {
namespace {

Result<Descriptor> open_lock(const Path& folder, const std::string& table) {
  const Path path = folder / ("deliver-" + table + ".lock");
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return system_error("open " + path.string(), errno);
  return file;
}

}  // namespace

Result<TableLock> TableLock::take(const Path& folder, const std::string& table,
                                  const std::function<void()>& on_wait) {
  Descriptor file = TRY(open_lock(folder, table));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return TableLock(std::move(file));
  on_wait();
  while (::flock(file.get(), LOCK_EX) != 0)
    if (errno != EINTR) return system_error("lock table " + table, errno);
  return TableLock(std::move(file));
}

Result<std::optional<TableLock>> TableLock::try_take(const Path& folder, const std::string& table) {
  Descriptor file = TRY(open_lock(folder, table));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return std::optional(TableLock(std::move(file)));
  if (errno != EWOULDBLOCK) return system_error("lock table " + table, errno);
  return std::optional<TableLock>();
}

}  // namespace fvm::mirror
