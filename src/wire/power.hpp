// Programs of one system user can reach each other's sockets. What a caller may ask for beside how a program
// is, he shows by a key that lies beside the socket (mode 0600): whoever has given up reading files (room
// confine) cannot have it, though the kernel says that he is of the same user.
#pragma once

#include "base/world.hpp"
#include "wire/socket.hpp"

namespace fvm::wire {

// First frame of a connection; its body is the key. No reply.
inline constexpr Type power_type = static_cast<Type>(72);

// Where the key of the program that listens at `socket` lies.
Path power_file(const Path& socket);

// What a program asks of its callers.
class Door {
 public:
  // Reads the key beside `socket`, or makes it.
  static Result<Door> beside(World& world, const Path& socket);
  // True: `frame` is the right key. False: it is no key. "wire.wrong_key" (refused) otherwise.
  Result<bool> unlocks(const Frame& frame) const;

 private:
  explicit Door(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

// A new key for the next start of the program that will listen at `socket`.
Result<void> change_power(World& world, const Path& socket);

// Shows the key, when this program can read it.
Result<void> show_power(Connection& connection, const Path& socket);

}  // namespace fvm::wire
