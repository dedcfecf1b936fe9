// selftest: the service attacks itself, now.
#include <boost/json.hpp>
#include <memory>

#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "selftest/json.hpp"
#include "selftest/service.hpp"

namespace fvm::cli {
namespace {

struct SelfTestFlags {
  bool last = false;
};

void show(const Context& context, const selftest::Run& run) {
  if (context.json) return print(boost::json::serialize(selftest::run_json(run)));
  for (const selftest::Check& check : run.checks) {
    std::string line = message(context.language, selftest::words_of(check)) + ": " +
                       message(context.language, selftest::words_of(check.outcome));
    if (check.tried > 0) line += " (" + std::to_string(check.tried) + ")";
    if (!check.detail.empty()) line += ": " + check.detail;
    print(line);
  }
}

Result<int> self_test(const Context& context, const SelfTestFlags& flags) {
  const auto services = TRY(open_services(context));
  std::optional<selftest::Run> run;
  if (flags.last) {
    run = TRY(selftest::newest(services.database()));
    if (!run) return usage("selftest.never");
  } else {
    run = TRY(
        selftest::run({context.world, services.instance, services.config, *services.ledger}, context.user));
  }
  show(context, *run);
  return run->held() ? 0 : static_cast<int>(Kind::refused);
}

}  // namespace

void add_selftest(Verb& app, Context& context) {
  auto flags = std::make_shared<SelfTestFlags>();
  Verb* verb = app.add_subcommand("selftest", "attacks the running instance, and says what held");
  verb->footer("Example: fvm selftest\nThe exit code is that of a refusal when something did not hold.");
  verb->add_flag("--last", flags->last, "attack nothing: show the newest");
  verb->callback(
      [&context, flags] { run_verb_with_code(context, [&] { return self_test(context, *flags); }); });
}

}  // namespace fvm::cli
