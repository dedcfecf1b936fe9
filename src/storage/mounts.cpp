#include "storage/mounts.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <thread>

#include "storage/programs.hpp"

namespace fvm::storage {
namespace {

namespace fs = std::filesystem;
// The same range as the sandboxes' own numbers (sandbox/staging.cpp): above every real user.
constexpr uid_t numbers_from = 1'000'000'000, numbers_count = 1'000'000'000;
constexpr const char* fuse_device = "/dev/fuse";

// "\040" and the like in /proc/self/mountinfo.
std::string unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
    i += 3;
  }
  return out;
}

}  // namespace

uid_t fresh_user() {
  uint32_t random = 0;
  while (::getrandom(&random, sizeof random, 0) != sizeof random) {
  }
  return numbers_from + random % numbers_count;
}

bool is_fresh_user(uid_t user) {
  return user >= numbers_from && user - numbers_from < numbers_count;
}

Result<Descriptor> mount_as_root(const Path& place, uid_t user) {
  Descriptor device(::open(fuse_device, O_RDWR | O_CLOEXEC));
  if (!device) return surroundings("storage.no_fuse");
  const std::string number = std::to_string(user);
  const std::string options = "fd=" + std::to_string(device.get()) + ",rootmode=40000,user_id=" + number +
                              ",group_id=" + number + ",allow_other,default_permissions,max_read=131072";
  if (::mount("fvm", place.c_str(), "fuse.gocryptfs", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
    return system_error("mount " + place.string(), errno);
  return device;
}

bool answers(const Path& place) {
  struct statfs facts{};
  return ::statfs(place.c_str(), &facts) == 0 && facts.f_type == FUSE_SUPER_MAGIC;
}

Result<void> unmount_at(const Path& place, bool lazily, std::string_view search_path) {
  if (::geteuid() == 0) {
    if (::umount2(place.c_str(), UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)) == 0) return {};
    if (errno == EINVAL || errno == ENOENT) return {};  // no mount
    if (errno != EBUSY) return system_error("unmount " + place.string(), errno);
  } else {
    const auto fusermount = find_program("fusermount3", search_path);
    if (!fusermount) return surroundings("storage.no_gocryptfs", {{"program", "fusermount3"}});
    Program helper{*fusermount, {"-u"}};
    if (lazily) helper.words.emplace_back("-z");
    helper.words.push_back(place.string());
    if (wait_for(TRY(start(helper)), -1) == 0) return {};
    if (mounts_below(place).empty()) return {};
  }
  return refused("storage.in_use", {{"project", place.filename().string()}});
}

std::vector<Mount> mounts_below(const Path& folder) {
  std::vector<Mount> found;
  std::error_code error;
  Path real = fs::weakly_canonical(folder, error);
  if (error) real = folder;
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string word, place;
    unsigned major_number = 0, minor_number = 0;
    char colon = 0;
    words >> word >> word >> major_number >> colon >> minor_number >> word >> place;
    while (words >> word && word != "-") {  // "… - type source options"
    }
    Mount mount{unescaped(place), "", makedev(major_number, minor_number)};
    words >> mount.type;
    const auto [end, rest] = std::mismatch(real.begin(), real.end(), mount.place.begin(), mount.place.end());
    if (end == real.end()) found.push_back(std::move(mount));
  }
  std::reverse(found.begin(), found.end());
  return found;
}

Result<Descriptor> lock_folder(const Path& folder, const std::string& project) {
  Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return system_error("open " + folder.string(), errno);
  for (int waited = 0; ::flock(opened.get(), LOCK_EX | LOCK_NB) != 0; waited += 20) {
    if (waited > let_go_milliseconds_max) return refused("storage.in_use", {{"project", project}});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return opened;
}

Result<void> give_tree(const Path& folder, uid_t user) {
  std::error_code error;
  if (::lchown(folder.c_str(), user, user) != 0) return system_error("give away " + folder.string(), errno);
  for (fs::recursive_directory_iterator it(folder, error), last; !error && it != last; it.increment(error)) {
    if (::lchown(it->path().c_str(), user, user) != 0)
      return system_error("give away " + it->path().string(), errno);
  }
  if (error) return system_error("list " + folder.string(), error.value());
  return {};
}

}  // namespace fvm::storage
