// rooms: base
// A client of PostgreSQL's protocol that reads a query's rows and throws them away, so that what is measured
// is the server. Usage: bench_fetch_client SOCKET DATABASE USER SQL; prints rows, bytes and seconds.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace {

int connect_to(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  return ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

void add_length(std::string& to, size_t length) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(length >> shift);
}

bool send_all(int fd, const std::string& bytes) {
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

std::string startup(const std::string& database, const std::string& user) {
  std::string body("\0\3\0\0", 4);
  for (const auto& text : {std::string("user"), user, std::string("database"), database}) body += text + '\0';
  body += '\0';
  std::string message;
  add_length(message, body.size() + 4);
  return message + body;
}

std::string query(const std::string& sql) {
  std::string message = "Q";
  add_length(message, sql.size() + 5);
  return message + sql + '\0';
}

// Message by message over a large buffer; only their heads are looked at.
class Discarder {
 public:
  explicit Discarder(int fd) : fd_(fd), buffer_(1 << 20) {}
  uint64_t rows = 0, bytes = 0;
  bool failed = false;

  bool until_ready() {
    for (;;) {
      if (!need(5)) return false;
      const char type = buffer_[at_];
      uint32_t length = 0;
      std::memcpy(&length, buffer_.data() + at_ + 1, 4);
      length = __builtin_bswap32(length);
      if (type == 'D') ++rows;
      if (type == 'E') failed = true;
      if (!skip(length + 1)) return false;
      if (type == 'Z') return true;
    }
  }

 private:
  bool fill() {
    const ssize_t got = ::recv(fd_, buffer_.data() + end_, buffer_.size() - end_, 0);
    if (got <= 0) return false;
    end_ += static_cast<size_t>(got);
    bytes += static_cast<uint64_t>(got);
    return true;
  }
  bool need(size_t count) {
    if (end_ - at_ < count && at_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + at_, end_ - at_);
      end_ -= at_;
      at_ = 0;
    }
    while (end_ - at_ < count)
      if (!fill()) return false;
    return true;
  }
  bool skip(size_t count) {
    while (count > end_ - at_) {
      count -= end_ - at_;
      at_ = end_ = 0;
      if (!fill()) return false;
    }
    at_ += count;
    return true;
  }
  int fd_;
  std::vector<char> buffer_;
  size_t at_ = 0, end_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::fprintf(stderr, "usage: %s SOCKET DATABASE USER SQL\n", argv[0]), 2;
  const int fd = connect_to(argv[1]);
  if (fd < 0) return std::perror("connect"), 3;
  Discarder discarder(fd);
  if (!send_all(fd, startup(argv[2], argv[3])) || !discarder.until_ready()) return 3;
  const auto start = std::chrono::steady_clock::now();
  if (!send_all(fd, query(argv[4])) || !discarder.until_ready()) return 3;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("rows=%llu bytes=%llu seconds=%.4f\n", static_cast<unsigned long long>(discarder.rows),
              static_cast<unsigned long long>(discarder.bytes), seconds.count());
  return discarder.failed ? 1 : 0;
}
