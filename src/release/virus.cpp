#include "release/virus.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/descriptor.hpp"

namespace fvm::release {
namespace {

using namespace std::string_view_literals;

constexpr size_t piece_bytes = 64u << 10, answer_bytes_max = 4096, name_characters_max = 100;

Error failed(const std::string& socket, std::string reason) {
  return surroundings("release.virus_scanner_failed", {{"socket", socket}, {"reason", std::move(reason)}});
}

// How long it is waited for, and the descriptor that ends the waiting; -1: none.
struct Patience {
  int seconds = virus_wait_seconds, ended = -1;
};

// A queue that is full is tried again, for there is nothing to wait for at a Unix socket.
Result<Descriptor> connect_to(const std::string& path, Patience patience) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return failed(path, std::strerror(ENAMETOOLONG));
  path.copy(address.sun_path, path.size());
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return failed(path, std::strerror(errno));
  constexpr int pause_milliseconds = 100, second = 1000;
  const int tries = patience.seconds * second / pause_milliseconds;
  for (int i = 0; ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
       ++i) {
    if ((errno != EAGAIN && errno != EINTR) || i == tries) return failed(path, std::strerror(errno));
    pollfd end{patience.ended, POLLIN, 0};
    if (::poll(&end, 1, pause_milliseconds) > 0) return surroundings("job.ended");
  }
  return socket;
}

// A conversation with the daemon. Waits for it no longer than until `ended` becomes readable.
class Scanner {
 public:
  Scanner(Descriptor socket, std::string path, Patience patience)
      : socket_(std::move(socket)), path_(std::move(path)), patience_(patience) {}

  // False: it hung up, which it does when it has said why.
  Result<bool> put(std::string_view bytes) {
    while (!bytes.empty()) {
      TRY(wait(POLLOUT));
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Up to the zero byte that ends it.
  Result<std::string> answer() {
    std::string answer;
    char piece[512];
    while (answer.size() < answer_bytes_max) {
      TRY(wait(POLLIN));
      const ssize_t got = ::recv(socket_.get(), piece, sizeof piece, 0);
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got < 0) return failed(path_, std::strerror(errno));
      if (got == 0) break;
      answer.append(piece, static_cast<size_t>(got));
      if (const size_t end = answer.find('\0'); end != std::string::npos) return answer.substr(0, end);
    }
    return failed(path_, "no answer");
  }

  Result<void> pour(int descriptor) {
    std::string piece(piece_bytes, 0);
    for (off_t at = 0;;) {
      const ssize_t got = ::pread(descriptor, piece.data(), piece.size(), at);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed(path_, std::strerror(errno));
      const bool more =
          TRY(put_length(static_cast<uint32_t>(got))) && TRY(put({piece.data(), static_cast<size_t>(got)}));
      if (!more || got == 0) return {};
      at += got;
    }
  }

 private:
  Result<void> wait(short what) {
    constexpr int second = 1000;
    pollfd all[] = {{socket_.get(), what, 0}, {patience_.ended, POLLIN, 0}};
    for (;;) {
      const int ready = ::poll(all, std::size(all), patience_.seconds * second);
      if (ready < 0 && errno == EINTR) continue;
      if (ready < 0) return failed(path_, std::strerror(errno));
      if (ready == 0) return failed(path_, std::strerror(ETIMEDOUT));
      if (all[1].revents != 0) return surroundings("job.ended");
      return {};
    }
  }

  Result<bool> put_length(uint32_t bytes) {
    const char length[] = {static_cast<char>(bytes >> 24), static_cast<char>(bytes >> 16),
                           static_cast<char>(bytes >> 8), static_cast<char>(bytes)};
    return put({length, sizeof length});
  }

  Descriptor socket_;
  std::string path_;
  Patience patience_;
};

Result<Scanner> begin(const std::string& path, std::string_view command, Patience patience) {
  Scanner scanner(TRY(connect_to(path, patience)), path, patience);
  if (!TRY(scanner.put(command))) return failed(path, "closed");
  return scanner;
}

std::string in_plain_letters(std::string_view text) {
  std::string out(text.substr(0, name_characters_max));
  std::replace_if(out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

}  // namespace

Result<std::optional<std::string>> look_for_virus(const std::string& socket, int descriptor, int ended) {
  Scanner scanner = TRY(begin(socket, "zINSTREAM\0"sv, {virus_wait_seconds, ended}));
  TRY(scanner.pour(descriptor));
  const std::string answer = TRY(scanner.answer());
  constexpr std::string_view begin = "stream: ", found = " FOUND";
  if (answer == "stream: OK") return std::optional<std::string>();
  if (!answer.starts_with(begin) || !answer.ends_with(found) || answer.size() <= begin.size() + found.size())
    return failed(socket, in_plain_letters(answer));
  return std::optional(in_plain_letters(
      std::string_view(answer).substr(begin.size(), answer.size() - begin.size() - found.size())));
}

Result<std::string> virus_scanner_version(const std::string& socket) {
  constexpr int seconds = 5;  // others may be waiting for whoever asks
  Scanner scanner = TRY(begin(socket, "zVERSION\0"sv, {seconds}));
  return in_plain_letters(TRY(scanner.answer()));
}

std::string_view name_of(VirusScanner::State state) {
  constexpr std::string_view names[] = {"absent", "answers", "silent"};
  return names[static_cast<size_t>(state)];
}

VirusScanner virus_scanner(const std::string& socket) {
  if (socket.empty()) return {};
  auto version = virus_scanner_version(socket);
  if (!version.ok()) return {VirusScanner::State::silent, {}};
  return {VirusScanner::State::answers, std::move(*version)};
}

}  // namespace fvm::release
