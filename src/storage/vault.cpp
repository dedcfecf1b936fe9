#include "storage/vault.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "storage/gocryptfs.hpp"
#include "storage/luks.hpp"
#include "storage/mounts.hpp"
#include "wire/socket.hpp"

namespace fvm::storage {
namespace {

// One row per kind of encryption: the setting's word, and what it does.
struct KindOfStorage {
  const char* name;
  bool (*made)(const Path& cipher);
  Result<void> (*make)(const Place& place);
  Result<std::unique_ptr<Shown>> (*show)(const Place& place);
};
constexpr KindOfStorage kinds[] = {
    {"gocryptfs", made_by_gocryptfs, make_by_gocryptfs, show_by_gocryptfs},
    {"luks", made_by_luks, make_by_luks, show_by_luks},
};

// By what lies there, whatever the setting says now; null: nothing that is whole.
const KindOfStorage* kind_made(const Path& cipher) {
  for (const KindOfStorage& kind : kinds) {
    if (kind.made(cipher)) return &kind;
  }
  return nullptr;
}

// The read end of a pipe that holds the key.
Result<Descriptor> poured_key(const Path& keeper_socket, const std::string& project) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe", errno);
  Descriptor read_end(ends[0]);
  const Descriptor write_end(ends[1]);
  auto keeper = TRY(wire::connect(keeper_socket, "fvm-keeper"));
  TRY(keeper.call<wire::Done>(wire::PourStorageKey{project}, {write_end.get()}));
  return read_end;
}

}  // namespace

Vault::~Vault() {
  for (auto& [project, mounted] : mounted_) {
    const std::lock_guard lock(mounted->mutex);
    if (!mounted->shown || unmount(project, *mounted).ok()) continue;
    // Somebody has a file open in it: it goes with him, and nobody new gets in.
    mounted->shown->let_go_anyhow();
  }
}

void Vault::clean() {
  clean_gocryptfs(instance_.projects(), search_path_);
  clean_luks(instance_.storage(), instance_.projects(), search_path_);
}

std::vector<Path> Vault::mounts() const {
  std::vector<Path> places;
  for (Mount& mount : mounts_below(instance_.projects())) places.push_back(std::move(mount.place));
  return places;
}

Result<Place> Vault::folders_of(const std::string& project) const {
  const config::Config config = TRY(config::read_config(real_world(), instance_.config_file()));
  return Place{project,
               instance_.project_storage(project),
               instance_.project(project),
               search_path_,
               config.storage.luks_gib,
               [socket = instance_.keeper_socket(), project] { return poured_key(socket, project); }};
}

Result<void> Vault::make(const std::string& project) {
  const auto mounted = TRY(place_of(project));
  const std::lock_guard lock(mounted->mutex);
  const Place place = TRY(folders_of(project));
  World& world = real_world();
  if (kind_made(place.cipher) != nullptr) return {};
  const config::Config config = TRY(config::read_config(world, instance_.config_file()));
  for (const KindOfStorage& kind : kinds) {
    if (config.storage.encryption != kind.name) continue;
    // What is not whole is what a crash left: nothing was ever written into it.
    clean_luks(place.cipher, place.clear, search_path_);
    TRY(world.remove_tree(place.cipher));
    TRY(world.make_directories(place.cipher, folder_mode));
    return kind.make(place);
  }
  return usage("storage.not_encrypted", {{"encryption", config.storage.encryption}});
}

Result<std::shared_ptr<Vault::Mounted>> Vault::place_of(const std::string& project) {
  if (!config::is_safe_name(project)) return usage("keeper.bad_project", {{"project", project}});
  const std::lock_guard lock(mutex_);
  auto& found = mounted_[project];
  if (!found) found = std::make_shared<Mounted>();
  return found;
}

Result<Vault::Hold> Vault::hold(const std::string& project) {
  if (!config::is_safe_name(project) || !real_world().exists(instance_.project_storage(project)))
    return Hold();
  const auto mounted = TRY(place_of(project));
  const std::lock_guard lock(mounted->mutex);
  if (mounted->shown && !mounted->shown->answers()) {
    log_event("storage died", {{"project", project}});
    mounted->shown->let_go_anyhow();
    mounted->shown.reset();
  }
  if (!mounted->shown) TRY(mount(project, *mounted));
  ++mounted->held;
  mounted->last_used = std::chrono::steady_clock::now();
  return Hold(this, project);
}

Result<void> Vault::mount(const std::string& project, Mounted& mounted) {
  const Place place = TRY(folders_of(project));
  const KindOfStorage* const kind = kind_made(place.cipher);
  if (kind == nullptr) return surroundings("storage.not_whole", {{"project", project}});
  TRY(real_world().make_directories(place.clear, folder_mode));
  mounted.shown = TRY(kind->show(place));
  log_event("mounted", {{"project", project}, {"kind", kind->name}});
  return {};
}

Result<void> Vault::unmount(const std::string& project, Mounted& mounted) {
  TRY(mounted.shown->let_go());
  mounted.shown.reset();
  log_event("unmounted", {{"project", project}});
  return {};
}

Result<void> Vault::let_go(const std::string& project) {
  const auto mounted = TRY(place_of(project));
  const std::lock_guard lock(mounted->mutex);
  if (!mounted->shown) return {};
  if (mounted->held > 0) return refused("storage.in_use", {{"project", project}});
  return unmount(project, *mounted);
}

void Vault::let_go_idle(std::chrono::seconds idle) {
  std::vector<std::pair<std::string, std::shared_ptr<Mounted>>> all;
  {
    const std::lock_guard lock(mutex_);
    all.assign(mounted_.begin(), mounted_.end());
  }
  for (const auto& [project, mounted] : all) {
    const std::unique_lock lock(mounted->mutex, std::try_to_lock);
    if (!lock || !mounted->shown || mounted->held > 0) continue;
    if (std::chrono::steady_clock::now() - mounted->last_used < idle) continue;
    (void)unmount(project, *mounted).ok();  // a file is open in it: another time
  }
}

void Vault::release(const std::string& project) {
  const auto mounted = place_of(project);
  if (!mounted.ok()) return;
  const std::lock_guard lock((*mounted)->mutex);
  --(*mounted)->held;
  (*mounted)->last_used = std::chrono::steady_clock::now();
}

Vault::Hold::~Hold() {
  if (vault_ != nullptr) vault_->release(project_);
}

}  // namespace fvm::storage
