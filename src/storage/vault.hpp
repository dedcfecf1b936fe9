// Projects' folders encrypted at rest: storage/NUMBER holds ciphertext, projects/NUMBER is where it is shown
// in the clear for as long as somebody holds it, by gocryptfs or as a LUKS volume. A project stays what it
// was made as; the setting is for new ones. One Vault per instance, in fvm-launcher; safe from several
// threads.
//
// The key is never here: fvm-keeper pours it into the pipe that is the encrypting program's standard input.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "config/instance.hpp"
#include "storage/shown.hpp"

namespace fvm::storage {

class Vault {
 public:
  Vault(config::Instance instance, std::string search_path)
      : instance_(std::move(instance)), search_path_(std::move(search_path)) {}
  ~Vault();  // lets all go
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // Lets go of every mount of ours below projects/, and of every volume below storage/: what a launcher that
  // was killed left. Before anything else.
  void clean();

  // Makes the encrypted folder as the setting says; made already, as whatever, is fine. The kind's own
  // errors (gocryptfs.hpp, luks.hpp); "storage.not_encrypted" when the setting says so.
  Result<void> make(const std::string& project);

  // Keeps the folder mounted until the Hold goes away; a project that is not encrypted needs nothing.
  // One that does not answer any more is shown anew. The kind's own errors; "storage.not_whole" with
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

  // Where something is mounted below projects/ now, ours or not, the deepest first.
  std::vector<Path> mounts() const;

 private:
  struct Mounted {
    std::mutex mutex;              // one thread mounts or unmounts this project
    unsigned held = 0;             // guarded by it, as is all below
    std::unique_ptr<Shown> shown;  // empty: not mounted
    std::chrono::steady_clock::time_point last_used{};
  };
  Result<std::shared_ptr<Mounted>> place_of(const std::string& project);
  Result<void> mount(const std::string& project, Mounted& mounted);
  Result<void> unmount(const std::string& project, Mounted& mounted);
  void release(const std::string& project);
  Result<Place> folders_of(const std::string& project) const;

  const config::Instance instance_;
  const std::string search_path_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Mounted>> mounted_;  // guarded by mutex_
};

}  // namespace fvm::storage
