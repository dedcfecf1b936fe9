// PURPOSE   Carries the screens of sessions (desktops) between browsers and the sandboxes that draw them.
// SECURITY  The one program beside the portal that talks to the network, and apart from it so that a portal
// that was
//           taken over sees no pixel: a pixel may show a row. Believes a ticket of fvm-steward only together
//           with MitID Erhverv (its own client at the broker) and with its own book of who was seen before
//           (room admission). Looks at every byte of a screen: pictures go out, keys and pasted text in,
//           nothing else (room screen). Reads no case database, no register data and no key but the one that
//           opens its questions to fvm-steward; runs nothing (room confine). Its pages must have a host name
//           of their own. Plain HTTP: put a proxy that ends TLS in front.
// LIMITS    http/tunnel.hpp, desk/doorman.hpp, desk/routes.hpp, screen/gate.hpp.
// BUGS      None known.
#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/log.hpp"
#include "config/desk.hpp"
#include "config/places.hpp"
#include "confine/confine.hpp"
#include "desk/routes.hpp"
#include "desk/settings.hpp"
#include "http/server.hpp"
#include "http/strangers.hpp"
#include "oidc/configured.hpp"
#include "wire/daemon.hpp"
#include "wire/power.hpp"

namespace fvm {
namespace {

// Some wait for the broker or for fvm-steward.
constexpr unsigned threads = 16;
constexpr unsigned connections_max = 2048;

Result<void> give_up_the_rest(const config::Instance& instance, const config::DeskConfig& config) {
  TRY(real_world().make_directories(config::desk_folder(instance), 0700));
  std::vector<Path> read = {instance.config_file(), config::web_folder(),
                            wire::power_file(instance.steward_socket())};
  // An empty name would be the whole instance.
  if (!config.desk.client_secret_file.empty())
    read.push_back(instance.root() / config.desk.client_secret_file);
  if (!config.mitid.ca_file.empty()) read.emplace_back(config.mitid.ca_file);
  const auto system = confine::files_of_the_system();
  read.insert(read.end(), system.begin(), system.end());
  const auto done =
      TRY(confine::confine({.read = read,
                            .write = {config::desk_folder(instance)},
                            .listen = {},
                            .connect = net::ports_of(oidc::https_options(config.mitid).hosts)}));
  log_event(done == confine::Done::confined ? "desk.confined" : "desk.not_confined");
  return {};
}

Result<void> serve(const Path& root) {
  const Descriptor ending = TRY(wire::ending_signals());
  const config::Instance instance(root);
  const config::DeskConfig config = TRY(config::read_desk_config(real_world(), instance.config_file()));
  TRY(give_up_the_rest(instance, config));
  TRY(desk::check_names(config));
  const http::Assets assets = TRY(http::Assets::read(real_world(), config::web_folder()));
  auto settings = TRY(desk::broker_settings(real_world(), instance, config));
  oidc::Provider provider(real_world(), std::move(settings), net::Https(oidc::https_options(config.mitid)));
  desk::Steward steward(instance.steward_socket());
  admission::Book book(real_world(), config::desk_folder(instance));
  desk::Doorman doorman(real_world(), config, steward, provider, book);
  desk::Access access{.world = real_world(),
                      .doorman = doorman,
                      .steward = steward,
                      .site = {assets, config.service.name, desk::portal_origin(config)},
                      .origin = desk::origin(config),
                      .idle_seconds = int64_t{config.desk.idle_minutes} * 60};
  http::Router router;
  desk::add_routes(router, access);
  const http::ServerOptions options{.address = config.desk.address,
                                    .port = config.desk.port,
                                    .threads = threads,
                                    .connections_max = connections_max,
                                    .body_bytes_max = 64u << 10};
  http::Strangers strangers(real_world(), TRY(http::Proxies::parse(config.front.trusted_proxies)),
                            desk::acquaintance(access));
  const auto server = TRY(http::Server::start(
      options,
      [&](http::Request request) {
        auto refused = strangers.refusal(request);
        return refused ? std::move(*refused) : router.answer(std::move(request));
      },
      desk::screens(access, strangers)));
  log_event("desk.ready", {{"address", options.address}, {"port", std::to_string(server->port())}});
  wire::wait_for_ending(ending);
  log_event("desk.stopping");
  server->stop();
  server->wait();
  return {};
}

}  // namespace
}  // namespace fvm

int main(int argc, char** argv) {
  fvm::log_as("fvm-desk");
  CLI::App app("Forvaltningsmaskinen: desktops in the browser", "fvm-desk");
  std::string instance;
  app.add_option("--instance", instance, "folder of the instance")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(fvm::Kind::usage);
  }
  const auto served = fvm::serve(std::filesystem::absolute(instance));
  if (served.ok()) return 0;
  fvm::log_error("desk.failed", served.error());
  return static_cast<int>(served.error().kind);
}
