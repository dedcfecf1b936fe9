// PURPOSE   The service on the network: public pages, login, and the API for those who have logged in.
// SECURITY  Whoever is not logged in can only read what is public. Login is MitID Erhverv (tokens of a broker
//           are parsed here: the one kind of foreign input, by cjose and Boost.JSON) and a password. The API
//           of cases and safe tables (made by fvm-steward) is on the port behind that gate (api/gate.hpp),
//           which says who acts, and without it on a Unix socket (mode 0600) in the run folder: whoever can
//           open that is believed, as with fvm --as. Links no DuckDB, sandbox or key code; opens nothing
//           under mirror/, projects/, released/ or keys/. Speaks plain HTTP: put a proxy that ends TLS in
//           front.
// LIMITS    Sizes, times and connections in http/server.hpp; documents of cases in casework_door.hpp.
// BUGS      None known.
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "api/openapi.hpp"
#include "api/public_routes.hpp"
#include "api/unknown_page.hpp"
#include "base/log.hpp"
#include "casework/document.hpp"
#include "config/desk.hpp"
#include "config/instance.hpp"
#include "config/places.hpp"
#include "confine/confine.hpp"
#include "fvm-portal/casework_door.hpp"
#include "fvm-portal/figures.hpp"
#include "fvm-portal/login_door.hpp"
#include "fvm-portal/public_facts.hpp"
#include "http/server.hpp"
#include "http/strangers.hpp"
#include "oidc/configured.hpp"
#include "wire/daemon.hpp"

namespace fvm {
namespace {

// Some wait for the broker of MitID Erhverv or for a password to be hashed (api/login_access.hpp).
constexpr unsigned threads = 8;

std::vector<uint16_t> ports_of_broker(const config::Config& config) {
  if (config.mitid.issuer.empty()) return {};
  return net::ports_of(oidc::https_options(config.mitid).hosts);
}

// Register data, keys, results and the keys to other programs' powers are out of reach from here on, whatever
// breaks in, and so is every server but the broker (by port). What is left beside the store: pages, settings,
// and what the system's libraries read to find the broker.
Result<void> give_up_the_rest(const config::Instance& instance, const config::Config& config) {
  // What is allowed must be there: a folder that is made later is another.
  for (const Path& folder : {instance.texts(), instance.agreements(), instance.jobs()})
    TRY(real_world().make_directories(folder, 0700));
  std::vector<Path> read = {instance.config_file(), instance.texts(),     instance.agreements(),
                            instance.jobs(),        config::web_folder(), config::common_passwords_folder()};
  // An empty name would be the whole instance.
  if (!config.mitid.client_secret_file.empty())
    read.push_back(instance.root() / config.mitid.client_secret_file);
  if (!config.mitid.ca_file.empty()) read.emplace_back(config.mitid.ca_file);
  const auto system = confine::files_of_the_system();
  read.insert(read.end(), system.begin(), system.end());
  const auto done = TRY(confine::confine({.read = read,
                                          .write = {instance.store_file().parent_path(), instance.audit()},
                                          .listen = {instance.run()},
                                          .connect = ports_of_broker(config)}));
  log_event(done == confine::Done::confined ? "portal.confined" : "portal.not_confined");
  return {};
}

Result<void> serve(const Path& root, int port) {
  const Descriptor ending = TRY(wire::ending_signals());
  const config::Instance instance(root);
  const config::DeskConfig config = TRY(config::read_desk_config(real_world(), instance.config_file()));
  TRY(give_up_the_rest(instance, config));
  const api::Assets assets = TRY(api::Assets::read(real_world(), config::web_folder()));
  api::ServiceFacts facts = facts_of(config, instance);
  facts.news = TRY(news_of(config.service.news));
  http::ServerOptions options{.address = config.portal.address,
                              .threads = threads,
                              .body_bytes_max = casework::application_bytes_max + (64u << 10)};
  options.port = port >= 0 ? static_cast<uint16_t>(port) : config.portal.port;
  const auto cases = TRY(CaseworkDoor::open(instance, config, facts));
  facts.figures = [&cases] { return cases->figures(); };
  const auto login = TRY(LoginDoor::open(instance, config, options.port, cases->ledger(), facts, assets));
  options.large = {
      [&login](http::Request& head) { return api::brings_attachment(head) && login->knows(head); },
      attachment_body_bytes_max};
  http::Router router;
  api::add_public_routes(router, facts, assets);
  login->add_routes(router, cases->routes());
  api::add_openapi_route(router, config.service.name, FVM_VERSION, cases->routes());
  router.otherwise([&](const http::Request& request, http::Response problem) {
    return api::unknown_address(facts, assets, request, std::move(problem));
  });
  http::Strangers strangers(real_world(), TRY(http::Proxies::parse(config.front.trusted_proxies)),
                            {[&](http::Request& request) { return login->knows(request); }, api::is_way_in});
  const auto server = TRY(http::Server::start(options, [&](http::Request request) {
    auto refused = strangers.refusal(request);
    return refused ? std::move(*refused) : router.answer(std::move(request));
  }));
  log_event("portal.ready", {{"address", options.address}, {"port", std::to_string(server->port())}});
  wire::wait_for_ending(ending);
  log_event("portal.stopping");
  server->stop();
  return {};
}

}  // namespace
}  // namespace fvm

int main(int argc, char** argv) {
  fvm::log_as("fvm-portal");
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
