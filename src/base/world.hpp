// World: the one seam to clock, random and files, so that tests can swap in a clock that stands still or a
// disk that fails. One World is shared by a program; every call is safe from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace fvm {

using Path = std::filesystem::path;

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
  uint64_t bytes = 0;
  Time modified = {};
};

class World {
 public:
  virtual ~World() = default;

  virtual Time now() = 0;
  virtual void random(std::span<std::byte> out) = 0;  // from the kernel's generator

  // Whole content; "file.too_large" beyond `bytes_max`, "file.missing" when there is none.
  virtual Result<std::string> read_file(const Path& path, uint64_t bytes_max) = 0;
  // Creates and makes durable (file and folder flushed); "file.exists" when there already is one: the caller
  // lost a race. The file appears under its name only once whole.
  virtual Result<void> create_file(const Path& path, std::string_view bytes, unsigned mode) = 0;
  // Replaces atomically and durably.
  virtual Result<void> replace_file(const Path& path, std::string_view bytes, unsigned mode) = 0;
  // Appends and makes durable.
  virtual Result<void> append_file(const Path& path, std::string_view bytes, unsigned mode) = 0;
  virtual Result<void> rename(const Path& from, const Path& to) = 0;  // durable
  virtual Result<void> make_directories(const Path& path, unsigned mode) = 0;
  virtual Result<std::vector<DirectoryEntry>> list(
      const Path& path) = 0;                          // sorted by name; empty when missing
  virtual Result<void> remove(const Path& path) = 0;  // a file; missing is fine
  virtual Result<void> remove_tree(const Path& path) = 0;
  virtual bool exists(const Path& path) = 0;
  // Flushes a file that somebody else wrote (a worker in its sandbox), and its folder.
  virtual Result<void> flush(const Path& path) = 0;

  // For files that only grow. These four act on the real file system unless a test overrides them.
  virtual Result<uint64_t> file_bytes(const Path& path);  // "file.missing" when there is none
  // Up to `bytes_max` bytes from `offset`.
  virtual Result<std::string> read_range(const Path& path, uint64_t offset, uint64_t bytes_max);
  // Makes sure that `bytes` more can be appended, creating the file if need be and leaving its content alone;
  // "file.disk_full" when they cannot.
  virtual Result<void> reserve(const Path& path, uint64_t bytes, unsigned mode);
  // Waits for the exclusive lock of a lock file, created if need be; held until the Descriptor goes away.
  virtual Result<Descriptor> lock(const Path& path, unsigned mode);
};

World& real_world();

// Hexadecimal text of `bytes` random bytes.
std::string random_hex(World& world, size_t bytes);

// A place where a crash test may kill this program: if the environment variable FVM_CRASH_AT is `name` (or
// `name:N`, the Nth passing), the process kills itself with SIGKILL. Costs one comparison otherwise.
void crash_point(std::string_view name);

}  // namespace fvm
