#include "base/world.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>

#include "base/descriptor.hpp"

namespace fvm {
namespace {

namespace fs = std::filesystem;

Error file_error(std::string_view verb, const Path& path, int number) {
  if (number == ENOENT) return surroundings("file.missing", {{"file", path.string()}});
  if (number == EEXIST) return surroundings("file.exists", {{"file", path.string()}});
  if (number == ENOSPC || number == EDQUOT) return surroundings("file.disk_full", {{"file", path.string()}});
  if (number == EXDEV) return surroundings("file.other_system", {{"file", path.string()}});
  return system_error(std::string(verb) + " " + path.string(), number);
}

Result<void> write_all(int fd, std::string_view bytes, const Path& path) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return file_error("write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  if (::fsync(fd) != 0) return file_error("flush", path, errno);
  return {};
}

Result<void> flush_path(const Path& path, int flags) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (!fd) return file_error("open", path, errno);
  if (::fsync(fd.get()) != 0) return file_error("flush", path, errno);
  return {};
}

Path folder_of(const Path& path) {
  return path.has_parent_path() ? path.parent_path() : Path(".");
}

class RealWorld final : public World {
 public:
  Time now() override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
  }

  void random(std::span<std::byte> out) override {
    while (!out.empty()) {
      const ssize_t got = ::getrandom(out.data(), out.size(), 0);
      if (got > 0) out = out.subspan(static_cast<size_t>(got));
    }
  }

  Result<std::string> read_file(const Path& path, uint64_t bytes_max) override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return file_error("open", path, errno);
    std::string out;
    struct stat status{};  // the size that it says it has is room at hand, nothing more: it may be a pipe
    if (::fstat(fd.get(), &status) == 0 && status.st_size > 0)
      out.reserve(std::min(static_cast<uint64_t>(status.st_size), bytes_max));
    char buffer[65536];
    for (;;) {
      const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return file_error("read", path, errno);
      if (got == 0) return out;
      out.append(buffer, static_cast<size_t>(got));
      if (out.size() > bytes_max) {
        return usage("file.too_large", {{"file", path.string()}, {"bytes_max", std::to_string(bytes_max)}});
      }
    }
  }

  Result<void> create_file(const Path& path, std::string_view bytes, unsigned mode) override {
    const Path temporary = TRY(write_temporary(path, bytes, mode));
    const int failed = ::link(temporary.c_str(), path.c_str()) == 0 ? 0 : errno;
    ::unlink(temporary.c_str());
    if (failed != 0) return file_error("create", path, failed);
    return flush_path(folder_of(path), O_DIRECTORY);
  }

  Result<void> replace_file(const Path& path, std::string_view bytes, unsigned mode) override {
    return rename(TRY(write_temporary(path, bytes, mode)), path);
  }

  Result<void> append_file(const Path& path, std::string_view bytes, unsigned mode) override {
    const Descriptor fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode));
    if (!fd) return file_error("open", path, errno);
    return write_all(fd.get(), bytes, path);
  }

  Result<void> rename(const Path& from, const Path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return file_error("rename", from, errno);
    return flush_path(folder_of(to), O_DIRECTORY);
  }

  Result<void> make_directories(const Path& path, unsigned mode) override {
    if (path.empty() || exists(path)) return {};
    TRY(make_directories(path.parent_path(), mode));
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return file_error("create folder", path, errno);
    return {};
  }

  Result<std::vector<DirectoryEntry>> list(const Path& path) override {
    std::vector<DirectoryEntry> entries;
    std::error_code error;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
      struct stat facts{};
      if (::stat(it->path().c_str(), &facts) != 0) continue;  // gone since, or a link to nothing
      const bool folder = S_ISDIR(facts.st_mode);
      const Time modified{facts.st_mtim.tv_sec * 1'000'000LL + facts.st_mtim.tv_nsec / 1000};
      entries.push_back({it->path().filename().string(), folder,
                         folder ? 0 : static_cast<uint64_t>(facts.st_size), modified});
    }
    if (error && error != std::errc::no_such_file_or_directory)
      return file_error("list", path, error.value());
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return entries;
  }

  Result<void> remove(const Path& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return file_error("remove", path, errno);
    return {};
  }

  Result<void> remove_tree(const Path& path) override {
    std::error_code error;
    fs::remove_all(path, error);
    if (error) return file_error("remove", path, error.value());
    return {};
  }

  bool exists(const Path& path) override { return ::access(path.c_str(), F_OK) == 0; }

  Result<void> flush(const Path& path) override {
    TRY(flush_path(path, 0));
    return flush_path(folder_of(path), O_DIRECTORY);
  }

 private:
  Result<Path> write_temporary(const Path& path, std::string_view bytes, unsigned mode) {
    const Path temporary = folder_of(path) / (".tmp-" + random_hex(*this, 8));
    const Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd) return file_error("create", path, errno);
    if (auto written = write_all(fd.get(), bytes, path); !written.ok()) {
      ::unlink(temporary.c_str());
      return written.error();
    }
    return temporary;
  }
};

}  // namespace

Result<uint64_t> World::file_bytes(const Path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return file_error("look at", path, errno);
  return static_cast<uint64_t>(status.st_size);
}

Result<std::string> World::read_range(const Path& path, uint64_t offset, uint64_t bytes_max) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return file_error("open", path, errno);
  std::string out(bytes_max, '\0');
  uint64_t filled = 0;
  while (filled < bytes_max) {
    const ssize_t got =
        ::pread(fd.get(), out.data() + filled, bytes_max - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read", path, errno);
    if (got == 0) break;
    filled += static_cast<uint64_t>(got);
  }
  out.resize(filled);
  return out;
}

Result<void> World::reserve(const Path& path, uint64_t bytes, unsigned mode) {
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode));
  if (!fd) return file_error("open", path, errno);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return file_error("look at", path, errno);
  // Blocks that stand beyond the end were reserved before.
  if (static_cast<uint64_t>(status.st_blocks) * 512 >= static_cast<uint64_t>(status.st_size) + bytes)
    return {};
  if (::fallocate(fd.get(), FALLOC_FL_KEEP_SIZE, status.st_size, static_cast<off_t>(2 * bytes)) == 0)
    return {};
  if (errno != EOPNOTSUPP && errno != ENOSYS && errno != EPERM) return file_error("reserve", path, errno);
  struct statvfs space{};  // a file system that cannot reserve: look what is free
  if (::fstatvfs(fd.get(), &space) != 0) return file_error("look at", path, errno);
  if (space.f_bavail * space.f_frsize < bytes) return file_error("reserve", path, ENOSPC);
  return {};
}

Result<Descriptor> World::lock(const Path& path, unsigned mode) {
  Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode));
  if (!fd) return file_error("open", path, errno);
  while (::flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return file_error("lock", path, errno);
  }
  return fd;
}

World& real_world() {
  static RealWorld world;
  return world;
}

std::string random_hex(World& world, size_t bytes) {
  std::vector<std::byte> raw(bytes);
  world.random(raw);
  std::string out;
  for (const std::byte b : raw) {
    out += "0123456789abcdef"[std::to_integer<unsigned>(b) >> 4];
    out += "0123456789abcdef"[std::to_integer<unsigned>(b) & 15];
  }
  return out;
}

void crash_point(std::string_view name) {
  static const char* const wanted = std::getenv("FVM_CRASH_AT");
  if (wanted == nullptr) return;
  static std::atomic<int> passed{0};
  std::string_view want(wanted);
  int count = 1;
  if (const size_t colon = want.rfind(':'); colon != std::string_view::npos) {
    count = std::atoi(wanted + colon + 1);
    want = want.substr(0, colon);
  }
  if (want == name && ++passed == count) ::kill(::getpid(), SIGKILL);
}

}  // namespace fvm
