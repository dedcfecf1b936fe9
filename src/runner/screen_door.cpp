#include "runner/screen_door.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/descriptor.hpp"

namespace fvm::runner {
namespace {

constexpr int look_milliseconds = 20;

Descriptor connect_once() {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::string_view(screen_socket).copy(address.sun_path, sizeof address.sun_path - 1);
  if (socket && ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    socket.reset();
  return socket;
}

// It may be on its way up: the desktop and this door start together.
Descriptor connect_screen() {
  for (int waited = 0; waited < screen_milliseconds_max; waited += look_milliseconds) {
    Descriptor screen = connect_once();
    if (screen) return screen;
    ::usleep(look_milliseconds * 1000);
  }
  return {};
}

bool tell(int control, const Descriptor& screen) {
  char word = screen ? screen_ready : screen_missing;
  iovec text{&word, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  if (screen) {
    message.msg_control = room;
    message.msg_controllen = sizeof room;
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = screen.get();
    std::memcpy(CMSG_DATA(head), &number, sizeof number);
  }
  return ::sendmsg(control, &message, MSG_NOSIGNAL) == 1;
}

}  // namespace

void serve_screen(int control) {
  for (;;) {
    char wish = 0;
    const ssize_t got = ::recv(control, &wish, 1, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1 || !tell(control, connect_screen())) return;
  }
}

}  // namespace fvm::runner
