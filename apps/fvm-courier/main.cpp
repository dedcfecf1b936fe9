// PURPOSE   Keeps a copy of every file that anybody tries to send home, and mails those that a reviewer
// approved:
//           fvm-courier --instance DIR.
// SECURITY  Mails only bytes whose SHA-256 carries a recorded approval, to addresses on the institution's
// list at
//           that moment. Parses no file; holds no key; opens no register data.
// LIMITS    release::kept_bytes_max a file, courier::callers_max callers at once.
// BUGS      A mail whose outcome is unknown is held for a person: SMTP cannot tell.
#include <signal.h>
#include <sys/signalfd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/log.hpp"
#include "courier/service.hpp"

namespace {

using namespace fvm;

constexpr int handed_socket = 3;

Result<wire::Listener> listener_for(const config::Instance& instance) {
  const char* handed = std::getenv("LISTEN_FDS");
  if (handed != nullptr && std::string_view(handed) == "1")
    return wire::Listener::adopt(Descriptor(handed_socket));
  return wire::Listener::at(instance.courier_socket());
}

// Ending signals become readable instead of deadly, for this thread and those it starts.
Result<Descriptor> ending_signals() {
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  ::sigaddset(&ending, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  Descriptor readable(::signalfd(-1, &ending, SFD_CLOEXEC));
  if (!readable) return system_error("wait for signals", errno);
  return readable;
}

Result<void> run(const Path& folder) {
  const config::Instance instance(std::filesystem::absolute(folder));
  const config::Config config = TRY(config::read_config(real_world(), instance.config_file()));
  const Descriptor stop = TRY(ending_signals());
  auto listener = TRY(listener_for(instance));
  return courier::serve(real_world(), instance, config, listener, stop.get(), FVM_VERSION);
}

}  // namespace

int main(int argc, char** argv) {
  log_as("fvm-courier");
  if (argc != 3 || std::string_view(argv[1]) != "--instance") {
    std::fprintf(stderr, "fvm-courier --instance DIR; started by \"fvm up\"\n");
    return static_cast<int>(Kind::usage);
  }
  const auto done = run(argv[2]);
  if (done.ok()) return 0;
  log_error("ended", done.error());
  return static_cast<int>(done.error().kind);
}
