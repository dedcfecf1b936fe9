#include "fvm/release_keep.hpp"

#include <boost/json.hpp>
#include <memory>

#include "fvm/release_review.hpp"
#include "fvm/release_views.hpp"
#include "identity/service.hpp"
#include "release/json.hpp"
#include "release/kept.hpp"
#include "release/retention.hpp"
#include "sanction/store.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct KeepFlags {
  std::string number, reason;
  bool lift = false;
};

// In the order of KeptFault::What.
struct FaultWords {
  std::string_view word;
  const char* key;
};
constexpr FaultWords fault_words[] = {{"missing", "kept.missing"},   {"changed", "kept.changed"},
                                      {"writable", "kept.writable"}, {"unknown", "kept.unknown"},
                                      {"locked", "kept.locked"},     {"left", "kept.left"}};

json::object told(const Context& context, const release::KeptFault& fault) {
  const auto& [word, key] = fault_words[static_cast<size_t>(fault.what)];
  if (!context.json)
    print(message(context.language, key, {{"sha256", fault.sha256}, {"release", fault.release}}));
  return {{"fault", word}, {"sha256", fault.sha256}, {"release", fault.release}};
}

Result<int> verify(Context& context) {
  const Services services = TRY(open_services(context));
  const auto report = TRY(release::verify_kept(context.world, services.instance,
                                               kept_copies(context, services), services.database()));
  json::array faults;
  for (const release::KeptFault& fault : report.faults) faults.push_back(told(context, fault));
  if (context.json)
    print(json::serialize(json::object{{"attempts", report.attempts},
                                       {"copies", report.copies},
                                       {"destroyed", report.destroyed},
                                       {"plain", report.plain},
                                       {"bytes", report.bytes},
                                       {"faults", std::move(faults)}}));
  say(context, "kept.verified",
      {{"attempts", std::to_string(report.attempts)}, {"copies", std::to_string(report.copies)}});
  if (report.destroyed > 0) say(context, "kept.destroyed", {{"copies", std::to_string(report.destroyed)}});
  if (report.plain > 0) say(context, "kept.plain", {{"copies", std::to_string(report.plain)}});
  return report.faults.empty() ? 0 : static_cast<int>(Kind::refused);
}

// What the steward does by the clock, now.
Result<void> keep(Context& context) {
  const Services services = TRY(open_services(context));
  TRY(identity::require_role(services.database(), context.user, identity::Role::operator_));
  const auto copies = kept_copies(context, services);
  const size_t encrypted = TRY(release::encrypt_plain(context.world, services.instance, copies));
  const auto done = TRY(release::destroy_due(*services.ledger, copies, context.world.now(),
                                             {services.config.release.kept_days, sanction::concerns}));
  if (context.json) {
    print(json::serialize(json::object{
        {"encrypted", encrypted}, {"requests_over", done.requests}, {"copies_destroyed", done.copies}}));
    return {};
  }
  say(context, "kept.followed",
      {{"encrypted", std::to_string(encrypted)},
       {"requests", std::to_string(done.requests)},
       {"copies", std::to_string(done.copies)}});
  return {};
}

Result<void> retain(Context& context, const KeepFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto change = flags.lift ? release::let_go : release::retain;
  const auto request = TRY(change(*services.ledger, flags.number, context.user, flags.reason));
  show_request(context, TRY(seen(context, services, request)), {});
  return {};
}

Result<void> retained(Context& context) {
  const Services services = TRY(open_services(context));
  auto visible = TRY(only_visible(context, services, TRY(release::retained_now(services.database()))));
  std::erase_if(visible, [](const release::Request& request) { return !request.retained; });
  if (context.json) {
    show_list(context, visible);
    return {};
  }
  for (const release::Request& request : visible)
    print(request.number + "  " + retained_text(context.language, request));
  if (visible.empty()) say(context, "release.none_retained");
  return {};
}

Verb* add(Verb& parent, const char* name, const char* what, const char* example) {
  Verb* verb = parent.add_subcommand(name, what);
  verb->footer(std::string("Example:\n  ") + example);
  return verb;
}

}  // namespace

release::KeptCopies kept_copies(const Context& context, const Services& services) {
  return {context.world, services.instance, release::keeper_keys(services.instance)};
}

void add_release_keep(Verb& release, Context& context) {
  add(release, "verify", "every attempt has its kept copy, each piece of it unchanged", "fvm release verify")
      ->callback([&context] { run_verb_with_code(context, [&] { return verify(context); }); });
  add(release, "keep", "encrypt copies of before, destroy what is over (operators); happens by itself too",
      "fvm release keep --as olga")
      ->callback([&context] { run_verb(context, [&] { return keep(context); }); });
  add(release, "retained", "whose copies are kept on for as long as it takes",
      "fvm release retained --as sofus")
      ->callback([&context] { run_verb(context, [&] { return retained(context); }); });
  const auto flags = std::make_shared<KeepFlags>();
  Verb* retaining = add(release, "retain", "keep its copies for as long as it takes (security officers)",
                        "fvm release retain H-000001 --reason \"Sag ved Datatilsynet\" --as sofus");
  retaining->add_option("number", flags->number, "release number")->required();
  retaining->add_option("--reason", flags->reason, "why; kept in the ledger's store");
  retaining->add_flag("--lift", flags->lift, "no longer: the usual time counts again");
  retaining->callback([&context, flags] { run_verb(context, [&] { return retain(context, *flags); }); });
}

}  // namespace fvm::cli
