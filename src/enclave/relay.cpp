#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>

#include "enclave/run.hpp"

namespace fvm::enclave {
namespace {

constexpr size_t piece_bytes = 64 << 10;

// Bytes on their way from one descriptor to another: reads no more before what it holds is written.
class Passage {
 public:
  Passage(int from, int to) : from_(from), to_(to) {}
  bool done() const { return from_ < 0 && held_.empty(); }
  bool nobody_reads() const { return broken_; }
  void stop_reading() { from_ = -1; }

  pollfd read_wish() const { return {held_.empty() ? from_ : -1, POLLIN, 0}; }
  pollfd write_wish() const { return {held_.empty() ? -1 : to_, POLLOUT, 0}; }

  void read() {
    held_.resize(piece_bytes);
    const ssize_t got = ::read(from_, held_.data(), piece_bytes);
    // A terminal whose other side is gone answers EIO: that is its end of file.
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) from_ = -1;
    held_.resize(got > 0 ? static_cast<size_t>(got) : 0);
  }
  void write() {
    const ssize_t wrote = ::write(to_, held_.data(), held_.size());
    if (wrote < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (wrote < 0) {
      broken_ = true;
      from_ = -1;
      held_.clear();
      return;
    }
    held_.erase(0, static_cast<size_t>(wrote));
  }

 private:
  int from_, to_;
  std::string held_;
  bool broken_ = false;
};

// Only our own ends: the caller's descriptors may be shared with its shell, and are written when poll says
// so.
void never_block(const Descriptor& fd) {
  if (fd) ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

// A regular file or /dev/null is always ready; poll says so too.
constexpr short readable = POLLIN | POLLHUP | POLLERR;
constexpr short writable = POLLOUT | POLLHUP | POLLERR;

wire::Exited ended_by(int signal) {
  return wire::Exited{.code = 128 + signal, .signal = signal};
}

Result<wire::Exited> read_end(wire::Connection& launcher) {
  return wire::Connection::read<wire::Exited>(TRY(launcher.receive()));
}

}  // namespace

Result<wire::Exited> relay(Running running, int in, int out, int error, int wake,
                           const std::function<int(int)>& on_wake) {
  Streams& streams = running.streams;
  const bool terminal = !streams.error;
  for (const Descriptor* fd : {&streams.in, &streams.out, &streams.error}) never_block(*fd);
  Passage to_sandbox(in, streams.in.get()), from_sandbox(streams.out.get(), out);
  Passage errors(terminal ? -1 : streams.error.get(), error);
  std::optional<Result<wire::Exited>> ended;
  while (!ended || !from_sandbox.done() || !errors.done()) {
    pollfd wanted[] = {to_sandbox.read_wish(),
                       to_sandbox.write_wish(),
                       from_sandbox.read_wish(),
                       from_sandbox.write_wish(),
                       errors.read_wish(),
                       errors.write_wish(),
                       {ended ? -1 : running.launcher.descriptor(), POLLIN, 0},
                       {wake, POLLIN, 0}};
    if (::poll(wanted, 8, -1) < 0 && errno != EINTR) return system_error("wait for a session", errno);
    if (wanted[7].revents != 0) {
      if (const int signal = on_wake(streams.in.get()); signal != 0) return ended_by(signal);
    }
    if ((wanted[0].revents & readable) != 0) to_sandbox.read();
    if ((wanted[1].revents & writable) != 0) to_sandbox.write();
    if ((wanted[2].revents & readable) != 0) from_sandbox.read();
    if ((wanted[3].revents & writable) != 0) from_sandbox.write();
    if ((wanted[4].revents & readable) != 0) errors.read();
    if ((wanted[5].revents & writable) != 0) errors.write();
    if (wanted[6].revents != 0) {
      ended = read_end(running.launcher);
      to_sandbox.stop_reading();
    }
    if (to_sandbox.done() && !terminal) streams.in.reset();
    // As when the reader of a pipe goes away in a shell: the writer need not go on.
    if (from_sandbox.nobody_reads() && !ended) return ended_by(SIGPIPE);
  }
  return *ended;
}

}  // namespace fvm::enclave
