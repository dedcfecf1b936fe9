#include "fvm/terminal.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

namespace fvm::cli {

bool at_terminal() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

Result<SignalsAndTerminal> SignalsAndTerminal::take(Mode mode) {
  SignalsAndTerminal taken;
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int number : {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT}) ::sigaddset(&wanted, number);
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  taken.signals_.reset(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!taken.signals_) return system_error("wait for signals", errno);
  if (mode == Mode::pipes) return taken;
  taken.terminal_.reset(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!taken.terminal_ || ::tcgetattr(taken.terminal_.get(), &taken.before_) != 0) {
    return system_error("look at the terminal", errno);
  }
  termios raw = taken.before_;
  ::cfmakeraw(&raw);
  if (::tcsetattr(taken.terminal_.get(), TCSANOW, &raw) != 0) return system_error("set the terminal", errno);
  return taken;
}

SignalsAndTerminal::~SignalsAndTerminal() {
  if (terminal_) ::tcsetattr(terminal_.get(), TCSADRAIN, &before_);
}

int SignalsAndTerminal::answer(int session_terminal) {
  signalfd_siginfo came{};
  if (::read(signals_.get(), &came, sizeof came) != sizeof came) return 0;
  if (came.ssi_signo != SIGWINCH) return static_cast<int>(came.ssi_signo);
  winsize size{};
  if (terminal_ && ::ioctl(terminal_.get(), TIOCGWINSZ, &size) == 0)
    ::ioctl(session_terminal, TIOCSWINSZ, &size);
  return 0;
}

}  // namespace fvm::cli
