// PURPOSE   The service on the network: public pages and API; login comes with a later version.
// SECURITY  On the network it only reads: the store, and how the other programs are. Cases are changed and
//           safe tables asked for (made by fvm-steward) by an API without login on a Unix socket (mode 0600)
//           in the run folder: whoever can open it is believed, as with fvm --as; none of its routes is on
//           the port. Links no DuckDB, sandbox or key code; opens nothing under mirror/, projects/, released/
//           or keys/. Speaks plain HTTP: put a proxy that ends TLS in front.
// LIMITS    Sizes, times and connections in http/server.hpp.
// BUGS      None known.
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "api/public_routes.hpp"
#include "base/log.hpp"
#include "config/instance.hpp"
#include "fvm-portal/casework_door.hpp"
#include "fvm-portal/public_facts.hpp"
#include "http/server.hpp"

namespace fvm {
namespace {

// The built pages lie beside the programs: in a checkout web/dist, installed share/fvm/web.
Path web_folder() {
  std::error_code ignored;
  const Path program = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  const Path installed = program / ".." / "share" / "fvm" / "web";
  return real_world().exists(installed) ? installed : program / ".." / ".." / "web" / "dist";
}

Result<void> serve(const Path& root, int port) {
  const config::Instance instance(root);
  const config::Config config = TRY(config::read_config(real_world(), instance.config_file()));
  const api::Assets assets = TRY(api::Assets::read(real_world(), web_folder()));
  const api::ServiceFacts facts = facts_of(config, instance);
  http::Router router;
  api::add_public_routes(router, facts, assets);
  http::ServerOptions options{.address = config.portal.address};
  options.port = port >= 0 ? static_cast<uint16_t>(port) : config.portal.port;
  const auto server = TRY(http::Server::start(
      options, [&router](const http::Request& request) { return router.answer(request); }));
  const auto cases = TRY(CaseworkDoor::open(instance, config));
  log_event("portal.ready", {{"address", options.address}, {"port", std::to_string(server->port())}});
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  int signal_number = 0;
  sigwait(&stop, &signal_number);
  log_event("portal.stopping");
  server->stop();
  return {};
}

}  // namespace
}  // namespace fvm

int main(int argc, char** argv) {
  fvm::log_as("fvm-portal");
  // Blocked in every thread, so that sigwait above gets them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  sigprocmask(SIG_BLOCK, &stop, nullptr);
  CLI::App app("Forvaltningsmaskinen: web pages and API", "fvm-portal");
  std::string instance;
  int port = -1;
  app.add_option("--instance", instance, "folder of the instance")->required();
  app.add_option("--port", port, "instead of the configuration's; 0: any free one")
      ->check(CLI::Range(0, 65535));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(fvm::Kind::usage);
  }
  const auto served = fvm::serve(std::filesystem::absolute(instance), port);
  if (served.ok()) return 0;
  fvm::log_error("portal.failed", served.error());
  return static_cast<int>(served.error().kind);
}
