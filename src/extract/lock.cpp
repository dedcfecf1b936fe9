#include "extract/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace fvm::extract {

Result<ProjectLock> ProjectLock::take(const config::Instance& instance, const std::string& number) {
  const Path file = instance.run() / ("build-" + number + ".lock");
  Descriptor opened(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!opened) return system_error("open " + file.string(), errno);
  if (::flock(opened.get(), LOCK_EX | LOCK_NB) == 0) return ProjectLock(std::move(opened));
  if (errno != EWOULDBLOCK) return system_error("lock " + file.string(), errno);
  return refused("project.busy", {{"name", number}});
}

}  // namespace fvm::extract
