#include "release/copies.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.hpp"
#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"
#include "release/copy_file.hpp"

namespace fvm::release {
namespace {

constexpr size_t key_bytes = 32;

// Removes a half-written copy however the function ends.
struct Temporary {
  Path path;
  ~Temporary() { ::unlink(path.c_str()); }
};

// Wiped when it goes.
struct Key {
  std::string bytes;
  explicit Key(std::string b) : bytes(std::move(b)) {}
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { crypto::wipe(bytes); }
};

Result<void> flush_folder(const Path& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return system_error("flush the kept files", errno);
  return {};
}

Descriptor open_file(const Path& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
}

Error missing(const std::string& sha256) {
  return surroundings("release.kept_missing", {{"sha256", sha256}});
}
Error changed(const std::string& sha256) {
  return surroundings("release.kept_changed", {{"sha256", sha256}});
}

// The keeper's word on what is sealed in a copy, as one on the copy; that it is down is none.
Error about_the_copy(const Error& told, const std::string& sha256) {
  if (told.code == "keeper.no_kept_key") return surroundings("release.kept_locked", {{"sha256", sha256}});
  return told.code == "keeper.kept_key_damaged" ? changed(sha256) : told;
}

Result<Descriptor> locked(const Path& folder, int how) {
  Descriptor lock(::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  while (lock && ::flock(lock.get(), how) != 0) {
    if (errno != EINTR) return system_error("lock the kept copies", errno);
  }
  if (!lock) return system_error("lock the kept copies", errno);
  return lock;
}

// Nobody can write to it any more, whoever gets it.
Result<void> seal_memory(const Descriptor& memory) {
  if (::fchmod(memory.get(), 0444) != 0 ||
      ::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
    return system_error("make a memory file", errno);
  return {};
}

Result<void> overwrite(const Path& path, uint64_t bytes) {
  ::chmod(path.c_str(), 0600);
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return system_error("open " + path.string(), errno);
  const std::string zeros(1 << 20, 0);
  while (bytes > 0) {
    const size_t some = static_cast<size_t>(std::min<uint64_t>(bytes, zeros.size()));
    TRY(write_all(fd.get(), std::string_view(zeros).substr(0, some)));
    bytes -= some;
  }
  return ::fsync(fd.get()) == 0 ? Result<void>() : system_error("overwrite " + path.string(), errno);
}

Result<Descriptor> new_memory() {
  Descriptor memory(::memfd_create("kept", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) return system_error("make a memory file", errno);
  return memory;
}

}  // namespace

// A capture that was killed may have left its own name of a copy that is in its place: only the name goes.
Result<void> destroy_bytes(const Path& path) {
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0)
    return errno == ENOENT ? Result<void>() : system_error("look at " + path.string(), errno);
  if (S_ISREG(facts.st_mode) && facts.st_nlink == 1)
    TRY(overwrite(path, static_cast<uint64_t>(facts.st_size)));
  if (::unlink(path.c_str()) != 0) return system_error("remove " + path.string(), errno);
  return flush_folder(path.parent_path());
}

Result<Bytes> copy_to_memory(int from, uint64_t bytes_max, Kept& told) {
  Bytes bytes{{}, TRY(new_memory())};
  told = TRY(copy_bytes(from, bytes.memory.get(), bytes_max));
  TRY(seal_memory(bytes.memory));
  return bytes;
}

Result<Descriptor> KeptCopies::hold_still() const {
  return locked(instance_.kept(), LOCK_SH);
}
Result<Descriptor> KeptCopies::hold_alone() const {
  return locked(instance_.kept(), LOCK_EX);
}

Result<KeptCopies::Place> KeptCopies::place_of(const std::string& sha256) const {
  const KeptName told = TRY(keys_.name(sha256));
  return Place{instance_.kept() / told.name.substr(0, 2) / (told.name + ".kept"),
               instance_.kept() / sha256.substr(0, 2) / sha256, told.has_key};
}

Result<Kept> KeptCopies::keep(int descriptor, uint64_t bytes_max) const {
  const Descriptor still = TRY(hold_still());
  return keep_whole(descriptor, bytes_max);
}

Result<Kept> KeptCopies::keep_whole(int descriptor, uint64_t bytes_max) const {
  struct stat facts{};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode))
    return refused("release.not_a_file", {{"file", "?"}});
  const Temporary temporary{instance_.kept() / (".incoming-" + random_hex(world_, 8))};
  const Descriptor out(::open(temporary.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (!out) return system_error("make a copy in " + instance_.kept().string(), errno);
  Key key(std::string(key_bytes, 0));
  world_.random(std::as_writable_bytes(std::span(key.bytes)));
  Kept kept = TRY(write_copy(descriptor, out.get(), key.bytes, bytes_max));
  crash_point("kept.written");
  const SealedKey sealed = TRY(keys_.seal(kept.sha256, key.bytes));
  TRY(write_front(out.get(), sealed.sealed));
  if (::fsync(out.get()) != 0) return system_error("flush the kept copy", errno);
  crash_point("kept.sealed");
  TRY(put_in_place(temporary.path, kept.sha256,
                   instance_.kept() / sealed.name.substr(0, 2) / (sealed.name + ".kept")));
  crash_point("kept.in_place");
  kept.bytes = std::max<uint64_t>(kept.bytes, static_cast<uint64_t>(facts.st_size));
  return kept;
}

// A link never replaces: what is kept once stays as it is, also what is damaged, under another name.
Result<void> KeptCopies::put_in_place(const Path& temporary, const std::string& sha256,
                                      const Path& place) const {
  TRY(world_.make_directories(place.parent_path(), 0700));
  while (::link(temporary.c_str(), place.c_str()) != 0) {
    if (errno != EEXIST) return system_error("keep " + place.string(), errno);
    const auto whole = pour(sha256, -1);
    if (whole.ok()) break;
    if (whole.error().code != "release.kept_changed") return whole.error();
    const Path aside = place.string() + ".damaged-" + random_hex(world_, 4);
    log_event("kept.set_aside", {{"name", aside.filename().string()}});
    if (::rename(place.c_str(), aside.c_str()) != 0 && errno != ENOENT)
      return system_error("set aside " + place.string(), errno);
  }
  TRY(flush_folder(place.parent_path()));
  return flush_folder(instance_.kept());
}

// The plaintext of the copy into `to` (-1: nowhere), and whether it is that of this digest.
Result<uint64_t> KeptCopies::pour(const std::string& sha256, int to) const {
  const Place place = TRY(place_of(sha256));
  crypto::Sha256 digest;
  uint64_t bytes = 0;
  const auto take = [&](std::string_view piece) -> Result<void> {
    digest.add(piece);
    bytes += piece.size();
    return to < 0 ? Result<void>() : write_all(to, piece);
  };
  if (const Descriptor copy = open_file(place.sealed); copy) {
    auto front = read_front(copy.get());
    if (!front.ok()) return changed(sha256);
    auto opened = keys_.open(sha256, *front);
    if (!opened.ok()) return about_the_copy(opened.error(), sha256);
    const Key key(std::move(*opened));
    if (const auto read = read_copy(copy.get(), key.bytes, take); !read.ok())
      return read.error().code == "release.kept_changed" ? changed(sha256) : read.error();
    if (crypto::to_hex(digest.finish()) != sha256) return changed(sha256);
    return bytes;
  }
  const Descriptor plain = open_file(place.plain);
  if (!plain) return missing(sha256);
  const Descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const Kept read = TRY(copy_bytes(plain.get(), to < 0 ? nowhere.get() : to, UINT64_MAX));
  if (read.sha256 != sha256) return changed(sha256);
  return read.bytes;
}

Result<Bytes> KeptCopies::open(const std::string& sha256) const {
  if (sha256.empty()) return missing(sha256);
  const Descriptor still = TRY(hold_still());
  Bytes bytes{{}, TRY(new_memory())};
  TRY(pour(sha256, bytes.memory.get()));
  TRY(seal_memory(bytes.memory));
  return bytes;
}

Result<std::string> KeptCopies::read(const std::string& sha256) const {
  const Bytes bytes = TRY(open(sha256));
  struct stat facts{};
  if (::fstat(bytes.memory.get(), &facts) != 0) return system_error("read a kept copy", errno);
  std::string text(static_cast<size_t>(facts.st_size), 0);
  for (size_t at = 0; at < text.size();) {
    const ssize_t got =
        ::pread(bytes.memory.get(), text.data() + at, text.size() - at, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return system_error("read a kept copy", errno);
    at += static_cast<size_t>(got);
  }
  return text;
}

Result<uint64_t> KeptCopies::check(const std::string& sha256) const {
  const Descriptor still = TRY(hold_still());
  return pour(sha256, -1);
}

Result<bool> KeptCopies::encrypt(const std::string& sha256) const {
  const Descriptor alone = TRY(hold_alone());
  const Path plain = TRY(place_of(sha256)).plain;
  if (!world_.exists(plain)) return false;
  const Descriptor fd = open_file(plain);
  if (!fd) return system_error("read " + plain.string(), errno);
  const auto digest = TRY(crypto::sha256_of_descriptor(fd.get()));
  if (crypto::to_hex(digest.sha256) != sha256) return false;  // `verify_kept` tells
  TRY(keep_whole(fd.get(), UINT64_MAX));
  TRY(pour(sha256, -1));  // the encrypted one, from the disk: only then may the plain one go
  crash_point("kept.encrypted");
  TRY(destroy_bytes(plain));
  return true;
}

Result<void> KeptCopies::destroy(const std::string& sha256) const {
  const Place place = TRY(place_of(sha256));
  TRY(keys_.destroy(place.sealed.stem().string()));
  crash_point("kept.key_destroyed");
  for (const Path& path : {place.sealed, place.plain}) {
    TRY(destroy_bytes(path));
    crash_point("kept.bytes_destroyed");
  }
  return {};
}

}  // namespace fvm::release
