#include "pgwire/server.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "pgwire/conversation.hpp"

namespace fvm::pgwire {
namespace {

constexpr int socket_buffer_bytes = 1 << 20;
constexpr int housekeeping_milliseconds = 200;

class SocketChannel final : public Channel {
 public:
  explicit SocketChannel(int fd) : fd_(fd) {}
  size_t read(std::span<char> into) override {
    for (;;) {
      const ssize_t got = ::recv(fd_, into.data(), into.size(), 0);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) return 0;
    }
  }
  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EINTR) return false;
      if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

 private:
  int fd_;
};

void set_read_patience(int fd, uint32_t milliseconds) {  // 0: for ever
  const timeval limit{milliseconds / 1000, static_cast<suseconds_t>(milliseconds % 1000) * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

// Only the user who runs this server may talk to it.
bool is_own_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

Result<Descriptor> listen_at(const Path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path)
    return usage("wire.path_too_long", {{"file", path.string()}});
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::unlink(path.c_str());
  const mode_t before = ::umask(0077);
  const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (!socket || bound != 0 || ::listen(socket.get(), 64) != 0)
    return system_error("listen on " + path.string(), errno);
  return socket;
}

class SocketServer final : public Server {
 public:
  SocketServer(World& world, Engine& engine, ServerOptions options, Descriptor socket)
      : world_(world),
        engine_(engine),
        options_(std::move(options)),
        socket_(std::move(socket)),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~SocketServer() override { end_all(); }
  void run() override;
  void stop() override {
    const uint64_t one = 1;
    stopping_ = true;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  }

 private:
  struct Line final : Surroundings {
    SocketServer* server = nullptr;
    Descriptor socket;
    Key own;
    Session* session = nullptr;  // guarded by server->mutex_
    bool hung_up = false;        // only the accepting thread looks
    std::atomic<bool> done = false;
    std::thread thread;

    Key key() override { return own; }
    void started(Session& opened) override {
      set_read_patience(socket.get(), 0);
      const std::lock_guard lock(server->mutex_);
      session = &opened;
    }
    void ended() override {
      const std::lock_guard lock(server->mutex_);
      session = nullptr;
    }
    void cancel(const CancelRequest& request) override { server->cancel(request); }
    void talk() {
      SocketChannel channel(socket.get());
      Conversation(channel, server->engine_, *this).run();
      ::shutdown(socket.get(), SHUT_RDWR);
      done = true;
      server->nudge();
    }
  };

  void accept_one();
  void watch();
  void collect();
  void end_all();
  void cancel(const CancelRequest& request);
  void nudge() {
    const uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  }

  World& world_;
  Engine& engine_;
  ServerOptions options_;
  Descriptor socket_, wake_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;       // guards Line::session of all lines, and changes of lines_
  std::list<Line> lines_;  // changed by the accepting thread only
  int32_t last_process_ = 0;
};

void SocketServer::run() {
  while (!stopping_) {
    watch();
    collect();
  }
  end_all();
}

// Waits for a new connection, for a line that ended, and for frontends that hang up in the middle of a query.
void SocketServer::watch() {
  std::vector<pollfd> waiting{{socket_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
  std::vector<Line*> watched;
  for (auto& line : lines_) {
    if (line.hung_up || line.done) continue;
    waiting.push_back({line.socket.get(), POLLRDHUP, 0});
    watched.push_back(&line);
  }
  if (::poll(waiting.data(), waiting.size(), housekeeping_milliseconds) <= 0) return;
  uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
  for (size_t i = 0; i < watched.size(); ++i) {
    if ((waiting[i + 2].revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0) continue;
    watched[i]->hung_up = true;
    const std::lock_guard lock(mutex_);
    if (watched[i]->session != nullptr) watched[i]->session->interrupt();
  }
  if ((waiting[0].revents & POLLIN) != 0) accept_one();
}

void SocketServer::accept_one() {
  Descriptor socket(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket || !is_own_user(socket.get())) return;
  if (lines_.size() >= options_.connections_max) {
    SocketChannel channel(socket.get());
    Output(channel).fatal(sql_error("53300", "sorry, too many clients already"));
    return;
  }
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &socket_buffer_bytes, sizeof socket_buffer_bytes);
  set_read_patience(socket.get(), options_.startup_milliseconds_max);
  int32_t secret = 0;
  world_.random(std::as_writable_bytes(std::span(&secret, 1)));
  const std::lock_guard lock(mutex_);
  auto& line = lines_.emplace_back();
  line.server = this;
  line.socket = std::move(socket);
  line.own = {++last_process_, secret};
  line.thread = std::thread([&line] { line.talk(); });
}

void SocketServer::collect() {
  for (auto line = lines_.begin(); line != lines_.end();) {
    if (!line->done) {
      ++line;
      continue;
    }
    line->thread.join();
    const std::lock_guard lock(mutex_);
    line = lines_.erase(line);
  }
}

void SocketServer::end_all() {
  for (auto& line : lines_) {
    ::shutdown(line.socket.get(), SHUT_RDWR);
    const std::lock_guard lock(mutex_);
    if (line.session != nullptr) line.session->interrupt();
  }
  for (auto& line : lines_) line.thread.join();
  const std::lock_guard lock(mutex_);
  lines_.clear();
}

void SocketServer::cancel(const CancelRequest& request) {
  const std::lock_guard lock(mutex_);
  for (auto& line : lines_)
    if (line.own.process == request.process && line.own.secret == request.secret && line.session != nullptr)
      line.session->interrupt();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(World& world, Engine& engine, ServerOptions options) {
  const Path path = options.socket_folder / (".s.PGSQL." + std::to_string(options.port));
  auto socket = TRY(listen_at(path));
  return std::unique_ptr<Server>(
      std::make_unique<SocketServer>(world, engine, std::move(options), std::move(socket)));
}

}  // namespace fvm::pgwire
