// A folder for what a job spills or is handed; gone when this is.
#pragma once

#include <utility>

#include "base/world.hpp"

namespace fvm {

class Scratch {
 public:
  // Makes the folder (mode 0700); it may be there already.
  static Result<Scratch> make(World& world, Path path) {
    constexpr unsigned folder_mode = 0700;
    Scratch made(world, std::move(path));
    TRY(world.make_directories(made.path_, folder_mode));
    return made;
  }
  Scratch(Scratch&& other) noexcept : world_(other.world_), path_(std::exchange(other.path_, {})) {}
  ~Scratch() {
    if (!path_.empty()) (void)world_.remove_tree(path_).ok();
  }
  const Path& path() const { return path_; }

 private:
  Scratch(World& world, Path path) : world_(world), path_(std::move(path)) {}
  World& world_;
  Path path_;
};

}  // namespace fvm
