// When everybody has accepted: project, data, accounts, members.
#include <algorithm>
#include <set>

#include "agreement/rules.hpp"
#include "agreement/service.hpp"
#include "agreement/store.hpp"
#include "base/log.hpp"
#include "casework/store.hpp"
#include "catalogue/catalogue.hpp"
#include "extract/service.hpp"
#include "identity/rules.hpp"
#include "identity/service.hpp"
#include "notify/letters.hpp"

namespace fvm::agreement {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;
constexpr unsigned names_tried_max = 100;

extract::Setting extract_setting(const Setting& setting) {
  return {setting.world, setting.instance, setting.config, setting.ledger, "fvm-agreement", setting.on_line};
}

// The signed text, read again as the compiler reads it: the catalogue may have changed since it was signed.
Result<extract::SpecificationFile> signed_file(const Setting& setting, const Version& version,
                                               const Path& cohort) {
  const auto catalogue = TRY(setting.catalogues->newest(setting.ledger.database()));
  const Date today = date_of_days(setting.world.now().microseconds / day_microseconds);
  Compiled compiled = TRY(compile(version.specification, version.case_number, *catalogue, today));
  return extract::SpecificationFile{
      std::move(compiled.text), cohort, {std::move(compiled.specification), std::move(compiled.notes)}};
}

Result<bool> project_exists(const store::Database& store, const std::string& number) {
  const auto found = extract::open_project(store, number);
  if (found.ok()) return true;
  if (found.error().code == "project.unknown") return false;
  return found.error();
}

Result<void> make_project(const Setting& setting, const Version& version, const Path& cohort) {
  const auto file = TRY(signed_file(setting, version, cohort));
  const bool there = TRY(project_exists(setting.ledger.database(), version.project));
  const std::string& supplied = file.reading.specification->supplied;
  if (!there && !supplied.empty() && cohort.empty())
    return refused("agreement.cohort_missing", {{"case", version.case_number}, {"file", supplied}});
  TRY(there ? extract::amend_project(extract_setting(setting), file)
            : extract::create_project(extract_setting(setting), file));
  return {};
}

// Whether the account may be this person's: open, and of the institution.
bool is_usable(const Result<identity::User>& user, const identity::Institution& institution) {
  return user.ok() && !user->closed && user->institution == institution.id;
}

Result<std::string> free_name(const store::Database& store, std::string_view email) {
  const std::string base = account_name_of(email);
  for (unsigned i = 1; i < names_tried_max; ++i) {
    const std::string name = i == 1 ? base : base + "-" + std::to_string(i);
    const auto taken = identity::find_user(store, name);
    if (!taken.ok() && taken.error().kind == fvm::Kind::usage) return name;
    if (!taken.ok()) return taken.error();
  }
  return refused("agreement.no_free_name", {{"name", base}});
}

// The account of the person whom a declaration is about; made if there is none.
Result<std::string> account_for(audit::Writer& writer, const identity::Institution& institution,
                                const Agreement& declaration, Activated& done) {
  std::string name = declaration.party.account;
  if (name.empty()) {
    for (const std::string& former : TRY(accounts_of(writer, declaration.party.email))) {
      if (name.empty() && is_usable(identity::find_user(writer, former), institution)) name = former;
    }
  }
  const bool asked_for = !name.empty();
  if (!asked_for) name = TRY(free_name(writer, declaration.party.email));
  const auto there = identity::find_user(writer, name);
  if (asked_for && there.ok()) {
    if (!is_usable(there, institution))
      return refused("agreement.account_elsewhere", {{"user", name}, {"institution", institution.name}});
    TRY(identity::add_role(writer, name, identity::Role::analyst));
    return name;
  }
  TRY(identity::add_user(writer, name, institution.cvr, {identity::Role::analyst}));
  done.accounts.push_back(name);
  return name;
}

// Tells a new member the name of his account.
Result<void> queue_letter(const Setting& setting, audit::Writer& writer, const Version& version,
                          const Party& party, const std::string& account) {
  if (party.email.empty()) return {};
  return notify::queue_letter(writer, notify::compose_letter(version.case_number, party.email,
                                                             "letter.account_subject", "letter.account",
                                                             {{"case", version.case_number},
                                                              {"name", party.name},
                                                              {"service", setting.config.service.name},
                                                              {"project", version.project},
                                                              {"account", account}}));
}

// Members are those who have accepted their declaration, and nobody else.
Result<void> set_members(const Setting& setting, audit::Writer& writer, const Version& version,
                         const casework::Case& about, Activated& done) {
  const auto institution = TRY(identity::find_institution(writer, about.cvr));
  std::set<std::string> members;
  for (const Agreement& each : version.agreements) {
    if (each.kind != Kind::user_declaration) continue;
    const std::string name = TRY(account_for(writer, institution, each, done));
    TRY(set_account(writer, each.id, name));
    if (!TRY(identity::is_member(writer, version.project, name))) {
      TRY(identity::add_member(writer, version.project, name));
      TRY(queue_letter(setting, writer, version, each.party, name));
    }
    members.insert(name);
  }
  for (const identity::User& former : TRY(identity::members_of(writer, version.project))) {
    if (!members.contains(former.name)) TRY(identity::remove_member(writer, version.project, former.name));
  }
  done.members.assign(members.begin(), members.end());
  return {};
}

Result<void> enter_into_force(const Setting& setting, audit::Writer& writer, const casework::Case& about,
                              int64_t wanted, Activated& done) {
  // Again, inside the transaction: it may have been taken back while the project was built.
  const auto version = TRY(newest_of_case(writer, about.number));
  if (!version || version->version != wanted || !all_accepted(*version))
    return refused("agreement.waiting_for",
                   {{"case", about.number}, {"who", version ? waiting_for(*version) : ""}});
  done.accounts.clear();
  TRY(set_members(setting, writer, *version, about, done));
  TRY(set_in_force(writer, *version));
  writer.fact("project", version->project);
  writer.fact("agreements_version", std::to_string(version->version));
  writer.fact("specification_sha256", version->specification_sha256);
  writer.fact("members", std::to_string(done.members.size()));
  return {};
}

}  // namespace

Result<Activated> activate(const Setting& setting, std::string_view case_number, const Path& cohort) {
  const store::Database& store = setting.ledger.database();
  const casework::Case about = TRY(casework::find(store, case_number));
  const auto version = TRY(newest_of_case(store, about.number));
  if (!version) return refused("agreement.none", {{"case", about.number}});
  Activated done{.project = version->project};
  if (version->in_force) {
    done.already = true;
    return done;
  }
  if (!all_accepted(*version))
    return refused("agreement.waiting_for", {{"case", about.number}, {"who", waiting_for(*version)}});
  if (about.state != casework::State::awaiting_agreement)
    return refused("agreement.lapsed", {{"agreement", ""}, {"case", about.number}});
  TRY(make_project(setting, *version, cohort));
  crash_point("agreement.project_made");
  const auto built =
      TRY(extract::build_project(extract_setting(setting), version->project, extract::When::if_changed));
  done.version = built.version, done.persons = built.persons, done.rows = built.rows;
  crash_point("agreement.project_built");
  TRY(casework::activate(casework_setting(setting), about.number, casework::program("fvm-agreement"),
                         [&](audit::Writer& writer, casework::Case& now) {
                           return enter_into_force(setting, writer, now, version->version, done);
                         }));
  return done;
}

Result<void> carry_on(const Setting& setting) {
  for (const Version& version : TRY(waiting(setting.ledger.database()))) {
    const auto made = make_files(setting, version.case_number);
    if (!made.ok()) log_error("agreement.files", made.error());
    if (!all_accepted(version)) continue;
    const auto activated = activate(setting, version.case_number);
    // Numbers that the authority has not handed over yet are nothing to be alarmed about.
    if (!activated.ok() && activated.error().code != "agreement.cohort_missing")
      log_error("agreement.activate", activated.error());
  }
  return {};
}

}  // namespace fvm::agreement
