#include "fvm-portal/casework_door.hpp"

#include "account/service.hpp"
#include "agreement/precheck.hpp"
#include "api/lists.hpp"
#include "base/log.hpp"
#include "catalogue/catalogue.hpp"
#include "enclave/service.hpp"
#include "extract/service.hpp"
#include "fvm-portal/figures.hpp"
#include "identity/service.hpp"
#include "mirror/deliveries.hpp"
#include "release/store.hpp"
#include "sanction/service.hpp"
#include "sanction/store.hpp"
#include "selftest/service.hpp"
#include "wire/keeper.hpp"
#include "wire/messages_desk.hpp"
#include "wire/tables.hpp"

namespace fvm {
namespace {

audit::Signer keeper_signer(const Path& socket) {
  return [socket](const std::string& text) -> Result<audit::Signed> {
    auto signature = TRY(wire::sign_checkpoint(socket, text));
    return audit::Signed{std::move(signature.bytes), std::move(signature.public_key)};
  };
}

// The portal may start no job, so it makes no table: fvm-steward does.
Result<api::TableAnswer> ask_steward(const Path& socket, const wire::AskTableAs& asked) {
  const size_t bytes = asked.project.size() + asked.user.size() + asked.request.size();
  if (bytes > wire::table_request_bytes_max)
    return usage("table.request_too_long", {{"max", std::to_string(wire::table_request_bytes_max)}});
  auto steward = TRY(wire::connect(socket, "fvm-steward"));
  TRY(steward.send(asked));
  auto answer = TRY(wire::receive_table(steward));
  return api::TableAnswer{std::move(answer.json), std::move(answer.documents)};
}

// The portal opens no kept file: the courier shows it, and asks by itself whether that user may look.
Result<std::string> ask_courier(const Path& socket, const api::Looked& wanted) {
  auto courier = TRY(wire::connect(socket, "fvm-courier"));
  TRY(courier.send(wire::Look{wanted.number, wanted.user, wanted.revision, wanted.position}));
  return TRY(wire::receive_table(courier)).json;
}

// The portal opens no outbox and no foreign file and counts nobody: fvm-steward does.
template <class Asked>
Result<std::string> ask_for_json(const Path& socket, const Asked& asked) {
  auto steward = TRY(wire::connect(socket, "fvm-steward"));
  TRY(steward.send(asked));
  return TRY(wire::receive_table(steward)).json;
}

Result<std::string> ask_order(const Path& socket, const wire::AskOrder& asked) {
  if (asked.bytes.size() > wire::text_bytes_max)
    return usage("spreadsheet.too_large", {{"file", asked.name}});
  return ask_for_json(socket, asked);
}

Result<api::TableAnswer> ask_attachment(const Path& socket, const api::AttachmentAsked& asked) {
  wire::AskAttachment message{asked.act, asked.user, asked.number, asked.id, asked.name, {}};
  for (size_t at = 0; at < asked.bytes.size(); at += wire::text_bytes_max)
    message.pieces.emplace_back(asked.bytes.substr(at, wire::text_bytes_max));
  auto steward = TRY(wire::connect(socket, "fvm-steward"));
  TRY(steward.send(message));
  auto answer = TRY(wire::receive_table(steward));
  return api::TableAnswer{std::move(answer.json), std::move(answer.documents)};
}

// What a one-time link opens is not the portal's to open: the courier looks for itself, and hands over the
// bytes of that one file.
Result<release::LinkFetched> ask_for_file(const Path& socket, const release::LinkAsked& asked) {
  auto courier = TRY(wire::connect(socket, "fvm-courier"));
  TRY(courier.send(wire::FetchLink{asked.number, asked.token, asked.user, asked.position}));
  auto frame = TRY(courier.receive());
  auto told = TRY(wire::Connection::read<wire::LinkBytes>(frame));
  if (frame.descriptors.size() != 1) return surroundings("wire.broken_message");
  return release::LinkFetched{std::move(told.name), std::move(told.sha256), told.bytes,
                              std::move(frame.descriptors[0])};
}

// fvm-courier takes up what is begun. Without it nothing is lost: it looks by itself later.
void wake_courier(const Path& socket, const std::string& number) {
  auto courier = wire::connect(socket, "fvm-courier");
  if (courier.ok()) (void)courier->call<wire::Done>(wire::SendRelease{number}).ok();
}

// What a step of a case leaves to be done (agreements' files, a project that everybody has accepted)
// fvm-steward does: at once rather than when it looks next. Without it nothing is lost.
http::Handler waking(http::Handler handler, Path steward, const char* duty) {
  return [handler = std::move(handler), steward = std::move(steward), duty](const http::Request& request) {
    auto response = handler(request);
    if (response.status >= 300) return response;
    auto connection = wire::connect(steward, "fvm-steward");
    if (connection.ok()) (void)connection->call<wire::Done>(wire::Wake{duty}).ok();
    return response;
  };
}

// What a step of that route leaves to be done; nullptr: nothing. Sandboxes of those who were closed are
// ended.
const char* duty_of(const http::Route& route) {
  if (route.method == "GET" || route.pattern.ends_with("/check")) return nullptr;
  if (route.pattern.find("/attachments") != std::string::npos) return nullptr;
  if (route.pattern.starts_with("/api/v1/applications")) return "cases";
  if (route.pattern.starts_with("/api/v1/deliveries")) return "deliveries";
  const bool closes = route.pattern.starts_with("/api/v1/breaches/") || route.pattern.ends_with("/close") ||
                      route.pattern.ends_with("/pause");
  return closes ? "sessions" : nullptr;
}

// One thread may be busy with a case, three wait for tables (steward/tables.hpp).
constexpr unsigned threads = 5;

}  // namespace

CaseworkDoor::CaseworkDoor(std::unique_ptr<audit::Ledger> ledger, const config::Instance& instance,
                           const config::Config& config, const api::ServiceFacts& facts)
    : ledger_(std::move(ledger)),
      agreements_{real_world(), instance, config, *ledger_, {}, true},
      setting_(agreement::casework_setting(agreements_)),
      access_{.setting = setting_},
      agreement_access_{agreements_, access_},
      table_access_{
          [socket = instance.steward_socket()](const auto& project, const auto& user, const auto& request) {
            return ask_steward(socket, {project, user, request});
          }},
      release_access_{
          *ledger_,
          config,
          access_.mutex,
          [socket = instance.courier_socket()](const auto& wanted) { return ask_courier(socket, wanted); },
          [socket = instance.steward_socket()](const auto& project, const auto& user, const auto& together) {
            return ask_for_json(socket, wire::AskOutlook{project, user, together});
          },
          [socket = instance.courier_socket()](const auto& number) { wake_courier(socket, number); }},
      writing_access_{
          [socket = instance.steward_socket()](const auto& user, const auto& name, const auto& bytes) {
            return ask_order(socket, {user, name, bytes});
          },
          [socket = instance.steward_socket()](const auto& user, const auto& number) {
            return ask_for_json(socket, wire::AskCheck{user, number});
          }},
      attachment_access_{
          [socket = instance.steward_socket()](const auto& asked) { return ask_attachment(socket, asked); }},
      link_access_{
          *ledger_, access_.mutex,
          [socket = instance.courier_socket()](const auto& asked) { return ask_for_file(socket, asked); }},
      desktop_access_{[socket = instance.steward_socket()](const api::DesktopAsked& asked) {
        return ask_for_json(
            socket, wire::AskDesktop{asked.act, asked.project, asked.user, asked.login, asked.language});
      }},
      readers_(instance.store_file()),
      project_access_{readers_, *agreements_.catalogues, config, real_world(), instance.jobs()},
      oversight_access_{{real_world(), *ledger_, instance}, access_.mutex},
      config_(config) {
  // The portal may not start jobs: rules only. A caseworker's `fvm application check` counts.
  setting_.hooks.precheck = agreement::precheck_hook(agreements_, "fvm-portal", false);
  http::Router routes;
  api::add_agreement_routes(routes, agreement_access_);
  api::add_casework_routes(routes, access_);
  api::add_attachment_routes(routes, attachment_access_);
  api::add_writing_routes(routes, writing_access_);
  api::add_desktop_routes(routes, desktop_access_);
  api::add_table_routes(routes, table_access_);
  api::add_release_routes(routes, release_access_);
  api::add_link_routes(routes, link_access_);
  api::add_project_routes(routes, project_access_);
  api::add_sanction_routes(routes, oversight_access_);
  api::add_operations_routes(routes, oversight_access_, facts);
  for (http::Route route : routes.routes()) {
    if (const char* duty = duty_of(route))
      route.handler = waking(std::move(route.handler), instance.steward_socket(), duty);
    if (api::has_tag(route)) route.handler = api::listed(std::move(route.handler), api::growing_list(route));
    if (api::may_repeat(route)) {
      route.handler = [this, handler = std::move(route.handler)](const http::Request& request) {
        return repeats_.answer(request, handler);
      };
    }
    router_.add(std::move(route));
  }
}

CaseworkDoor::~CaseworkDoor() = default;

Result<api::Figures> CaseworkDoor::figures() {
  constexpr int64_t kept_microseconds = 60'000'000;
  const std::lock_guard lock(access_.mutex);
  const Time now = real_world().now();
  if (!figures_ || now.microseconds - measured_.microseconds > kept_microseconds) {
    figures_ = TRY(measure(setting_, config_, now));
    measured_ = now;
  }
  return *figures_;
}

Result<std::unique_ptr<CaseworkDoor>> CaseworkDoor::open(const config::Instance& instance,
                                                         const config::Config& config,
                                                         const api::ServiceFacts& facts) {
  auto ledger = TRY(audit::Ledger::open(real_world(), instance.audit(), instance.store_file(),
                                        keeper_signer(instance.keeper_socket())));
  TRY(identity::migrate(*ledger));
  TRY(account::migrate(*ledger));
  TRY(catalogue::migrate(*ledger));
  TRY(casework::migrate(*ledger));
  TRY(extract::migrate(*ledger));
  TRY(agreement::migrate(*ledger));
  TRY(enclave::migrate(*ledger));
  TRY(mirror::migrate(*ledger));
  TRY(selftest::migrate(*ledger));
  TRY(sanction::migrate(*ledger));  // and release
  std::unique_ptr<CaseworkDoor> door(new CaseworkDoor(std::move(ledger), instance, config, facts));
  http::ServerOptions options{.unix_socket = instance.casework_socket().string(),
                              .threads = threads,
                              .connections_max = 64,
                              .body_bytes_max = casework::application_bytes_max + (64u << 10),
                              .large = {api::brings_attachment, attachment_body_bytes_max}};
  door->server_ = TRY(http::Server::start(
      options, [router = &door->router_](const http::Request& request) { return router->answer(request); }));
  log_event("portal.casework_ready", {{"socket", options.unix_socket}});
  return door;
}

}  // namespace fvm
