#include "selftest/bait.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "wire/reach.hpp"

namespace fvm::selftest {
namespace {

constexpr size_t name_bytes = 8;
constexpr int callers_max = 8;

// On a port of 127.0.0.1 that was free.
Result<Descriptor> open_port(int kind, int& port) {
  Descriptor socket(::socket(AF_INET, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  if (!socket || ::bind(socket.get(), place, bytes) != 0 || ::getsockname(socket.get(), place, &bytes) != 0 ||
      (kind == SOCK_STREAM && ::listen(socket.get(), callers_max) != 0))
    return system_error("open a port for the self-test", errno);
  port = ntohs(address.sin_port);
  return socket;
}

Result<Descriptor> open_abstract(const std::string& name) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), bytes) != 0 ||
      ::listen(socket.get(), callers_max) != 0)
    return system_error("open a socket for the self-test", errno);
  return socket;
}

// What was asked is read first: closing with bytes unread would take the answer back.
void answer_stream(const Descriptor& listener) {
  const Descriptor caller(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const timeval patience{1, 0};
  char byte = 0;
  if (caller && ::setsockopt(caller.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
      ::recv(caller.get(), &byte, 1, 0) == 1)
    (void)!::send(caller.get(), "!", 1, MSG_NOSIGNAL);
}

void answer_datagram(const Descriptor& socket) {
  char byte = 0;
  sockaddr_in from{};
  socklen_t bytes = sizeof from;
  auto* const place = reinterpret_cast<sockaddr*>(&from);
  if (::recvfrom(socket.get(), &byte, 1, 0, place, &bytes) >= 0)
    (void)!::sendto(socket.get(), "!", 1, MSG_NOSIGNAL, place, bytes);
}

}  // namespace

Bait::Bait(World& world, Path folder, std::string name)
    : world_(world), folder_(std::move(folder)), name_(std::move(name)) {}

Result<std::unique_ptr<Bait>> Bait::lay(World& world, const config::Instance& instance) {
  const std::string name = "selftest-" + random_hex(world, name_bytes);
  std::unique_ptr<Bait> bait(new Bait(world, instance.project(name), name));
  TRY(bait->make_places());
  TRY(bait->open_sockets());
  bait->thread_ = std::thread([raw = bait.get()] { raw->answer(); });
  return bait;
}

Bait::~Bait() {
  if (thread_.joinable()) {
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
  }
  (void)world_.remove_tree(folder_);
}

Result<void> Bait::make_places() {
  constexpr unsigned ours = 0700, everybodys = 0755, readable = 0644;
  TRY(world_.make_directories(folder_, everybodys));
  TRY(world_.make_directories(data(), everybodys));
  TRY(world_.make_directories(work(), ours));
  TRY(world_.create_file(data() / "marker", "self-test\n", readable));
  return world_.create_file(file(), "self-test\n", readable);
}

Result<void> Bait::open_sockets() {
  tcp_ = TRY(open_port(SOCK_STREAM, tcp_port_));
  udp_ = TRY(open_port(SOCK_DGRAM, udp_port_));
  abstract_ = TRY(open_abstract(name_));
  stop_ = Descriptor(::eventfd(0, EFD_CLOEXEC));
  if (!stop_) return system_error("make an event", errno);
  return {};
}

void Bait::answer() const {
  for (;;) {
    pollfd wanted[] = {{stop_.get(), POLLIN, 0},
                       {tcp_.get(), POLLIN, 0},
                       {abstract_.get(), POLLIN, 0},
                       {udp_.get(), POLLIN, 0}};
    if (::poll(wanted, std::size(wanted), -1) < 0 && errno != EINTR) return;
    if (wanted[0].revents != 0) return;
    if (wanted[1].revents != 0) answer_stream(tcp_);
    if (wanted[2].revents != 0) answer_stream(abstract_);
    if (wanted[3].revents != 0) answer_datagram(udp_);
  }
}

bool Bait::reached_from_outside() const {
  return wire::reaches(SOCK_STREAM, tcp_port_) && wire::reaches(SOCK_DGRAM, udp_port_) &&
         wire::reaches_abstract(name_) && ::access(file().c_str(), R_OK) == 0;
}

}  // namespace fvm::selftest
