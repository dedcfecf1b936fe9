#include "release/virus.hpp"

#include <sys/socket.h>
#include <sys/time.h>
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

Result<Descriptor> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return failed(path, std::strerror(ENAMETOOLONG));
  path.copy(address.sun_path, path.size());
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval wait{virus_wait_seconds, 0};
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0 ||
      ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) != 0 ||
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed(path, std::strerror(errno));
  return socket;
}

// False: it hung up, which it does when it has said why.
bool put(const Descriptor& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool put_length(const Descriptor& to, uint32_t bytes) {
  const char length[] = {static_cast<char>(bytes >> 24), static_cast<char>(bytes >> 16),
                         static_cast<char>(bytes >> 8), static_cast<char>(bytes)};
  return put(to, {length, sizeof length});
}

// Up to the zero byte that ends it.
Result<std::string> answer_of(const Descriptor& from, const std::string& socket) {
  std::string answer;
  char piece[512];
  while (answer.size() < answer_bytes_max) {
    const ssize_t got = ::recv(from.get(), piece, sizeof piece, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(socket, std::strerror(errno));
    if (got == 0) break;
    answer.append(piece, static_cast<size_t>(got));
    if (const size_t end = answer.find('\0'); end != std::string::npos) return answer.substr(0, end);
  }
  return failed(socket, "no answer");
}

std::string in_plain_letters(std::string_view text) {
  std::string out(text.substr(0, name_characters_max));
  std::replace_if(out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

Result<void> pour(const Descriptor& to, int descriptor, const std::string& socket) {
  std::string piece(piece_bytes, 0);
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(descriptor, piece.data(), piece.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(socket, std::strerror(errno));
    if (!put_length(to, static_cast<uint32_t>(got)) || !put(to, {piece.data(), static_cast<size_t>(got)}))
      return {};
    if (got == 0) return {};
    at += got;
  }
}

}  // namespace

Result<std::optional<std::string>> look_for_virus(const std::string& socket, int descriptor) {
  const Descriptor scanner = TRY(connect_to(socket));
  if (!put(scanner, "zINSTREAM\0"sv)) return failed(socket, "closed");
  TRY(pour(scanner, descriptor, socket));
  const std::string answer = TRY(answer_of(scanner, socket));
  constexpr std::string_view begin = "stream: ", found = " FOUND";
  if (answer == "stream: OK") return std::optional<std::string>();
  if (!answer.starts_with(begin) || !answer.ends_with(found) || answer.size() <= begin.size() + found.size())
    return failed(socket, in_plain_letters(answer));
  return std::optional(in_plain_letters(
      std::string_view(answer).substr(begin.size(), answer.size() - begin.size() - found.size())));
}

Result<std::string> virus_scanner_version(const std::string& socket) {
  const Descriptor scanner = TRY(connect_to(socket));
  if (!put(scanner, "zVERSION\0"sv)) return failed(socket, "closed");
  return in_plain_letters(TRY(answer_of(scanner, socket)));
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
