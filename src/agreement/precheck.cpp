#include "agreement/precheck.hpp"

#include "agreement/specification.hpp"
#include "calendar/calendar.hpp"
#include "casework/views.hpp"

namespace fvm::agreement {

Result<extract::Prechecked> precheck_case(const Setting& setting, const std::string& actor,
                                          const casework::Case& about,
                                          const casework::Application& application, bool look_at_mirror) {
  const extract::Setting extract_setting{setting.world, setting.instance, setting.config, setting.ledger,
                                         actor,         setting.on_line};
  extract::PrecheckRequest request{
      .subject = about.number, .file = about.number, .look_at_mirror = look_at_mirror};
  request.text = specification_of(application, about.project);
  for (const casework::Grant& grant : application.grants) {
    for (const auto& [variable, reason] : grant.variable_reasons)
      request.reasons[grant.table][variable] = reason;
  }
  return extract::precheck(extract_setting, request);
}

namespace {

// While the rest is written: how many it would reach, for a task of whatever name that began today.
Result<extract::Prechecked> count_population(const Setting& setting, const std::string& user,
                                             const casework::Case& about,
                                             const casework::Application& written, Date today) {
  casework::Application asked;
  asked.population = written.population;
  asked.title = about.number, asked.authority = about.authority, asked.cvr = about.cvr;
  asked.period = casework::Days{today, today};
  const extract::Setting extract_setting{setting.world, setting.instance, setting.config, setting.ledger,
                                         user,          setting.on_line};
  extract::PrecheckRequest request{.subject = about.number, .file = about.number, .population_alone = true};
  request.text = specification_of(asked, about.project);
  return extract::precheck(extract_setting, request);
}

}  // namespace

Result<extract::Prechecked> precheck_for(const Setting& setting, const std::string& user,
                                         const std::string& number, bool look_at_mirror) {
  const store::Database& store = setting.ledger.database();
  const auto version = TRY(casework::visible_version(store, number, user, {}));
  const auto about = TRY(casework::find(store, number));
  const Date today = calendar::danish_date(setting.world.now());
  const auto form = casework::read_application(version.text, about.number, today, version.order);
  extract::Prechecked checked;
  if (!casework::block(form.findings))
    checked = TRY(precheck_case(setting, user, about, form.application, look_at_mirror));
  else if (look_at_mirror && form.application.population.has_criteria)
    checked = TRY(count_population(setting, user, about, form.application, today));
  for (const casework::Finding& each : form.findings) {
    const bool note = each.weight == casework::Finding::Weight::note;
    checked.remarks.push_back(
        {note ? extract::Severity::note : extract::Severity::blocks, each.error, each.advice});
  }
  return checked;
}

std::function<Result<std::vector<casework::Finding>>(const casework::Case&, const casework::Application&)>
precheck_hook(const Setting& setting, const std::string& actor, bool look_at_mirror) {
  return [setting, actor, look_at_mirror](
             const casework::Case& about,
             const casework::Application& application) -> Result<std::vector<casework::Finding>> {
    const auto checked = TRY(precheck_case(setting, actor, about, application, look_at_mirror));
    std::vector<casework::Finding> findings;
    for (const extract::Remark& remark : checked.remarks) {
      const bool blocks = remark.severity == extract::Severity::blocks;
      findings.push_back({blocks ? casework::Finding::Weight::wrong : casework::Finding::Weight::note,
                          remark.error, remark.advice});
    }
    return findings;
  };
}

}  // namespace fvm::agreement
