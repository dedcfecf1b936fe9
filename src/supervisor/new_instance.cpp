#include "supervisor/new_instance.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "base/descriptor.hpp"
#include "wire/codec.hpp"

namespace fvm::supervisor {
namespace {

// Folders that a half-made instance may hold.
constexpr std::array<std::string_view, 13> own_names = {
    "storage", "erasable", "keys", "inbox", "set_aside", "mirror",     "projects",
    "store",   "audit",    "kept", "run",   "log",       "config.toml"};

struct Ended {
  int status = 0;  // as waitpid says
  std::string output;
};

// Runs a program to its end and reads its standard output.
Result<Ended> run_and_read(const std::vector<std::string>& words) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe", errno);
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, to.get(), STDOUT_FILENO);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return system_error("start " + words[0], failed);
  to.reset();
  Ended ended;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(from.get(), buffer, sizeof buffer)) > 0;)
    ended.output.append(buffer, static_cast<size_t>(got));
  while (::waitpid(pid, &ended.status, 0) < 0 && errno == EINTR) {
  }
  return ended;
}

Result<void> refuse_what_is_there(World& world, const config::Instance& instance) {
  if (world.exists(instance.config_file()))
    return refused("init.exists", {{"folder", instance.root().string()}});
  for (const DirectoryEntry& entry : TRY(world.list(instance.root()))) {
    const bool ours = std::find(own_names.begin(), own_names.end(), entry.name) != own_names.end();
    if (!ours && !entry.name.starts_with(".tmp-"))
      return refused("init.not_empty", {{"folder", instance.root().string()}, {"name", entry.name}});
  }
  return {};
}

}  // namespace

Result<std::string> make_keys(const config::Instance& instance, const Path& programs_folder,
                              const std::optional<Path>& passphrase_file) {
  std::vector<std::string> words = {(programs_folder / "fvm-keeper").string(), "--instance",
                                    instance.root().string(), "--make-keys"};
  if (passphrase_file) {
    words.emplace_back("--passphrase-file");
    words.push_back(std::filesystem::absolute(*passphrase_file).string());
  }
  const Ended ended = TRY(run_and_read(words));
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0) return ended.output;
  if (auto failure = wire::decode<wire::Failure>(ended.output); failure.ok())
    return wire::to_error(std::move(*failure));
  return surroundings("init.keeper_died");
}

Result<std::string> make_instance(World& world, const config::Instance& instance, const Path& programs_folder,
                                  const std::optional<Path>& passphrase_file) {
  TRY(refuse_what_is_there(world, instance));
  TRY(instance.make_folders(world));
  crash_point("init.folders_made");
  const std::string sealed_by = TRY(make_keys(instance, programs_folder, passphrase_file));
  crash_point("init.keys_made");
  TRY(world.create_file(instance.config_file(), config::default_config_text(), 0600));
  return sealed_by;
}

Path programs_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

}  // namespace fvm::supervisor
