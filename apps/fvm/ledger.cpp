// ledger show | recall | verify: what was released as safe tables, taking one back, and whether it is all
// there.
#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "extract/project.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/table_views.hpp"
#include "fvm/verbs.hpp"
#include "identity/service.hpp"
#include "release/store.hpp"
#include "safetable/output.hpp"
#include "safetable/outputs.hpp"
#include "safetable/view.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

constexpr unsigned output_mode = 0640;

struct LedgerFlags {
  std::string project, explain, out, reason;
  int64_t table = 0;
  bool closest = false;
};

constexpr size_t calls_shown = 10;

// Where numbers come closest to telling of few is not for those who could ask for the next one.
Result<void> check_may_see_calls(const store::Database& store, const std::string& user,
                                 const std::string& project) {
  const auto account = TRY(identity::find_user(store, user));
  const bool looks_after = account.has(identity::Role::reviewer) || account.has(identity::Role::operator_);
  if (!account.may_act() || !looks_after || TRY(identity::is_member(store, project, account.name)))
    return refused("table.closest_not_allowed", {{"project", project}});
  return {};
}

Result<void> show_ledger(const Context& context, const LedgerFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto records =
      TRY(safetable::released_tables(context.world, services.instance, services.database(), flags.project));
  const store::Database& store = services.database();
  const std::string cvr = TRY(extract::open_project(store, flags.project)).cvr;
  if (flags.closest) {
    TRY(check_may_see_calls(store, context.user, flags.project));
    print_calls(context, safetable::closest_calls(records, context.language, calls_shown));
    return {};
  }
  const auto recalls = TRY(safetable::recalls_of(store, cvr));
  const auto outside = TRY(safetable::outside_of(store, cvr));
  if (flags.table == 0) return print_ledger(context, flags.project, records, recalls, outside);
  const auto found = std::find_if(records.begin(), records.end(), [&](const safetable::Record& record) {
    return record.number == flags.table;
  });
  if (found == records.end())
    return usage("table.unknown", {{"table", std::to_string(flags.table)}, {"project", flags.project}});
  if (!flags.out.empty()) {
    const std::string format = ending_of(flags.out);
    if (!safetable::is_format(format)) return usage("table.unknown_format", {{"format", flags.out}});
    const std::string text =
        TRY(safetable::write_again({context.world, services.instance, services.config, *services.ledger},
                                   context.user, *found, format, context.language));
    TRY(context.world.replace_file(std::filesystem::absolute(flags.out), text, output_mode));
  }
  if (context.json) {
    print(TRY(safetable::table_json(*found, flags.explain, context.language)));
    return {};
  }
  if (!flags.explain.empty()) return print_explanation(context, *found, flags.explain);
  print_table_line(context, *found, recalls);
  return {};
}

bool has_left(release::State state) {
  using release::State;
  return state == State::sent || state == State::sampled || state == State::finding ||
         state == State::closed_ok;
}

// Releases that the table left in, so that these can be recalled too.
Result<std::string> sent_in(const Services& services, const std::string& project, int64_t table) {
  std::string numbers;
  for (const release::Request& request : TRY(release::list(services.database(), project))) {
    const bool has = std::any_of(request.files.begin(), request.files.end(),
                                 [&](const release::File& file) { return file.table == table; });
    if (has && has_left(request.state)) numbers += (numbers.empty() ? "" : ", ") + request.number;
  }
  return numbers;
}

Result<void> recall_table(const Context& context, const LedgerFlags& flags) {
  const Services services = TRY(open_services(context));
  TRY(safetable::recall_table(*services.ledger, context.user, flags.project, flags.table, flags.reason));
  const std::string releases = TRY(sent_in(services, flags.project, flags.table));
  if (context.json)
    print(json::serialize(json::object{{"table", flags.table}, {"recalled", true}, {"sent_in", releases}}));
  say(context, "safetable.recalled", {{"table", std::to_string(flags.table)}});
  if (!releases.empty()) say(context, "safetable.recalled_sent", {{"releases", releases}});
  return {};
}

Result<int> verify_ledger(const Context& context, const LedgerFlags& flags) {
  const Services services = TRY(open_services(context));
  const auto project = TRY(extract::open_project(services.database(), flags.project));
  const auto verified =
      TRY(safetable::verify_ledger(context.world, services.instance, services.database(), project.cvr));
  print_verified(context, verified);
  return verified.damages.empty() ? 0 : static_cast<int>(Kind::surroundings);
}

void add_verify(Verb& ledger, Context& context, const std::shared_ptr<LedgerFlags>& flags) {
  Verb* verb = ledger.add_subcommand("verify",
                                     "whether what is kept of the institution's tables is what was recorded");
  verb->add_option("PROJECT", flags->project, "project number")->required();
  verb->footer("Example:\n  fvm ledger verify FVM-2026-0017");
  verb->callback(
      [&context, flags] { run_verb_with_code(context, [&] { return verify_ledger(context, *flags); }); });
}

void add_recall(Verb& ledger, Context& context, const std::shared_ptr<LedgerFlags>& flags) {
  Verb* verb =
      ledger.add_subcommand("recall", "a table should not have been told: its file is known no more");
  verb->add_option("PROJECT", flags->project, "project number")->required();
  verb->add_option("--table", flags->table, "its number")->required();
  verb->add_option("--reason", flags->reason, "why; kept in the ledger")->required();
  verb->footer(
      "Example:\n  fvm --as anna ledger recall FVM-2026-0017 --table 3 --reason \"Forkert periode\"");
  verb->callback([&context, flags] { run_verb(context, [&] { return recall_table(context, *flags); }); });
}

}  // namespace

void add_ledger(Verb& app, Context& context) {
  const auto flags = std::make_shared<LedgerFlags>();
  Verb* ledger = app.add_subcommand("ledger", "the safe tables that were released");
  ledger->require_subcommand(1);
  Verb* verb = ledger->add_subcommand("show", "tables released to a project, and how much they tell");
  verb->add_option("PROJECT", flags->project, "project number")->required();
  verb->add_option("--table", flags->table, "one of them");
  verb->add_option("--explain", flags->explain,
                   "with --table: why a cell is hidden, e.g. kommune=101,koen=K");
  verb->add_option("--out", flags->out, "with --table: write it again (.xlsx .csv .json .html .svg)");
  verb->footer("Example:\n  fvm ledger show FVM-2026-0017 --table 3 --explain kommune=101,koen=K");
  verb->callback([&context, flags] { run_verb(context, [&] { return show_ledger(context, *flags); }); });
  verb->add_flag("--closest", flags->closest,
                 "where the numbers come closest to telling of few (reviewers and operators)");
  add_recall(*ledger, context, flags);
  add_verify(*ledger, context, flags);
}

}  // namespace fvm::cli
