#include "wire/storage.hpp"

#include <unistd.h>

namespace fvm::wire {
namespace {

constexpr int pause_milliseconds = 50;

}  // namespace

Result<StorageHold> hold_storage(World& world, const Path& launcher_socket, const Path& cipher_folder,
                                 const std::string& project) {
  if (!world.exists(cipher_folder)) return StorageHold();
  auto launcher = TRY(connect(launcher_socket, "fvm-launcher"));
  TRY(launcher.call<Done>(HoldStorage{project}));
  return StorageHold(std::move(launcher));
}

Result<void> let_storage_go(World& world, const Path& launcher_socket, const Path& cipher_folder,
                            const std::string& project, int patience_milliseconds) {
  if (!world.exists(cipher_folder)) return {};
  for (int waited = 0;; waited += pause_milliseconds) {
    auto launcher = TRY(connect(launcher_socket, "fvm-launcher"));
    auto gone = launcher.call<Done>(LetStorageGo{project});
    if (gone.ok()) return {};
    if (gone.error().code != "storage.in_use" || waited >= patience_milliseconds) return gone.error();
    ::usleep(pause_milliseconds * 1000);
  }
}

}  // namespace fvm::wire
