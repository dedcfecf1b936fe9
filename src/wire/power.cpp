#include "wire/power.hpp"

namespace fvm::wire {
namespace {

constexpr size_t key_bytes = 32;
constexpr uint64_t file_bytes_max = 128;

// Takes the same time however much of it is right.
bool same(std::string_view a, std::string_view b) {
  unsigned different = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    different |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return different == 0;
}

}  // namespace

Path power_file(const Path& socket) {
  return socket.string() + ".key";
}

Result<Door> Door::beside(World& world, const Path& socket) {
  const Path file = power_file(socket);
  if (!world.exists(file)) {
    const auto made = world.create_file(file, random_hex(world, key_bytes), 0600);
    if (!made.ok() && !world.exists(file)) return made.error();
  }
  return Door(TRY(world.read_file(file, file_bytes_max)));
}

Result<bool> Door::unlocks(const Frame& frame) const {
  if (frame.type != power_type) return false;
  if (key_.size() < 2 * key_bytes || !same(frame.body, key_)) return refused("wire.wrong_key");
  return true;
}

Result<void> change_power(World& world, const Path& socket) {
  return world.replace_file(power_file(socket), random_hex(world, key_bytes), 0600);
}

Result<void> show_power(Connection& connection, const Path& socket) {
  const auto key = real_world().read_file(power_file(socket), file_bytes_max);
  if (!key.ok()) return {};  // he will be told at the first thing that needs it
  return connection.send(power_type, *key);
}

}  // namespace fvm::wire
