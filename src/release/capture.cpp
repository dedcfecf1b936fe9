#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "release/progress.hpp"

namespace fvm::release {
namespace {

// Removes a half-written copy however the function ends.
struct Temporary {
  Path path;
  ~Temporary() { ::unlink(path.c_str()); }
};

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && (errno == ENOSPC || errno == EDQUOT))
      return surroundings("file.disk_full", {{"file", "kept"}});
    if (wrote < 0) return system_error("keep a copy", errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

Result<void> flush_folder(const Path& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return system_error("flush the kept files", errno);
  return {};
}

}  // namespace

Result<Kept> copy_bytes(int from, int to, uint64_t bytes_max) {
  crypto::Sha256 digest;
  Kept kept;
  std::string buffer(1 << 20, 0);
  while (kept.bytes < bytes_max) {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), bytes_max - kept.bytes));
    const ssize_t got = ::pread(from, buffer.data(), wanted, static_cast<off_t>(kept.bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read the file to be kept", errno);
    if (got == 0) break;
    const std::string_view piece(buffer.data(), static_cast<size_t>(got));
    digest.add(piece);
    TRY(write_all(to, piece));
    kept.bytes += piece.size();
  }
  kept.sha256 = crypto::to_hex(digest.finish());
  return kept;
}

Path kept_path(const config::Instance& instance, std::string_view sha256) {
  return instance.kept() / sha256.substr(0, 2) / sha256;
}

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

Result<Kept> keep_bytes(World& world, const config::Instance& instance, int descriptor, uint64_t bytes_max) {
  struct stat facts{};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode))
    return refused("release.not_a_file", {{"file", "?"}});
  const Temporary temporary{instance.kept() / (".incoming-" + random_hex(world, 8))};
  const Descriptor out(::open(temporary.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (!out) return system_error("make a copy in " + instance.kept().string(), errno);
  Kept kept = TRY(copy_bytes(descriptor, out.get(), bytes_max));
  if (::fsync(out.get()) != 0) return system_error("flush the kept copy", errno);
  const Path path = kept_path(instance, kept.sha256);
  TRY(world.make_directories(path.parent_path(), 0700));
  // A link never replaces: what is kept once stays as it is.
  if (::link(temporary.path.c_str(), path.c_str()) != 0 && errno != EEXIST)
    return system_error("keep " + path.string(), errno);
  TRY(flush_folder(path.parent_path()));
  TRY(flush_folder(instance.kept()));
  kept.bytes = std::max<uint64_t>(kept.bytes, static_cast<uint64_t>(facts.st_size));
  return kept;
}

}  // namespace fvm::release
