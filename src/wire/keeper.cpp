#include "wire/keeper.hpp"

#include "wire/socket.hpp"

namespace fvm::wire {

Result<CheckpointSignature> sign_checkpoint(const Path& keeper_socket, const std::string& text) {
  auto keeper = TRY(connect(keeper_socket, "fvm-keeper"));
  auto signature = TRY(keeper.call<Signature>(Sign{text}));
  auto keys = TRY(keeper.call<PublicKeys>(GetPublicKeys{}));
  return CheckpointSignature{std::move(signature.bytes), std::move(keys.audit)};
}

}  // namespace fvm::wire
