// PURPOSE   Holds the keys and answers over its socket: pseudonyms, signatures under checkpoints, the secret
//           of a box of rows put aside, the key of a kept copy. With --make-keys: makes a new instance's keys
//           and exits.
// SECURITY  Sees identifiers without rows and rows never. Refuses other users' connections; a connection that
//           was narrowed gives pseudonyms of one scope and nothing else. Keys are in locked memory, out of
//           core dumps, wiped on exit; no core dump, no debugger of the same user, no new privileges. Whoever
//           is root, or can read this user's files and knows the passphrase, has the keys.
// LIMITS    128 connections, one thread each; a million values a batch.
// BUGS      Ciphers' key schedules are in OpenSSL's ordinary memory: locked only when the system lets us lock
//           all of it (it says so in the log when not).
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/log.hpp"
#include "keeper/service.hpp"
#include "wire/daemon.hpp"

namespace fvm::keeper {
namespace {

constexpr size_t thread_stack_bytes = 512u << 10;  // locked with the rest, so not the usual 8 MiB

std::atomic<bool> stop = false;

struct Options {
  std::optional<Path> instance, passphrase_file;
  bool make_keys = false;
};

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool has_value = i + 1 < argc;
    if (argument == "--instance" && has_value) {
      options.instance = argv[++i];
    } else if (argument == "--passphrase-file" && has_value) {
      options.passphrase_file = argv[++i];
    } else if (argument == "--make-keys") {
      options.make_keys = true;
    } else {
      return std::nullopt;
    }
  }
  return options.instance ? std::optional(options) : std::nullopt;
}

// Before the first key is read: what is not needed is given up.
void harden() {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::umask(022);
}

void lock_memory() {
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, thread_stack_bytes);
  ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
  // With a limit on locked memory, locking all would make the next thread or batch fail; keys lock their own
  // pages in any case.
  rlimit limit{};
  ::getrlimit(RLIMIT_MEMLOCK, &limit);
  const bool unlimited = limit.rlim_cur == RLIM_INFINITY || ::geteuid() == 0;
  if (!unlimited || ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) log_event("only_keys_locked");
}

Result<void> run(const Options& options) {
  World& world = real_world();
  const config::Instance instance(std::filesystem::absolute(*options.instance));
  if (options.make_keys) {
    const SealedBy by = TRY(KeyStore::make(world, instance, options.passphrase_file));
    std::fputs(by == SealedBy::passphrase ? "passphrase" : "key-file", stdout);
    return {};
  }
  lock_memory();
  const auto keys = TRY(KeyStore::open(world, instance, options.passphrase_file));
  wire::Listener listener = TRY(wire::handed_or_made(instance.keeper_socket()));
  auto door = TRY(wire::Door::beside(world, instance.keeper_socket()));
  log_event("started");
  TRY(serve(listener, *keys, FVM_VERSION, stop, std::move(door)));
  log_event("stopped");
  return {};
}

// In --make-keys mode `fvm init` reads our standard output: a Failure in wire format when it did not work.
int report(const Options& options, const Error& error) {
  if (options.make_keys) {
    const std::string failure = wire::encode(wire::to_failure(error));
    std::fwrite(failure.data(), 1, failure.size(), stdout);
  } else {
    log_error("could_not_start", error);
  }
  return static_cast<int>(error.kind);
}

int main_of(int argc, char** argv) {
  log_as("fvm-keeper");
  harden();
  const auto options = parse(argc, argv);
  if (!options) {
    std::fputs("fvm-keeper --instance DIR [--passphrase-file FILE] [--make-keys]; started by \"fvm up\"\n",
               stderr);
    return static_cast<int>(Kind::usage);
  }
  struct sigaction action{};
  action.sa_handler = [](int) { stop = true; };
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  const auto result = run(*options);
  return result.ok() ? 0 : report(*options, result.error());
}

}  // namespace
}  // namespace fvm::keeper

int main(int argc, char** argv) {
  return fvm::keeper::main_of(argc, argv);
}
