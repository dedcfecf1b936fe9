#include "storage/gocryptfs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "storage/mounts.hpp"
#include "storage/programs.hpp"

namespace fvm::storage {
namespace {

constexpr const char* program_name = "gocryptfs";
constexpr const char* mount_type = "fuse.gocryptfs";
// The password is 256 random bits: guessing it is hopeless, and stretching it would only cost time.
constexpr const char* stretching = "10";
constexpr const char* made_file = "gocryptfs.conf";

Result<Path> find_gocryptfs(std::string_view search_path) {
  if (::access("/dev/fuse", F_OK) != 0) return surroundings("storage.no_fuse");
  if (::geteuid() != 0 && !find_program("fusermount3", search_path))
    return surroundings("storage.no_gocryptfs", {{"program", "fusermount3"}});
  const auto found = find_program(program_name, search_path);
  if (!found) return surroundings("storage.no_gocryptfs", {{"program", program_name}});
  return *found;
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

class Served : public Shown {
 public:
  Served(Place place, pid_t server) : place_(std::move(place)), server_(server) {}
  bool answers() const override { return storage::answers(place_.clear); }

  Result<void> let_go() override {
    TRY(unmount_at(place_.clear, false, place_.search_path));
    if (wait_for(server_, let_go_milliseconds_max) < 0) end(server_);
    return {};
  }

  void let_go_anyhow() override {
    if (!answers()) end(server_);
    (void)unmount_at(place_.clear, true, place_.search_path).ok();
  }

 private:
  const Place place_;
  const pid_t server_;
};

}  // namespace

bool made_by_gocryptfs(const Path& cipher) {
  return real_world().exists(cipher / made_file);
}

Result<void> make_by_gocryptfs(const Place& place) {
  const Path gocryptfs = TRY(find_gocryptfs(place.search_path));
  const uid_t user = TRY(server_user(place.cipher));
  const Descriptor opened(::open(place.cipher.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const Descriptor key = TRY(place.key());
  const Program program{gocryptfs,
                        {"-init", "-q", "-nosyslog", "-scryptn", stretching, "/proc/self/fd/{0}"},
                        key.get(),
                        {opened.get()},
                        user};
  const int code = wait_for(TRY(start(program)), -1);
  if (code != 0) {
    return surroundings(
        "storage.not_made",
        {{"project", place.project}, {"program", program_name}, {"code", std::to_string(code)}});
  }
  return real_world().flush(place.cipher / made_file);
}

Result<std::unique_ptr<Shown>> show_by_gocryptfs(const Place& place) {
  const Path gocryptfs = TRY(find_gocryptfs(place.search_path));
  const Descriptor lock = TRY(lock_folder(place.cipher, place.project));
  const uid_t user = TRY(server_user(place.cipher));
  const Descriptor opened(::open(place.cipher.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const Descriptor key = TRY(place.key());
  Program program{gocryptfs,
                  {"-fg", "-q", "-nosyslog"},
                  key.get(),
                  {opened.get(), lock.get()},  // the lock lives as long as the server
                  user};
  Descriptor device;
  if (user != 0) {
    device = TRY(mount_as_root(place.clear, user));
    program.descriptors.push_back(device.get());
  }
  program.words.emplace_back("/proc/self/fd/{0}");
  program.words.push_back(user != 0 ? "/dev/fd/{2}" : place.clear.string());
  const auto server = start(program);
  device.reset();  // the server's own keeps the mount alive: when that ends, nobody waits for an answer
  bool ready = false;
  for (int waited = 0; server.ok() && !ready && waited < let_go_milliseconds_max; waited += 5) {
    ready = answers(place.clear);
    if (!ready && has_ended(*server)) break;  // it gave up
    if (!ready) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (ready) return std::unique_ptr<Shown>(new Served(place, *server));
  if (server.ok()) end(*server);
  (void)unmount_at(place.clear, true, place.search_path).ok();
  return surroundings("storage.not_opened", {{"project", place.project}, {"program", program_name}});
}

void clean_gocryptfs(const Path& projects, std::string_view search_path) {
  for (const Mount& mount : mounts_below(projects)) {
    if (mount.type != mount_type) continue;
    const auto gone = unmount_at(mount.place, true, search_path);
    log_event("stale mount",
              {{"project", mount.place.filename().string()}, {"let_go", gone.ok() ? "yes" : "no"}});
  }
}

}  // namespace fvm::storage
