// user code | show | sessions | end-sessions | unbind | unlock: what logs an account in.
#include <boost/json.hpp>
#include <memory>

#include "account/service.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct LoginFlags {
  std::string name, professional, session, reason;
  uint16_t hours = 72;
};

json::value as_json(const std::optional<Time>& time) {
  return time ? json::value(to_text(*time)) : json::value(nullptr);
}

Result<void> code(const Context& context, const LoginFlags& flags) {
  const auto services = TRY(open_services(context));
  const auto issued = TRY(account::issue_code(context.world, *services.ledger, context.user,
                                              {flags.name, flags.professional, flags.hours}));
  if (context.json) {
    print(json::serialize(json::object{{"user", issued.user},
                                       {"code", issued.code},
                                       {"purpose", account::to_text(issued.purpose)},
                                       {"expires", to_text(issued.expires)}}));
  } else {
    print(message(context.language, "account.code_issued",
                  {{"user", issued.user}, {"code", issued.code}, {"expires", to_text(issued.expires)}}));
  }
  return {};
}

Result<void> show(const Context& context, const LoginFlags& flags) {
  const auto services = TRY(open_services(context));
  const auto standing = TRY(account::standing_of(services.database(), flags.name, context.world.now()));
  if (context.json) {
    print(json::serialize(json::object{{"user", standing.user.name},
                                       {"institution", standing.user.institution_name},
                                       {"closed", standing.user.closed},
                                       {"bound", standing.bound},
                                       {"activated", standing.activated},
                                       {"code_expires", as_json(standing.code_expires)},
                                       {"locked_until", as_json(standing.locked_until)}}));
    return {};
  }
  std::string line =
      standing.user.name + "  " + standing.user.institution_name + "  " +
      message(context.language, standing.activated ? "account.activated" : "account.not_activated");
  if (standing.user.closed) line += "  " + message(context.language, "identity.closed");
  if (standing.locked_until)
    line += "  " + message(context.language, "account.locked", {{"until", to_text(*standing.locked_until)}});
  print(line);
  return {};
}

Result<void> sessions(const Context& context, const LoginFlags& flags) {
  const auto services = TRY(open_services(context));
  json::array all;
  for (const auto& each : TRY(account::sessions_of(services.database(), flags.name, context.world.now()))) {
    all.push_back({{"session", each.id},
                   {"browser", each.browser},
                   {"created", to_text(each.created)},
                   {"expires", to_text(each.expires)},
                   {"stepped_up", as_json(each.stepped_up)}});
    if (!context.json) print(each.id + "  " + each.browser + "  " + to_text(each.created));
  }
  if (context.json) print(json::serialize(json::object{{"sessions", std::move(all)}}));
  return {};
}

Result<void> end_sessions(const Context& context, const LoginFlags& flags) {
  const auto services = TRY(open_services(context));
  int64_t count = 1;
  if (flags.session.empty()) {
    count = TRY(account::end_all_sessions(*services.ledger, context.user, flags.name, "operator"));
  } else {
    TRY(account::end_session(*services.ledger, context.user, flags.name, flags.session, "operator"));
  }
  say(context, "account.sessions_ended", {{"user", flags.name}, {"count", std::to_string(count)}});
  return {};
}

Result<void> unbind(const Context& context, const LoginFlags& flags) {
  const auto services = TRY(open_services(context));
  TRY(account::unbind(*services.ledger, context.user, flags.name, flags.reason));
  say(context, "account.unbound", {{"user", flags.name}});
  return {};
}

Result<void> unlock(const Context& context, const LoginFlags& flags) {
  const auto services = TRY(open_services(context));
  TRY(account::unlock(*services.ledger, context.user, flags.name));
  say(context, "account.unlocked", {{"user", flags.name}});
  return {};
}

using Body = Result<void> (*)(const Context&, const LoginFlags&);

std::pair<Verb*, std::shared_ptr<LoginFlags>> add(Verb& user, Context& context, const char* name,
                                                  const char* text, const char* example, Body body) {
  auto flags = std::make_shared<LoginFlags>();
  Verb* verb = user.add_subcommand(name, text);
  verb->footer(std::string("Example:\n  ") + example);
  verb->fallthrough();
  verb->callback([&context, flags, body] { run_verb(context, [&] { return body(context, *flags); }); });
  verb->add_option("name", flags->name, "user name")->required();
  return {verb, flags};
}

}  // namespace

void add_login(Verb& user, Context& context) {
  auto [coded, code_flags] =
      add(user, context, "code", "a one-time code to activate an account or set a new password",
          "fvm user code anne", code);
  coded->add_option("--professional", code_flags->professional,
                    "uuid in MitID Erhverv of the only person who may use it");
  coded->add_option("--hours", code_flags->hours, "how long it holds")
      ->check(between(1, 24 * 30))
      ->capture_default_str();
  add(user, context, "show", "whether an account is activated, locked or closed", "fvm user show anne", show);
  add(user, context, "sessions", "browsers that it is logged in with", "fvm user sessions anne", sessions);
  auto [ended, end_flags] = add(user, context, "end-sessions", "logs an account out everywhere",
                                "fvm user end-sessions anne", end_sessions);
  ended->add_option("--session", end_flags->session, "only this one");
  auto [unbound, unbind_flags] =
      add(user, context, "unbind", "forgets an account's MitID Erhverv and password; a new code begins anew",
          "fvm user unbind anne --reason \"new employment\"", unbind);
  unbound->add_option("--reason", unbind_flags->reason, "why; the ledger keeps it")->required();
  add(user, context, "unlock", "lets somebody try again at once after too many attempts",
      "fvm user unlock anne", unlock);
}

}  // namespace fvm::cli
