#include "release/copy_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "crypto/chunks.hpp"
#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"

namespace fvm::release {
namespace {

constexpr size_t front_bytes = copy_title.size() + sealed_key_bytes;

// As much of `buffer` as there is at `offset`.
Result<size_t> read_at(int from, std::string& buffer, size_t wanted, uint64_t offset) {
  size_t got = 0;
  while (got < wanted) {
    const ssize_t some = ::pread(from, buffer.data() + got, wanted - got, static_cast<off_t>(offset + got));
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) return system_error("read the file to be kept", errno);
    if (some == 0) break;
    got += static_cast<size_t>(some);
  }
  return got;
}

Error changed() {
  return surroundings("release.kept_changed");
}

}  // namespace

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && (errno == ENOSPC || errno == EDQUOT))
      return surroundings("file.disk_full", {{"file", "kept"}});
    if (wrote < 0) return system_error("keep a copy", errno);
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return {};
}

Result<Kept> copy_bytes(int from, int to, uint64_t bytes_max) {
  crypto::Sha256 digest;
  Kept kept;
  std::string buffer(1 << 20, 0);
  while (kept.bytes < bytes_max) {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), bytes_max - kept.bytes));
    const size_t got = TRY(read_at(from, buffer, wanted, kept.bytes));
    if (got == 0) break;
    const std::string_view piece(buffer.data(), got);
    digest.add(piece);
    TRY(write_all(to, piece));
    kept.bytes += piece.size();
  }
  kept.sha256 = crypto::to_hex(digest.finish());
  return kept;
}

// Reads one piece ahead: the last is marked, and a file may end anywhere, also by growing or shrinking while
// it is read.
Result<Kept> write_copy(int from, int to, std::string_view key, uint64_t bytes_max) {
  if (::lseek(to, front_bytes, SEEK_SET) < 0) return system_error("keep a copy", errno);
  crypto::Sha256 digest;
  Kept kept;
  std::string now(crypto::chunk_bytes, 0), next(crypto::chunk_bytes, 0);
  const auto wanted = [&](uint64_t offset) {
    return static_cast<size_t>(std::min<uint64_t>(crypto::chunk_bytes, bytes_max - offset));
  };
  size_t in_now = TRY(read_at(from, now, wanted(0), 0));
  for (uint64_t position = 0;; ++position) {
    const uint64_t ahead = kept.bytes + in_now;
    const bool full = in_now == crypto::chunk_bytes;
    const size_t in_next = full ? TRY(read_at(from, next, wanted(ahead), ahead)) : 0;
    const std::string_view piece(now.data(), in_now);
    digest.add(piece);
    TRY(write_all(to, crypto::seal_chunk(key, copy_title, {position, in_next == 0}, piece)));
    kept.bytes = ahead;
    if (in_next == 0) break;
    std::swap(now, next);
    in_now = in_next;
  }
  kept.sha256 = crypto::to_hex(digest.finish());
  return kept;
}

Result<void> write_front(int to, std::string_view sealed_key) {
  if (sealed_key.size() != sealed_key_bytes || ::lseek(to, 0, SEEK_SET) < 0) return changed();
  return write_all(to, std::string(copy_title) + std::string(sealed_key));
}

Result<std::string> read_front(int copy) {
  std::string front(front_bytes, 0);
  if (TRY(read_at(copy, front, front_bytes, 0)) != front_bytes || !front.starts_with(copy_title))
    return changed();
  return front.substr(copy_title.size());
}

Result<void> read_copy(int copy, std::string_view key,
                       const std::function<Result<void>(std::string_view)>& take) {
  struct stat facts{};
  if (::fstat(copy, &facts) != 0) return system_error("read a kept copy", errno);
  uint64_t offset = front_bytes;
  const auto end = static_cast<uint64_t>(facts.st_size);
  std::string buffer(crypto::sealed_chunk_bytes, 0);
  for (uint64_t position = 0;; ++position) {
    if (offset >= end) return changed();
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), end - offset));
    const bool last = offset + wanted == end;
    if (TRY(read_at(copy, buffer, wanted, offset)) != wanted) return changed();
    auto piece =
        crypto::open_chunk(key, copy_title, {position, last}, std::string_view(buffer.data(), wanted));
    if (!piece) return changed();
    TRY(take(*piece));
    if (last) return {};
    offset += wanted;
  }
}

}  // namespace fvm::release
