#include "fvm/release_send.hpp"

#include "release/progress.hpp"
#include "wire/socket.hpp"

namespace fvm::cli {

Result<release::Request> send_draft(const Context& context, const Services& services,
                                    const release::Draft& draft) {
  const std::string number = TRY(release::begin(*services.ledger, context.user, draft));
  crash_point("release.begun");
  const auto hands = release::real_hands(context.world, services.instance, services.config, *services.ledger);
  return release::advance(context.world, *services.ledger, services.instance, hands, number);
}

void wake_courier(const Services& services, const std::string& number) {
  auto courier = wire::connect(services.instance.courier_socket(), "fvm-courier");
  if (courier.ok()) (void)courier->call<wire::Done>(wire::SendRelease{number});
}

}  // namespace fvm::cli
