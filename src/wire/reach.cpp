#include "wire/reach.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>

#include "base/descriptor.hpp"

namespace fvm::wire {
namespace {

constexpr int answer_milliseconds_max = 1000;

bool answers(const Descriptor& socket) {
  char byte = 0;
  pollfd wanted{socket.get(), POLLIN, 0};
  return ::poll(&wanted, 1, answer_milliseconds_max) == 1 && ::read(socket.get(), &byte, 1) == 1;
}

bool asks(const Descriptor& socket, const sockaddr* address, size_t bytes) {
  return socket && ::connect(socket.get(), address, static_cast<socklen_t>(bytes)) == 0 &&
         ::send(socket.get(), "?", 1, MSG_NOSIGNAL) == 1 && answers(socket);
}

}  // namespace

bool reaches(int kind, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const Descriptor socket(::socket(AF_INET, kind | SOCK_CLOEXEC, 0));
  return asks(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool reaches_abstract(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() + 1 >= sizeof address.sun_path) return false;
  name.copy(address.sun_path + 1, name.size());
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return asks(socket, reinterpret_cast<const sockaddr*>(&address),
              offsetof(sockaddr_un, sun_path) + 1 + name.size());
}

}  // namespace fvm::wire
