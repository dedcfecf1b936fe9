#include "steward/desktops.hpp"

#include <boost/json.hpp>

#include "account/service.hpp"
#include "base/log.hpp"
#include "config/origin.hpp"
#include "crypto/sha256.hpp"
#include "enclave/permissions.hpp"
#include "wire/tables.hpp"

namespace fvm::steward {
namespace {

namespace json = boost::json;
constexpr size_t secret_bytes = 32;
constexpr int64_t second = 1'000'000;

template <class Message>
void reply(wire::Connection& caller, const Result<Message>& made) {
  const auto sent = made.ok() ? caller.send(*made) : caller.send(wire::to_failure(made.error()));
  if (!sent.ok()) log_error("desktop not told", sent.error());
}

}  // namespace

Desktops::Desktops(World& world, const config::Instance& instance, const config::DeskConfig& config)
    : world_(world), instance_(instance), config_(config), readers_(instance.store_file()) {}

Desktops::~Desktops() {
  callers_.hang_up();
  for (const auto& [place, desktop] : running_) desktop->end();
}

void Desktops::ask(wire::Connection caller, wire::AskDesktop asked) {
  callers_.tell(std::move(caller), "desktop not told",
                [this, asked = std::move(asked)] { return answer(asked); });
}

Result<void> Desktops::may_ask(const wire::AskDesktop& asked) {
  if (config_.desk.port == 0 || config_.mitid.issuer.empty()) return refused("desktop.not_offered");
  const auto lent = TRY(readers_.lend());
  const store::Database& store = lent;
  TRY(enclave::check_request(store, {asked.project, asked.user, config_.session.sessions_max}, world_.now()));
  return {};
}

Result<std::string> Desktops::answer(const wire::AskDesktop& asked) {
  const bool looks = asked.act == "look";
  const auto may = may_ask(asked);
  if (!may.ok() && !(looks && may.error().code == "desktop.not_offered")) return may.error();
  if (asked.act == "open") return open(asked);
  if (!looks && asked.act != "end") return usage("desktop.unknown_act", {{"act", asked.act}});
  const auto desktop = find({asked.project, asked.user});
  json::object view{{"offered", may.ok()}, {"open", false}};
  if (desktop != nullptr && !looks) desktop->end();
  if (desktop != nullptr && looks) {
    view["open"] = true;
    view["session"] = desktop->session();
    view["started"] = to_text(desktop->started());
    view["shown"] = desktop->is_shown();
  }
  return json::serialize(view);
}

Result<std::string> Desktops::open(const wire::AskDesktop& asked) {
  const auto desktop = TRY(running_or_new(asked));
  const std::lock_guard lock(mutex_);
  const std::string ticket = grant(tickets_, *desktop, ticket_seconds);
  return json::serialize(json::object{
      {"offered", true},
      {"open", true},
      {"session", desktop->session()},
      {"started", to_text(desktop->started())},
      {"shown", desktop->is_shown()},
      {"address", config::origin(config_.desk.public_url, config_.desk.port) + "/open?ticket=" + ticket +
                      (asked.language == "en" ? "&language=en" : "")}});
}

Result<std::shared_ptr<Desktop>> Desktops::running_or_new(const wire::AskDesktop& asked) {
  const std::lock_guard one_at_a_time(opening_);
  const Place place{asked.project, asked.user};
  if (const auto there = find(place)) {
    there->belongs_to(asked.login);
    return there;
  }
  {
    const std::lock_guard lock(mutex_);
    if (running_.size() >= config_.desk.desktops_max) return surroundings("desktop.busy");
  }
  const DesktopOrder order{asked.project, asked.user, asked.login, asked.language == "en" ? "en" : "da"};
  std::shared_ptr<Desktop> made = TRY(Desktop::start({world_, instance_, config_, readers_}, order));
  log_event("desktop", {{"session", made->session()}, {"project", asked.project}});
  const std::lock_guard lock(mutex_);
  running_[place] = made;
  return made;
}

std::shared_ptr<Desktop> Desktops::find(const Place& place) {
  const std::lock_guard lock(mutex_);
  sweep();
  const auto found = running_.find(place);
  return found == running_.end() ? nullptr : found->second;
}

// What is over goes; so do tickets and holds whose time is up. Under the lock.
void Desktops::sweep() {
  const Time now = world_.now();
  std::erase_if(running_, [](const auto& each) { return each.second->over(); });
  for (auto* grants : {&tickets_, &holds_})
    std::erase_if(*grants, [&](const auto& each) { return each.second.until <= now; });
}

std::string Desktops::grant(std::map<std::string, Grant>& grants, const Desktop& desktop, int64_t seconds) {
  sweep();
  if (grants.size() >= tickets_max) grants.erase(grants.begin());
  const std::string secret = random_hex(world_, secret_bytes);
  grants[crypto::sha256_hex(secret)] = {{desktop.order().project, desktop.order().user},
                                        desktop.session(),
                                        Time{world_.now().microseconds + seconds * second}};
  return secret;
}

void Desktops::redeem(wire::Connection caller, wire::RedeemTicket asked) {
  callers_.take(
      std::move(caller), [] { return Result<void>(); },
      [this, asked = std::move(asked)](wire::Connection& open) { reply(open, redeemed(asked.ticket)); });
}

// Used up whatever comes of it.
Result<wire::Redeemed> Desktops::redeemed(const std::string& ticket) {
  const std::lock_guard lock(mutex_);
  sweep();
  const auto found = tickets_.find(crypto::sha256_hex(ticket));
  if (found == tickets_.end()) return refused("desktop.no_ticket");
  const Grant grant = found->second;
  tickets_.erase(found);
  const auto running = running_.find(grant.place);
  if (running == running_.end() || running->second->session() != grant.session)
    return refused("desktop.over");
  const auto lent = TRY(readers_.lend());
  const store::Database& store = lent;
  wire::Redeemed out{{}, grant.place.first, grant.place.second, {}, grant.session, {}};
  out.professional = TRY(account::professional_of(store, out.user));
  out.language = running->second->order().language;
  out.hold = this->grant(holds_, *running->second, hold_seconds);
  return out;
}

Result<std::shared_ptr<Desktop>> Desktops::held(const std::string& hold) {
  const std::lock_guard lock(mutex_);
  sweep();
  const auto found = holds_.find(crypto::sha256_hex(hold));
  if (found == holds_.end()) return refused("desktop.no_ticket");
  const auto running = running_.find(found->second.place);
  if (running == running_.end() || running->second->session() != found->second.session)
    return refused("desktop.over");
  return running->second;
}

// Sandboxes may be slow to answer, or not answer at all: a thread for each.
void Desktops::take_screen(wire::Connection caller, wire::TakeScreen asked) {
  callers_.take(
      std::move(caller), [] { return Result<void>(); },
      [this, asked = std::move(asked)](wire::Connection& open) {
        const auto shown = show(std::move(open), asked.hold);
        if (!shown.ok()) log_error("screen not shown", shown.error());
      });
}

// Whoever may no longer be in the session gets no screen of it, even before its sandbox is ended.
Result<void> Desktops::show(wire::Connection viewer, const std::string& hold) {
  const auto desktop = held(hold);
  const auto may = desktop.ok()
                       ? may_ask({"look", (*desktop)->order().project, (*desktop)->order().user, {}, {}})
                       : Result<void>(desktop.error());
  if (!may.ok()) return viewer.send(wire::to_failure(may.error()));
  return (*desktop)->show(std::move(viewer));
}

Result<wire::Done> Desktops::noted(const wire::NoteRefusal& asked) {
  const auto desktop = TRY(held(asked.hold));
  const auto ledger = TRY(audit::Ledger::open(world_, instance_.audit(), instance_.store_file(), {}));
  const DesktopOrder& order = desktop->order();
  TRY(ledger->record({"fvm-desk",
                      "desktop.refused",
                      desktop->session(),
                      {{"project", order.project}, {"user", order.user}, {"reason", asked.reason}}}));
  return wire::Done{};
}

void Desktops::note_refusal(wire::Connection caller, wire::NoteRefusal asked) {
  callers_.take(
      std::move(caller), [] { return Result<void>(); },
      [this, asked = std::move(asked)](wire::Connection& open) { reply(open, noted(asked)); });
}

}  // namespace fvm::steward
