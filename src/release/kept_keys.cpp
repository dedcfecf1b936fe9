#include "release/kept_keys.hpp"

#include "wire/messages.hpp"
#include "wire/socket.hpp"

namespace fvm::release {

KeptKeys keeper_keys(const config::Instance& instance) {
  const auto keeper = [socket = instance.keeper_socket()] { return wire::connect(socket, "fvm-keeper"); };
  KeptKeys keys;
  keys.name = [keeper](const std::string& sha256) -> Result<KeptName> {
    auto told = TRY(TRY(keeper()).call<wire::KeptName>(wire::NameKept{sha256}));
    return KeptName{std::move(told.name), told.has_key != 0};
  };
  keys.seal = [keeper](const std::string& sha256, const std::string& key) -> Result<SealedKey> {
    auto sealed = TRY(TRY(keeper()).call<wire::KeptSealed>(wire::SealKept{sha256, key}));
    return SealedKey{std::move(sealed.name), std::move(sealed.sealed)};
  };
  keys.open = [keeper](const std::string& sha256, const std::string& sealed) -> Result<std::string> {
    return TRY(TRY(keeper()).call<wire::Secret>(wire::OpenKept{sha256, sealed})).bytes;
  };
  keys.destroy = [keeper](const std::string& name) -> Result<void> {
    TRY(TRY(keeper()).call<wire::Done>(wire::DestroyKept{name}));
    return {};
  };
  return keys;
}

}  // namespace fvm::release
