#include "wire/power.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace fvm::wire {
namespace {

constexpr size_t header_bytes = 6;

Error broken(std::string_view verb) {
  if (errno == EPIPE || errno == ECONNRESET) return surroundings("wire.closed");
  return system_error(std::string(verb) + " a message", errno);
}

Result<sockaddr_un> address_of(const Path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path)
    return usage("wire.path_too_long", {{"file", path.string()}});
  std::memcpy(address.sun_path, path.c_str(), path.native().size() + 1);
  return address;
}

Result<void> wait_readable(int fd, int timeout_milliseconds) {
  pollfd wanted{fd, POLLIN, 0};
  for (;;) {
    const int ready = ::poll(&wanted, 1, timeout_milliseconds);
    if (ready > 0) return {};
    if (ready == 0) return surroundings("wire.timeout");
    if (errno != EINTR) return system_error("wait for a message", errno);
  }
}

// Sends one piece, with `descriptors` on its first byte.
Result<void> send_piece(int fd, std::string_view bytes, const std::vector<int>& descriptors) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * frame_descriptors_max)] = {};
  if (!descriptors.empty()) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
    std::memcpy(CMSG_DATA(c), descriptors.data(), sizeof(int) * descriptors.size());
  }
  while (part.iov_len > 0) {
    const ssize_t sent = ::sendmsg(fd, &header, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return broken("send");
    part.iov_base = static_cast<char*>(part.iov_base) + sent;
    part.iov_len -= static_cast<size_t>(sent);
    header.msg_control = nullptr;
    header.msg_controllen = 0;
  }
  return {};
}

Result<void> receive_exactly(int fd, char* to, size_t count, std::vector<Descriptor>& descriptors) {
  while (count > 0) {
    iovec part{to, count};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * frame_descriptors_max)];
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    const ssize_t got = ::recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return broken("read");
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
      const size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (size_t i = 0; i < n; ++i) {
        int received = -1;
        std::memcpy(&received, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
        descriptors.emplace_back(received);
      }
    }
    if (got == 0) return surroundings("wire.closed");
    to += got;
    count -= static_cast<size_t>(got);
  }
  return {};
}

}  // namespace

Result<void> Connection::send(Type type, std::string_view body, const std::vector<int>& descriptors) {
  if (body.size() > frame_bytes_max || descriptors.size() > frame_descriptors_max) {
    return defect("wire.message_too_large", {{"bytes", std::to_string(body.size())}});
  }
  std::string bytes(header_bytes, 0);
  const auto length = static_cast<uint32_t>(body.size());
  const auto number = static_cast<uint16_t>(type);
  std::memcpy(bytes.data(), &length, sizeof length);
  std::memcpy(bytes.data() + sizeof length, &number, sizeof number);
  bytes += body;
  return send_piece(socket_.get(), bytes, descriptors);
}

Result<Frame> Connection::receive(int timeout_milliseconds) {
  if (timeout_milliseconds >= 0) TRY(wait_readable(socket_.get(), timeout_milliseconds));
  char header[header_bytes];
  Frame frame;
  TRY(receive_exactly(socket_.get(), header, sizeof header, frame.descriptors));
  uint32_t length = 0;
  uint16_t number = 0;
  std::memcpy(&length, header, sizeof length);
  std::memcpy(&number, header + sizeof length, sizeof number);
  if (length > frame_bytes_max) return surroundings("wire.broken_message");
  frame.type = static_cast<Type>(number);
  frame.body.resize(length);
  TRY(receive_exactly(socket_.get(), frame.body.data(), length, frame.descriptors));
  return frame;
}

Result<Peer> Connection::peer() const {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return system_error("ask who is calling", errno);
  }
  return Peer{credentials.pid, credentials.uid, credentials.gid};
}

Result<Connection> connect_without_power(const Path& path, std::string_view program) {
  const sockaddr_un address = TRY(address_of(path));
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return system_error("make a socket", errno);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return surroundings("wire.not_running", {{"program", std::string(program)}, {"file", path.string()}});
  }
  return Connection(std::move(fd));
}

Result<Connection> connect(const Path& path, std::string_view program) {
  Connection connection = TRY(connect_without_power(path, program));
  const auto shown = show_power(connection, path);
  if (!shown.ok() && shown.error().code != "wire.closed") return shown.error();  // why, is to be received
  return connection;
}

Result<std::pair<Connection, Connection>> pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    return system_error("make a socket", errno);
  return std::make_pair(Connection(Descriptor(fds[0])), Connection(Descriptor(fds[1])));
}

Result<Listener> Listener::at(const Path& path) {
  const sockaddr_un address = TRY(address_of(path));
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return system_error("make a socket", errno);
  ::unlink(path.c_str());
  const mode_t before = ::umask(0177);
  const int bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(fd.get(), 128) != 0) return system_error("listen at " + path.string(), errno);
  return Listener(std::move(fd));
}

Result<Connection> Listener::accept(int timeout_milliseconds) {
  if (timeout_milliseconds >= 0) TRY(wait_readable(socket_.get(), timeout_milliseconds));
  for (;;) {
    Descriptor fd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (fd) return Connection(std::move(fd));
    if (errno != EINTR && errno != ECONNABORTED) return system_error("accept a caller", errno);
  }
}

}  // namespace fvm::wire
