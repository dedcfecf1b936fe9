// The kept copies: every file that anybody tried to send, encrypted, one copy of the same bytes.
//
//   kept/ab/NAME.kept = "FVMKEPT1" + sealed key (60) + pieces (crypto/chunks.hpp)
//
// NAME is the keeper's word for these bytes (kept_keys.hpp). The key is made for the copy; what it is sealed
// under is the keeper's and can be destroyed, and with it the copy wherever it lies. Plain copies of before,
// kept/ab/SHA-256, are read too until `encrypt` has taken their place.
//
// Plaintext is never on a disk: it is read into memory files, which end with whoever holds them, killed or
// not. Safe from several threads and programs: they meet at the lock kept/.lock, shared to capture and to
// read, alone to destroy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"
#include "release/kept_keys.hpp"

namespace fvm::release {

struct Kept {
  std::string sha256;  // hexadecimal, of what is kept
  uint64_t bytes = 0;  // of the file as it was
};

// Where the bytes of a file are to be read: a file, or a memory file that nobody can write to.
struct Bytes {
  Path path{};
  Descriptor memory{};  // then `path` is empty
};

// Copies at most `bytes_max`; the digest and size of what was copied.
Result<Kept> copy_bytes(int from, int to, uint64_t bytes_max);

// Overwrites, makes that durable, then removes. Missing is fine. What a disk wrote elsewhere stays there
// (docs/architecture/0016-end-and-storage.md).
Result<void> destroy_bytes(const Path& path);

// The same as copy_bytes into a memory file, sealed; `told`: its digest and size.
Result<Bytes> copy_to_memory(int from, uint64_t bytes_max, Kept& told);

class KeptCopies {
 public:
  KeptCopies(World& world, const config::Instance& instance, KeptKeys keys)
      : world_(world), instance_(instance), keys_(std::move(keys)) {}

  // Keeps what is behind `descriptor` (at most `bytes_max`), durably, mode 0400. The same bytes twice are one
  // copy; one that lies there and is not whole is set aside, never overwritten, and takes no place.
  Result<Kept> keep(int descriptor, uint64_t bytes_max) const;
  // The plaintext. "release.kept_missing" (surroundings, with `sha256`) when there is no copy,
  // "release.kept_changed" when it is not whole, "release.kept_locked" when what opens it is gone.
  Result<Bytes> open(const std::string& sha256) const;
  Result<std::string> read(const std::string& sha256) const;
  // The same without handing anything out: how many bytes there are.
  Result<uint64_t> check(const std::string& sha256) const;

  // What stands where copies of these bytes would stand.
  struct Place {
    Path sealed, plain;
    bool has_key = false;
  };
  Result<Place> place_of(const std::string& sha256) const;
  // Encrypts the plain copy of these bytes and destroys it; false when there is none, or it is not whole.
  Result<bool> encrypt(const std::string& sha256) const;
  // What opens the copy, then its bytes. Again: fine.
  Result<void> destroy(const std::string& sha256) const;

  // Held from before a capture until the attempt is on record: nothing is destroyed meanwhile.
  Result<Descriptor> hold_still() const;
  // Waits until nobody captures or reads.
  Result<Descriptor> hold_alone() const;

 private:
  Result<Kept> keep_whole(int descriptor, uint64_t bytes_max) const;
  Result<void> put_in_place(const Path& temporary, const std::string& sha256, const Path& place) const;
  Result<uint64_t> pour(const std::string& sha256, int to) const;
  World& world_;
  config::Instance instance_;
  KeptKeys keys_;
};

}  // namespace fvm::release
