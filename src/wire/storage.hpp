// Keeping a project's encrypted folder mounted while it is used.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/world.hpp"
#include "wire/socket.hpp"

namespace fvm::wire {

// Held until this goes away, or the process ends.
using StorageHold = std::optional<Connection>;

// Asks fvm-launcher to keep the folder of `project` mounted; when there is no `cipher_folder` the project is
// not encrypted and nobody is asked. "wire.not_running", "storage.not_opened", "keeper.no_storage_key" ...
Result<StorageHold> hold_storage(World& world, const Path& launcher_socket, const Path& cipher_folder,
                                 const std::string& project);
// Has it unmounted now; fine when it is not mounted or not encrypted. Waits for who is just ending:
// "storage.in_use" after `patience_milliseconds`.
Result<void> let_storage_go(World& world, const Path& launcher_socket, const Path& cipher_folder,
                            const std::string& project, int patience_milliseconds);

}  // namespace fvm::wire
