#include "release/outbox.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/descriptor.hpp"
#include "release/service.hpp"

namespace fvm::release {
namespace {

// Of so many names at most the facts are asked; a folder of a million files must not stop the others.
constexpr size_t names_max = 5'000;

int64_t nanoseconds(const timespec& at) {
  return at.tv_sec * 1'000'000'000 + at.tv_nsec;
}

Stamp stamp_of(const struct stat& facts) {
  return {facts.st_ino, static_cast<uint64_t>(facts.st_size), nanoseconds(facts.st_mtim),
          nanoseconds(facts.st_ctim)};
}

}  // namespace

Result<Stamp> stamp_of(int descriptor) {
  struct stat facts{};
  if (::fstat(descriptor, &facts) != 0) return system_error("look at a file", errno);
  return stamp_of(facts);
}

Result<Outbox> list_outbox(const Path& folder) {
  Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened && errno == ENOENT) return Outbox();
  if (!opened) return system_error("look into an outbox", errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(opened.get()), ::closedir);
  if (!entries) return system_error("look into an outbox", errno);
  const int descriptor = opened.release();  // closed with `entries`
  Outbox outbox;
  size_t seen = 0;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat facts{};
    if (++seen > names_max) {
      ++outbox.left_out;
      continue;
    }
    if (::fstatat(descriptor, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone meanwhile
    const bool bad = !is_file_name(name);
    outbox.files.push_back({bad ? "" : name, stamp_of(facts), S_ISREG(facts.st_mode) && !bad, bad});
  }
  const auto newer = [](const Staged& a, const Staged& b) { return a.stamp.changed > b.stamp.changed; };
  if (outbox.files.size() > outbox_files_max) {
    std::sort(outbox.files.begin(), outbox.files.end(), newer);
    outbox.left_out += outbox.files.size() - outbox_files_max;
    outbox.files.resize(outbox_files_max);
  }
  const auto named_before = [](const Staged& a, const Staged& b) { return a.name < b.name; };
  std::sort(outbox.files.begin(), outbox.files.end(), named_before);
  return outbox;
}

}  // namespace fvm::release
