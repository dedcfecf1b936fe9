// application check: the machine's remarks on a case, as its applicant or caseworker may see it.
#include <boost/json.hpp>
#include <memory>

#include "agreement/precheck.hpp"
#include "fvm/casework_setting.hpp"
#include "fvm/options.hpp"
#include "fvm/precheck_show.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

struct CheckFlags {
  std::string number;
  bool no_mirror = false;
};

Result<int> check(const Context& context, const CheckFlags& flags) {
  const auto services = TRY(open_services(context));
  const auto checked = TRY(agreement::precheck_for(agreement_setting(context, services), context.user,
                                                   flags.number, !flags.no_mirror));
  if (context.json) {
    print(boost::json::serialize(prechecked_json(context.language, checked)));
  } else {
    print_prechecked(context, checked);
  }
  return extract::block(checked.remarks) ? static_cast<int>(Kind::refused) : 0;
}

}  // namespace

void add_application_check(Verb& application, Context& context) {
  const auto flags = std::make_shared<CheckFlags>();
  Verb* verb =
      application.add_subcommand("check", "the machine's remarks on the application; it decides nothing");
  verb->footer("Example:\n  fvm application check FVM-2026-0017 --as anna");
  verb->add_option("CASE", flags->number, "case number")->required();
  verb->add_flag("--no-mirror", flags->no_mirror, "rules only: no persons are counted");
  verb->callback([&context, flags] { run_verb_with_code(context, [&] { return check(context, *flags); }); });
}

}  // namespace fvm::cli
