// Bytes that must not reach a disk: in memory of their own that is locked, left out of core dumps, not
// inherited by child processes, and wiped when the owner lets go.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::crypto {

class Secret {
 public:
  Secret() = default;
  // Moves `bytes` in and wipes the text that they came in.
  static Result<Secret> take(std::string& bytes);
  static Result<Secret> random(World& world, size_t bytes);
  Secret(Secret&& other) noexcept
      : at_(std::exchange(other.at_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Secret& operator=(Secret&& other) noexcept {
    std::swap(at_, other.at_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Secret();

  std::string_view view() const { return {at_, bytes_}; }

 private:
  static Result<Secret> of_size(size_t bytes);
  char* at_ = nullptr;
  size_t bytes_ = 0;
};

// Whether two texts are equal; takes the same time wherever they differ.
bool same_secret(std::string_view a, std::string_view b);
// Overwrites a text that held a secret on its way.
void wipe(std::string& text);

}  // namespace fvm::crypto
