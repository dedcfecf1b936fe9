// One encrypted copy as a file: written while the bytes are read, because their SHA-256, and with it the name
// of the copy, is known at the end only; so the sealed key is put in front afterwards.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "release/copies.hpp"

namespace fvm::release {

inline constexpr std::string_view copy_title = "FVMKEPT1";

// Encrypts at most `bytes_max` of `from`, from its beginning, under `key` into the empty file `to`, leaving
// room in front.
Result<Kept> write_copy(int from, int to, std::string_view key, uint64_t bytes_max);
Result<void> write_front(int to, std::string_view sealed_key);

// The sealed key; "release.kept_changed" when it is no such file.
Result<std::string> read_front(int copy);
// Each piece is told to `take` once it is known to be whole. "release.kept_changed".
Result<void> read_copy(int copy, std::string_view key,
                       const std::function<Result<void>(std::string_view)>& take);

// All of it, or an error.
Result<void> write_all(int to, std::string_view bytes);

}  // namespace fvm::release
