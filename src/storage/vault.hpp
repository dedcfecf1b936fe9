// Projects' folders encrypted at rest: storage/NUMBER holds ciphertext, projects/NUMBER is where gocryptfs
// shows it for as long as somebody holds it. One Vault per instance, in fvm-launcher; safe from several
// threads.
//
// The key is never here: fvm-keeper pours it into the pipe that is gocryptfs's standard input.
//
// As root, gocryptfs runs as a user of its own that nobody else has (the owner of storage/NUMBER), without
// any privilege: we make the mount and hand it the open /dev/fuse. What it shows belongs to that user too,
// and the project's sandboxes run as him, kept from gocryptfs by their namespaces. (A second user for them
// would be better: gocryptfs 2.3 with -force_owner shows what was just made as its own for a second.)
// Otherwise gocryptfs runs as we do and mounts through fusermount3.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "config/instance.hpp"

namespace fvm::storage {

inline constexpr int server_milliseconds_max = 10'000;  // for a gocryptfs to end, or to give up its folder

class Vault {
 public:
  Vault(config::Instance instance, std::string search_path)
      : instance_(std::move(instance)), search_path_(std::move(search_path)) {}
  ~Vault();  // lets all go
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // Lets go of every mount below projects/: what a launcher that was killed left. Before anything else.
  void clean();

  // Makes the folder and what gocryptfs keeps in it; made already is fine. "storage.no_gocryptfs",
  // "storage.no_fuse", "storage.not_made".
  Result<void> make(const std::string& project);

  // Keeps the folder mounted until the Hold goes away; a project that is not encrypted needs nothing. A
  // gocryptfs that died is replaced. "storage.no_gocryptfs", "storage.no_fuse", "storage.not_opened" with
  // `project`, "keeper.no_storage_key", "keeper.keys_destroyed".
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept : vault_(std::exchange(other.vault_, nullptr)), project_(other.project_) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold();

   private:
    friend class Vault;
    Hold(Vault* vault, std::string project) : vault_(vault), project_(std::move(project)) {}
    Vault* vault_ = nullptr;
    std::string project_;
  };
  Result<Hold> hold(const std::string& project);

  // Unmounts now; fine when it is not mounted. "storage.in_use" with `project` while somebody holds it, or
  // has a file open in it.
  Result<void> let_go(const std::string& project);
  // Those that nobody has held for so long. Called now and then.
  void let_go_idle(std::chrono::seconds idle);

 private:
  struct Mounted {
    std::mutex mutex;   // one thread mounts or unmounts this project
    unsigned held = 0;  // guarded by it, as is all below
    pid_t server = 0;   // gocryptfs; 0: not mounted
    std::chrono::steady_clock::time_point last_used{};
  };
  Result<std::shared_ptr<Mounted>> place_of(const std::string& project);
  Result<void> mount(const std::string& project, Mounted& mounted);
  Result<void> unmount(const std::string& project, Mounted& mounted);
  void release(const std::string& project);
  // The read end of a pipe that holds the key.
  Result<Descriptor> key_of(const std::string& project) const;

  const config::Instance instance_;
  const std::string search_path_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Mounted>> mounted_;  // guarded by mutex_
};

}  // namespace fvm::storage
