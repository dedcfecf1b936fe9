// Accepting: logged in, or by the fixed sentence in a reply.
#include <algorithm>

#include "agreement/rules.hpp"
#include "agreement/service.hpp"
#include "agreement/store.hpp"
#include "casework/store.hpp"
#include "identity/service.hpp"

namespace fvm::agreement {
namespace {

bool is_signatorys(const Agreement& agreement) {
  return agreement.kind != Kind::user_declaration;
}

// Titles of what is accepted, for the case's history.
std::string titles(const std::vector<Agreement>& agreements) {
  std::string out;
  for (const Agreement& each : agreements) out += (out.empty() ? "" : ", ") + each.title;
  return out;
}

Result<Version> newest(const store::Database& store, std::string_view case_number) {
  auto version = TRY(newest_of_case(store, case_number));
  if (version) return std::move(*version);
  return refused("agreement.none", {{"case", std::string(case_number)}});
}

// One step of the case in which all of `chosen` are accepted; each is looked at again inside the transaction.
Result<Accepted> accept_all(const Setting& setting, const casework::Actor& actor,
                            std::vector<Agreement> chosen, How how) {
  const Agreement& first = chosen.front();
  const auto body = [&](audit::Writer& writer, casework::Case&) -> Result<void> {
    const Version now = TRY(version_of(writer, first.project, first.version));
    for (const Agreement& wanted : chosen) {
      const auto each = std::find_if(now.agreements.begin(), now.agreements.end(),
                                     [&](const Agreement& one) { return one.id == wanted.id; });
      if (each == now.agreements.end()) return refused("agreement.lapsed", {});
      TRY(may_be_accepted(*each));
      TRY(set_accepted(writer, each->id, how, actor.name));
      writer.fact(std::string(name_of(each->kind)) + "_" + std::to_string(each->id), each->pdf_sha256);
    }
    writer.fact("how", std::string(name_of(how)));
    writer.fact("specification_sha256", now.specification_sha256);
    return {};
  };
  TRY(casework::take_step(casework_setting(setting), first.case_number, actor, casework::Event::sign,
                          {.text = titles(chosen)}, body));
  crash_point("agreement.accepted");
  const Version now = TRY(version_of(setting.ledger.database(), first.project, first.version));
  return Accepted{std::move(chosen), now};
}

// What of `version` is `actor`'s to accept by account.
std::vector<Agreement> of_account(const Version& version, const std::string& actor, bool is_signatory) {
  std::vector<Agreement> out;
  for (const Agreement& each : version.agreements) {
    const bool own = is_signatorys(each) ? is_signatory : !actor.empty() && each.party.account == actor;
    if (own && each.state == State::open) out.push_back(each);
  }
  return out;
}

Error not_yours(const std::string& actor, std::string_view case_number) {
  return refused("agreement.not_yours", {{"user", actor}, {"case", std::string(case_number)}});
}

}  // namespace

Result<Accepted> accept(const Setting& setting, const std::string& actor, std::string_view case_number) {
  const store::Database& store = setting.ledger.database();
  const casework::Case about = TRY(casework::find(store, case_number));
  const auto user = identity::find_user(store, actor);
  if (!user.ok() || !user->may_act()) return not_yours(actor, case_number);
  const auto institution = TRY(identity::find_institution(store, user->institution_name));
  // An account of another authority is nobody here, whatever name the application put down.
  if (institution.cvr != about.cvr) return not_yours(actor, case_number);
  const bool signatory = user->may_act_as(identity::Role::signatory);
  const Version version = TRY(newest(store, about.number));
  const auto mine = of_account(version, actor, signatory);
  if (mine.empty()) return not_yours(actor, case_number);
  // The signatory signs in his own name and role; a user's declaration is recorded for him by the program.
  const bool signs = std::any_of(mine.begin(), mine.end(), is_signatorys);
  return accept_all(setting, {actor, !signs}, mine, How::account);
}

Result<std::optional<Accepted>> accept_by_mail(const Setting& setting, const std::string& from,
                                               std::string_view text) {
  const auto answer = read_answer(text);
  if (!answer) return std::optional<Accepted>();
  const store::Database& store = setting.ledger.database();
  const auto wrong_code = refused("agreement.wrong_code", {{"case", answer->case_number}});
  const auto refuse = [&](const Error& error) -> Result<std::optional<Accepted>> {
    TRY(setting.ledger.record(
        {"fvm-agreement", "agreement.refused", answer->case_number, {{"why", error.code}}}));
    return error;
  };
  const auto version = TRY(newest_of_case(store, answer->case_number));
  if (!version || version->version != answer->version) return refuse(wrong_code);
  std::vector<Agreement> meant;
  bool code_known = false;
  for (const Agreement& each : version->agreements) {
    if (TRY(paper_of(store, each.id)).code != answer->code) continue;
    code_known = true;
    if (same_address(each.party.email, from)) meant.push_back(each);
  }
  if (!code_known) return refuse(wrong_code);
  if (meant.empty()) return refuse(refused("agreement.wrong_sender", {{"case", answer->case_number}}));
  std::vector<Agreement> open;
  std::copy_if(meant.begin(), meant.end(), std::back_inserter(open),
               [](const Agreement& each) { return each.state == State::open; });
  if (open.empty()) TRY(may_be_accepted(meant.front()));
  return std::optional<Accepted>(
      TRY(accept_all(setting, casework::program(from), std::move(open), How::mail)));
}

std::function<Result<std::optional<std::string>>(const std::string& from, std::string_view text)>
mail_answers(const Setting& setting) {
  Setting later = setting;
  later.follow_later = true;
  return [later](const std::string& from, std::string_view text) -> Result<std::optional<std::string>> {
    const auto accepted = TRY(accept_by_mail(later, from, text));
    if (!accepted) return std::optional<std::string>();
    return std::optional<std::string>(accepted->version.case_number);
  };
}

}  // namespace fvm::agreement
