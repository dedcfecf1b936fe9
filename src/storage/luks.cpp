#include "storage/luks.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "storage/mappings.hpp"
#include "storage/mounts.hpp"
#include "storage/programs.hpp"

namespace fvm::storage {
namespace {

constexpr const char* made_file = "volume.luks";  // config::Instance::project_volume
constexpr const char* unfinished_file = "volume.new";
constexpr unsigned volume_mode = 0600;
constexpr unsigned gib_shift = 30;
constexpr int wrong_key = 2, still_in_use = 5;  // exit codes of cryptsetup
constexpr int mended = 1;                       // the highest exit code of e2fsck with which all is well
constexpr int pause_milliseconds = 50, close_milliseconds_max = 2000;
// The key as the keeper pours it, without the end of its line.
const std::vector<std::string> key_on_input = {"--key-file", "-", "--keyfile-size", "64"};

// $PATH of somebody who is not root may lack the folders where these programs are.
Result<Path> tool(const char* name, const std::string& search_path) {
  const auto found = find_program(name, search_path + ":/usr/sbin:/sbin");
  if (!found) return surroundings("storage.no_cryptsetup", {{"program", name}});
  return *found;
}

bool has_device_mapper() {
  std::ifstream devices("/proc/misc");
  const std::string all{std::istreambuf_iterator<char>(devices), {}};
  if (all.find("device-mapper") != std::string::npos) return true;
  return Descriptor(::open("/dev/mapper/control", O_RDWR | O_CLOEXEC)).get() >= 0;  // loads the module
}

Result<void> look_around(const Place& place) {
  if (::geteuid() != 0) return surroundings("storage.luks_needs_root");
  if (!has_device_mapper()) return surroundings("storage.no_device_mapper");
  for (const char* name : {"cryptsetup", "mkfs.ext4", "e2fsck", "resize2fs"})
    TRY(tool(name, place.search_path));
  return {};
}

// A program's exit code; it is killed with us, so that nothing goes on behind the next launcher's back.
Result<int> run(const char* name, std::vector<std::string> words, const std::string& search_path,
                int input = -1) {
  return wait_for(
      TRY(start({TRY(tool(name, search_path)), std::move(words), input, {}, 0, true /* ends with us */})),
      -1);
}

Result<int> cryptsetup_with_key(const Place& place, std::vector<std::string> words) {
  const Descriptor key = TRY(place.key());
  words.insert(words.begin() + 1, key_on_input.begin(), key_on_input.end());
  return run("cryptsetup", std::move(words), place.search_path, key.get());
}

Error failed(const char* code, const Place& place, const char* program, int exit_code) {
  return surroundings(
      code, {{"project", place.project}, {"program", program}, {"code", std::to_string(exit_code)}});
}

Path device_of(const std::string& mapping) {
  return Path("/dev/mapper") / mapping;
}

Result<std::string> open_mapping(const Place& place, const Path& volume) {
  const std::string name = "fvm-" + place.project + "-" + random_hex(real_world(), 4);
  // Discarding gives the room of deleted files back. It tells whoever has the file how full it is, which a
  // sparse file does anyhow.
  const int code =
      TRY(cryptsetup_with_key(place, {"open", "--type", "luks2", "--allow-discards", volume.string(), name}));
  if (code == wrong_key) return refused("storage.wrong_key", {{"project", place.project}});
  if (code != 0) return failed("storage.not_opened", place, "cryptsetup", code);
  return name;
}

// "storage.in_use": something has it open. `later`: closed by the kernel when its last user ends.
Result<void> close_mapping(const std::string& name, const Place& place, bool later) {
  for (int waited = 0;; waited += pause_milliseconds) {  // what looks at new devices (udev) soon leaves them
    const int code = TRY(run("cryptsetup", {"close", name}, place.search_path));
    if (code == 0) return {};
    if (code != still_in_use || waited >= close_milliseconds_max) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_milliseconds));
  }
  if (later) (void)run("cryptsetup", {"close", "--deferred", name}, place.search_path).ok();
  return refused("storage.in_use", {{"project", place.project}});
}

Result<void> wait_until_closed(const Place& place, const Path& file) {
  for (int waited = 0; !mappings_of(file).empty(); waited += pause_milliseconds) {
    if (waited > let_go_milliseconds_max) return refused("storage.in_use", {{"project", place.project}});
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_milliseconds));
  }
  return {};
}

// A new sparse file with a LUKS header. Guessing a key of 256 random bits is hopeless: it is stretched as
// little as cryptsetup allows.
Result<void> format_new(const Place& place, const Path& volume) {
  const Descriptor file(
      ::open(volume.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, volume_mode));
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(place.luks_gib) << gib_shift) != 0)
    return system_error("make " + volume.string(), errno);
  const int code = TRY(cryptsetup_with_key(
      place, {"luksFormat", "--batch-mode", "--type", "luks2", "--pbkdf", "pbkdf2",
              "--pbkdf-force-iterations", "1000", "--sector-size", "4096", volume.string()}));
  if (code != 0) return failed("storage.not_made", place, "cryptsetup", code);
  return {};
}

// A journal that is no larger than it need be, and fewer inodes than by default: both are written out, and a
// volume that nobody has filled should be small on the disk.
Result<void> fill_new(const Place& place, const std::string& mapping) {
  const int code = TRY(
      run("mkfs.ext4",
          {"-q", "-m", "0", "-J", "size=64", "-i", "65536", "-e", "remount-ro", device_of(mapping).string()},
          place.search_path));
  if (code != 0) return failed("storage.not_made", place, "mkfs.ext4", code);
  return {};
}

// Grown after the volume is mapped and shown: the kernel does it under way. Done each time, since whoever
// enlarged the file may have been killed before this; when there is nothing to do it costs a look.
void use_whole(const Place& place, const std::string& mapping) {
  const auto code = run("resize2fs", {device_of(mapping).string()}, place.search_path);
  if (!code.ok() || *code != 0) log_event("a volume was not enlarged", {{"project", place.project}});
}

Result<void> enlarge(const Place& place, const Path& volume) {
  struct stat facts{};
  if (::stat(volume.c_str(), &facts) != 0) return system_error("look at " + volume.string(), errno);
  const off_t wanted = static_cast<off_t>(place.luks_gib) << gib_shift;
  if (facts.st_size >= wanted) return {};
  if (::truncate(volume.c_str(), wanted) != 0) return system_error("enlarge " + volume.string(), errno);
  log_event("volume enlarged", {{"project", place.project}, {"gib", std::to_string(place.luks_gib)}});
  return {};
}

Result<void> mount_mapping(const Place& place, const std::string& mapping) {
  const Path device = device_of(mapping);
  // What a kill or a power cut left in the journal is played back here.
  const int code = TRY(run("e2fsck", {"-p", device.string()}, place.search_path));
  if (code > mended) return failed("storage.damaged", place, "e2fsck", code);
  if (::mount(device.c_str(), place.clear.c_str(), "ext4", MS_NOSUID | MS_NODEV, "discard") != 0)
    return system_error("mount " + place.clear.string(), errno);
  if (::chmod(place.clear.c_str(), folder_mode) != 0)
    return system_error("change " + place.clear.string(), errno);
  return {};
}

dev_t device_shown_at(const Path& place) {
  struct stat facts{};
  return ::stat(place.c_str(), &facts) == 0 ? facts.st_dev : 0;
}

class MappedVolume : public Shown {
 public:
  MappedVolume(Place place, std::string mapping, Descriptor lock)
      : place_(std::move(place)), mapping_(std::move(mapping)), lock_(std::move(lock)) {
    struct stat facts{};
    if (::stat(device_of(mapping_).c_str(), &facts) == 0) device_ = facts.st_rdev;
  }

  bool answers() const override { return device_ != 0 && device_shown_at(place_.clear) == device_; }

  Result<void> let_go() override {
    if (answers()) TRY(unmount_at(place_.clear, false, place_.search_path));
    return close_mapping(mapping_, place_, false);
  }

  void let_go_anyhow() override {
    if (answers()) (void)unmount_at(place_.clear, true, place_.search_path).ok();
    (void)close_mapping(mapping_, place_, true).ok();
  }

 private:
  const Place place_;
  const std::string mapping_;
  const Descriptor lock_;
  dev_t device_ = 0;
};

}  // namespace

bool made_by_luks(const Path& cipher) {
  return real_world().exists(cipher / made_file);
}

Result<void> make_by_luks(const Place& place) {
  TRY(look_around(place));
  const Path volume = place.cipher / unfinished_file;
  TRY(format_new(place, volume));
  const std::string mapping = TRY(open_mapping(place, volume));
  const auto filled = fill_new(place, mapping);
  const auto closed = close_mapping(mapping, place, !filled.ok());
  TRY(filled);
  TRY(closed);
  TRY(real_world().flush(volume));
  return real_world().rename(volume, place.cipher / made_file);
}

Result<std::unique_ptr<Shown>> show_by_luks(const Place& place) {
  TRY(look_around(place));
  const Path volume = place.cipher / made_file;
  Descriptor lock = TRY(lock_folder(place.cipher, place.project));
  TRY(wait_until_closed(place, volume));
  TRY(enlarge(place, volume));
  const std::string mapping = TRY(open_mapping(place, volume));
  auto shown = std::make_unique<MappedVolume>(place, mapping, std::move(lock));
  if (auto mounted = mount_mapping(place, mapping); !mounted.ok()) {
    shown->let_go_anyhow();
    return mounted.error();
  }
  use_whole(place, mapping);
  return std::unique_ptr<Shown>(std::move(shown));
}

void clean_luks(const Path& cipher, const Path& projects, std::string_view search_path) {
  const auto mounts = mounts_below(projects);
  for (const Mapping& mapping : mappings_of(cipher)) {
    if (mapping.name.empty()) continue;
    for (const Mount& mount : mounts) {
      if (mount.device == mapping.device) (void)unmount_at(mount.place, true, search_path).ok();
    }
    const Place place{mapping.name, cipher, {}, std::string(search_path), 0, {}};
    const auto gone = close_mapping(mapping.name, place, true);
    log_event("stale volume", {{"name", mapping.name}, {"let_go", gone.ok() ? "yes" : "in use"}});
  }
}

}  // namespace fvm::storage
