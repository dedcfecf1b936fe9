#include "storage/vault.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "base/log.hpp"
#include "storage/gocryptfs.hpp"
#include "wire/socket.hpp"

namespace fvm::storage {
namespace {

constexpr unsigned folder_mode = 0700;
// The password is 256 random bits: guessing it is hopeless, and stretching it would only cost time.
constexpr const char* stretching = "10";
constexpr const char* made_file = "gocryptfs.conf";

// Held by whoever serves the folder, and so by nobody once it has ended: two at a time would spoil it.
Result<Descriptor> lock_folder(const Path& folder, const std::string& project) {
  Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return system_error("open " + folder.string(), errno);
  for (int waited = 0; ::flock(opened.get(), LOCK_EX | LOCK_NB) != 0; waited += 20) {
    if (waited > server_milliseconds_max) return refused("storage.in_use", {{"project", project}});
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return opened;
}

// The user that serves a folder; a tree that was put back from a backup may belong to somebody else.
Result<uid_t> server_user(const Path& folder) {
  if (::geteuid() != 0) return uid_t{0};
  struct stat facts{};
  if (::stat(folder.c_str(), &facts) != 0) return system_error("look at " + folder.string(), errno);
  if (is_fresh_user(facts.st_uid)) return facts.st_uid;
  const uid_t user = fresh_user();
  TRY(give_tree(folder, user));
  return user;
}

}  // namespace

Vault::~Vault() {
  for (auto& [project, mounted] : mounted_) {
    const std::lock_guard lock(mounted->mutex);
    if (mounted->server == 0) continue;
    if (unmount(project, *mounted).ok()) continue;
    // Somebody has a file open in it: it goes with him, and nobody new gets in.
    (void)unmount_at(instance_.project(project), true, search_path_).ok();
  }
}

void Vault::clean() {
  for (const Path& place : mounts_below(instance_.projects())) {
    const auto gone = unmount_at(place, true, search_path_);
    log_event("stale mount", {{"project", place.filename().string()}, {"let_go", gone.ok() ? "yes" : "no"}});
  }
}

Result<Descriptor> Vault::key_of(const std::string& project) const {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe", errno);
  Descriptor read_end(ends[0]);
  const Descriptor write_end(ends[1]);
  auto keeper = TRY(wire::connect(instance_.keeper_socket(), "fvm-keeper"));
  TRY(keeper.call<wire::Done>(wire::PourStorageKey{project}, {write_end.get()}));
  return read_end;
}

Result<void> Vault::make(const std::string& project) {
  const Path gocryptfs = TRY(find_gocryptfs(search_path_));
  const auto mounted = TRY(place_of(project));
  const std::lock_guard lock(mounted->mutex);
  const Path folder = instance_.project_storage(project);
  World& world = real_world();
  if (world.exists(folder / made_file)) return {};
  // A folder without its last file is what a crash left: gocryptfs wants it empty.
  TRY(world.remove_tree(folder));
  TRY(world.make_directories(folder, folder_mode));
  const uid_t user = TRY(server_user(folder));
  const Descriptor opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const Descriptor key = TRY(key_of(project));
  const Program program{gocryptfs,
                        {"-init", "-q", "-nosyslog", "-scryptn", stretching, "/proc/self/fd/{0}"},
                        key.get(),
                        {opened.get()},
                        user};
  const int code = wait_for(TRY(start(program)), -1);
  if (code != 0)
    return surroundings("storage.not_made", {{"project", project}, {"code", std::to_string(code)}});
  return world.flush(folder / made_file);
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
  if (mounted->server != 0 && !answers(instance_.project(project))) {
    log_event("gocryptfs died", {{"project", project}});
    end(mounted->server);
    mounted->server = 0;
    TRY(unmount_at(instance_.project(project), true, search_path_));
  }
  if (mounted->server == 0) TRY(mount(project, *mounted));
  ++mounted->held;
  mounted->last_used = std::chrono::steady_clock::now();
  return Hold(this, project);
}

Result<void> Vault::mount(const std::string& project, Mounted& mounted) {
  const Path gocryptfs = TRY(find_gocryptfs(search_path_));
  const Path folder = instance_.project_storage(project), place = instance_.project(project);
  const Descriptor lock = TRY(lock_folder(folder, project));
  TRY(real_world().make_directories(place, folder_mode));
  const uid_t user = TRY(server_user(folder));
  const Descriptor opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const Descriptor key = TRY(key_of(project));
  Program program{gocryptfs,
                  {"-fg", "-q", "-nosyslog"},
                  key.get(),
                  {opened.get(), lock.get()},  // the lock lives as long as the server
                  user};
  Descriptor device;
  if (user != 0) {
    device = TRY(mount_as_root(place, user));
    program.descriptors.push_back(device.get());
  }
  program.words.emplace_back("/proc/self/fd/{0}");
  program.words.push_back(user != 0 ? "/dev/fd/{2}" : place.string());
  const auto server = start(program);
  device.reset();  // the server's own keeps the mount alive: when that ends, nobody waits for an answer
  bool ready = false;
  for (int waited = 0; server.ok() && !ready && waited < server_milliseconds_max; waited += 5) {
    ready = answers(place);
    if (!ready && has_ended(*server)) break;  // it gave up
    if (!ready) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (ready) {
    mounted.server = *server;
    log_event("mounted", {{"project", project}});
    return {};
  }
  if (server.ok()) end(*server);
  (void)unmount_at(place, true, search_path_).ok();
  return surroundings("storage.not_opened", {{"project", project}});
}

Result<void> Vault::unmount(const std::string& project, Mounted& mounted) {
  TRY(unmount_at(instance_.project(project), false, search_path_));
  if (wait_for(mounted.server, server_milliseconds_max) < 0) end(mounted.server);
  mounted.server = 0;
  log_event("unmounted", {{"project", project}});
  return {};
}

Result<void> Vault::let_go(const std::string& project) {
  const auto mounted = TRY(place_of(project));
  const std::lock_guard lock(mounted->mutex);
  if (mounted->server == 0) return {};
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
    if (!lock || mounted->server == 0 || mounted->held > 0) continue;
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
