// application check: the machine's remarks on a case, as its applicant or caseworker may see it.
#include <boost/json.hpp>
#include <memory>

#include "agreement/precheck.hpp"
#include "calendar/calendar.hpp"
#include "casework/views.hpp"
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
  const auto version = TRY(casework::visible_version(services.database(), flags.number, context.user, {}));
  const auto about = TRY(casework::find(services.database(), flags.number));
  const Date today = calendar::danish_date(context.world.now());
  const auto form = casework::read_application(version.text, about.number, today, version.order);
  extract::Prechecked checked;
  // A form with gaps has no specification yet: what is missing comes first.
  if (!casework::block(form.findings))
    checked = TRY(agreement::precheck_case(agreement_setting(context, services), context.user, about,
                                           form.application, !flags.no_mirror));
  for (const casework::Finding& each : form.findings) {
    const bool note = each.weight == casework::Finding::Weight::note;
    checked.remarks.push_back(
        {note ? extract::Severity::note : extract::Severity::blocks, each.error, each.advice});
  }
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
