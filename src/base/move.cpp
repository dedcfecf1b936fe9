#include "base/move.hpp"

namespace fvm {
namespace {

Result<void> copy_whole(World& world, const Path& from, const Path& to) {
  std::error_code failed;
  std::filesystem::copy_file(from, to, failed);
  if (failed) return system_error("copy " + to.string(), failed.value());
  return world.flush(to);
}

}  // namespace

Result<void> move_file(World& world, const Path& from, const Path& to) {
  const auto renamed = world.rename(from, to);
  if (renamed.ok() || renamed.error().code != "file.other_system") return renamed;
  const Path copy = to.parent_path() / (".tmp-" + random_hex(world, 8));
  auto done = copy_whole(world, from, copy);
  if (done.ok()) done = world.rename(copy, to);
  if (!done.ok()) {
    (void)world.remove(copy).ok();
    return done;
  }
  return world.remove(from);
}

}  // namespace fvm
