#include "wire/daemon.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace fvm::wire {
namespace {

constexpr int handed_descriptor = 3;

}  // namespace

Result<Listener> handed_or_made(const Path& path) {
  const char* handed = std::getenv("LISTEN_FDS");
  if (handed == nullptr || std::string_view(handed) != "1") return Listener::at(path);
  ::unsetenv("LISTEN_FDS");
  return Listener::adopt(Descriptor(handed_descriptor));
}

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

void wait_for_ending(const Descriptor& signals) {
  signalfd_siginfo got;
  while (::read(signals.get(), &got, sizeof got) < 0 && errno == EINTR) {
  }
}

}  // namespace fvm::wire
