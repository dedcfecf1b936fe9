// institution add | recipient | delivery | pause | resume | close | show | list, user add | list | pause |
// resume | close.
#include <boost/json.hpp>
#include <memory>

#include "enclave/service.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "identity/rules.hpp"
#include "identity/service.hpp"
#include "sanction/pause.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct IdentityFlags {
  std::string name, cvr, institution, reason, delivery, until;
  std::vector<std::string> recipients, removed, roles;
};

json::object as_json(const identity::Institution& institution) {
  json::array recipients;
  for (const std::string& recipient : institution.recipients) recipients.emplace_back(recipient);
  return {{"name", institution.name},
          {"cvr", institution.cvr},
          {"recipients", std::move(recipients)},
          {"delivery", identity::to_text(institution.delivery)},
          {"closed", institution.closed}};
}

std::string joined_roles(const identity::User& user) {
  std::string text;
  for (const identity::Role role : user.roles) {
    text += (text.empty() ? "" : ", ") + std::string(identity::to_text(role));
  }
  return text;
}

json::object as_json(const identity::User& user) {
  json::array roles;
  for (const identity::Role role : user.roles) roles.emplace_back(identity::to_text(role));
  return {{"user", user.name},           {"institution", user.institution_name},
          {"roles", std::move(roles)},   {"closed", user.closed},
          {"suspended", user.suspended}, {"created", to_text(user.created)}};
}

void show(const Context& context, const identity::Institution& institution) {
  if (context.json) return print(json::serialize(as_json(institution)));
  print(institution.name + "  CVR " + institution.cvr + "  " +
        message(context.language, institution.delivery == identity::Delivery::link
                                      ? "identity.by_link"
                                      : "identity.by_attachment") +
        (institution.closed ? "  " + message(context.language, "identity.closed") : ""));
  for (const std::string& recipient : institution.recipients) print("  " + recipient);
}

void show(const Context& context, const identity::User& user) {
  if (context.json) return print(json::serialize(as_json(user)));
  print(user.name + "  " + user.institution_name + "  " + joined_roles(user) +
        (user.closed ? "  " + message(context.language, "identity.closed") : "") +
        (user.suspended ? "  " + message(context.language, "identity.suspended") : ""));
}

template <class Item>
void show_all(const Context& context, std::string_view name, const std::vector<Item>& items) {
  if (!context.json) {
    for (const Item& item : items) show(context, item);
    return;
  }
  json::array array;
  for (const Item& item : items) array.push_back(as_json(item));
  print(json::serialize(json::object{{name, std::move(array)}}));
}

// Sandboxes of those who may not go on are ended now; whatever this cannot reach, the steward does.
Result<void> end_sessions(const Context& context, const Services& services) {
  TRY(enclave::end_disallowed(context.world, *services.ledger, services.instance, context.user));
  return {};
}

Result<void> institution_add(const Context& context, const IdentityFlags& flags) {
  const auto services = TRY(open_services(context));
  if (identity::is_cvr(flags.cvr) && !identity::cvr_digit_fits(flags.cvr)) {
    say(context, "identity.cvr_digit", {{"cvr", flags.cvr}});
  }
  show(context, TRY(identity::add_institution(*services.ledger, context.user, flags.name, flags.cvr,
                                              flags.recipients)));
  return {};
}

Result<void> institution_recipient(const Context& context, const IdentityFlags& flags) {
  const auto services = TRY(open_services(context));
  show(context, TRY(identity::set_recipients(*services.ledger, context.user, flags.name, flags.recipients,
                                             flags.removed)));
  return {};
}

Result<void> institution_delivery(const Context& context, const IdentityFlags& flags) {
  const auto services = TRY(open_services(context));
  show(context, TRY(identity::set_delivery(*services.ledger, context.user, flags.name, flags.delivery,
                                           services.config.portal.public_url)));
  return {};
}

Result<void> institution_show(const Context& context, const IdentityFlags& flags) {
  const auto services = TRY(open_services(context));
  show(context, TRY(identity::find_institution(services.database(), flags.name)));
  return {};
}

Result<void> institution_list(const Context& context, const IdentityFlags&) {
  const auto services = TRY(open_services(context));
  show_all(context, "institutions", TRY(identity::list_institutions(services.database())));
  return {};
}

Result<void> user_add(const Context& context, const IdentityFlags& flags) {
  const auto roles = TRY(identity::roles_of(flags.roles));
  const auto services = TRY(open_services(context));
  show(context,
       TRY(identity::add_user(*services.ledger, context.user, flags.name, flags.institution, roles)));
  return {};
}

Result<void> user_list(const Context& context, const IdentityFlags&) {
  const auto services = TRY(open_services(context));
  show_all(context, "users", TRY(identity::list_users(services.database())));
  return {};
}

Result<void> user_close(const Context& context, const IdentityFlags& flags) {
  const auto services = TRY(open_services(context));
  const auto user = TRY(identity::close_user(*services.ledger, context.user, flags.name, flags.reason));
  TRY(end_sessions(context, services));
  show(context, user);
  return {};
}

Result<void> institution_close(const Context& context, const IdentityFlags& flags) {
  const auto services = TRY(open_services(context));
  const auto closed =
      TRY(sanction::close_institution(*services.ledger, context.user, flags.name, flags.reason));
  TRY(end_sessions(context, services));
  show(context, closed);
  return {};
}

void show(const Context& context, const identity::Suspension& pause) {
  const std::string until = pause.until ? to_text(*pause.until) : "";
  if (context.json)
    return print(json::serialize(
        json::object{{"pause", pause.reference}, {"subject", pause.subject}, {"until", until}}));
  say(context, until.empty() ? "identity.paused" : "identity.paused_until",
      {{"subject", pause.subject}, {"pause", pause.reference}, {"until", until}});
}

Result<void> pause(const Context& context, const IdentityFlags& flags, identity::Scope scope) {
  sanction::PauseOrder order{scope, flags.name, flags.reason, std::nullopt};
  if (!flags.until.empty()) order.until = TRY(parse_date(flags.until));
  const auto services = TRY(open_services(context));
  const auto made = TRY(sanction::pause(*services.ledger, context.user, order));
  TRY(end_sessions(context, services));
  show(context, made);
  return {};
}

Result<void> resume(const Context& context, const IdentityFlags& flags, identity::Scope scope) {
  const auto services = TRY(open_services(context));
  TRY(sanction::end_pause(*services.ledger, context.user, scope, flags.name, flags.reason));
  say(context, "identity.resumed", {{"subject", flags.name}});
  return {};
}

template <identity::Scope scope>
Result<void> pause_of(const Context& context, const IdentityFlags& flags) {
  return pause(context, flags, scope);
}
template <identity::Scope scope>
Result<void> resume_of(const Context& context, const IdentityFlags& flags) {
  return resume(context, flags, scope);
}

using Body = Result<void> (*)(const Context&, const IdentityFlags&);

// A subcommand whose flags live as long as it does.
std::pair<Verb*, std::shared_ptr<IdentityFlags>> add_subverb(Verb* verb, Context& context, const char* name,
                                                             const char* text, const char* example,
                                                             Body body) {
  auto flags = std::make_shared<IdentityFlags>();
  Verb* subverb = verb->add_subcommand(name, text);
  subverb->footer(std::string("Example:\n  ") + example);
  subverb->fallthrough();
  subverb->callback([&context, flags, body] { run_verb(context, [&] { return body(context, *flags); }); });
  return {subverb, flags};
}

void ask_reason(Verb& verb, IdentityFlags& flags, const char* name) {
  verb.add_option("name", flags.name, name)->required();
  verb.add_option("--reason", flags.reason, "why; the ledger keeps it")->required();
}

template <identity::Scope scope>
void add_pauses(Verb* verb, Context& context, const char* name, const char* example_pause,
                const char* example_resume) {
  auto [paused, pausing] =
      add_subverb(verb, context, "pause", "close it for a time: no sanction, and it counts against nobody",
                  example_pause, pause_of<scope>);
  ask_reason(*paused, *pausing, name);
  paused->add_option("--until", pausing->until, "its last day, YYYY-MM-DD; none: until resumed");
  auto [resumed, resuming] =
      add_subverb(verb, context, "resume", "end a pause", example_resume, resume_of<scope>);
  ask_reason(*resumed, *resuming, name);
}

void add_institution_verb(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("institution", "institutions and where results may be mailed");
  verb->require_subcommand(1);
  verb->fallthrough();
  auto [add, added] = add_subverb(
      verb, context, "add", "a new institution",
      "fvm institution add \"Demo Kommune\" --cvr 12345674 --recipient @demo.example.org", institution_add);
  add->add_option("name", added->name, "its name")->required();
  add->add_option("--cvr", added->cvr, "its CVR number, eight digits")->required();
  add->add_option("--recipient", added->recipients,
                  "address, or @domain, that results may be mailed to (several)");
  auto [recipient, extended] =
      add_subverb(verb, context, "recipient", "more recipients for an institution, and fewer",
                  "fvm institution recipient 12345674 anne@demo.example.org --remove @old.example.org",
                  institution_recipient);
  recipient->add_option("name", extended->name, "name or CVR number")->required();
  recipient->add_option("recipients", extended->recipients, "addresses or @domains to be added");
  recipient->add_option("--remove", extended->removed, "addresses or @domains to be taken off the list");
  auto [delivery, chosen] = add_subverb(verb, context, "delivery", "how results reach an institution",
                                        "fvm institution delivery 12345674 link", institution_delivery);
  delivery->add_option("name", chosen->name, "name or CVR number")->required();
  delivery
      ->add_option("way", chosen->delivery,
                   "attachment: in the mail; link: a one-time link that asks for a login")
      ->required();
  add_pauses<identity::Scope::institution>(
      verb, context, "name or CVR number",
      "fvm institution pause 12345674 --reason \"asked for it\" --until 2027-03-31",
      "fvm institution resume 12345674 --reason \"asked for it\"");
  auto [close, closed] = add_subverb(verb, context, "close", "an institution that has left, for good",
                                     "fvm institution close 12345674 --reason \"merged\"", institution_close);
  ask_reason(*close, *closed, "name or CVR number");
  auto [shows, shown] = add_subverb(verb, context, "show", "one institution", "fvm institution show 12345674",
                                    institution_show);
  shows->add_option("name", shown->name, "name or CVR number")->required();
  add_subverb(verb, context, "list", "all institutions", "fvm institution list", institution_list);
}

void add_user_verb(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("user", "accounts and their roles");
  verb->require_subcommand(1);
  verb->fallthrough();
  auto [add, added] = add_subverb(verb, context, "add", "a new account",
                                  "fvm user add anne --institution 12345674 --role analyst", user_add);
  add->add_option("name", added->name, "user name: a-z 0-9 - _ .")->required();
  add->add_option("--institution", added->institution, "name or CVR number")->required();
  add->add_option("--role", added->roles,
                  "analyst, reviewer, caseworker, decision-maker, operator, security, applicant or signatory "
                  "(several)")
      ->required();
  add_login(*verb, context);
  add_subverb(verb, context, "list", "all accounts", "fvm user list", user_list);
  auto [close, closed] = add_subverb(verb, context, "close", "close an account for good",
                                     "fvm user close anne --reason \"left the institution\"", user_close);
  ask_reason(*close, *closed, "user name");
  add_pauses<identity::Scope::user>(verb, context, "user name",
                                    "fvm user pause anne --reason \"on leave\" --until 2027-03-31",
                                    "fvm user resume anne --reason \"is back\"");
}

}  // namespace

void add_identity(Verb& app, Context& context) {
  add_institution_verb(app, context);
  add_user_verb(app, context);
}

}  // namespace fvm::cli
