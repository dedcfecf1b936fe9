#include "casework/letters.hpp"

#include <algorithm>
#include <vector>

#include "identity/rules.hpp"
#include "notify/letters.hpp"
#include "notify/outbox.hpp"

namespace fvm::casework {
namespace {

// What is said of an event: in the notice to anybody, and in the letter to the applicant (empty: no letter).
struct Texts {
  Event event;
  std::string_view notice, subject, letter;
};
constexpr Texts all_texts[] = {
    {Event::submit, "notice.case_submit", "letter.submit_subject", "letter.submit"},
    {Event::withdraw, "notice.case_withdraw", "letter.withdraw_subject", "letter.withdraw"},
    {Event::assign, "notice.case_assign", "", ""},
    {Event::request, "notice.case_request", "letter.request_subject", "letter.request"},
    {Event::answer, "notice.case_answer", "", ""},
    {Event::comment, "notice.case_comment", "letter.comment_subject", "letter.comment"},
    {Event::ask, "notice.case_ask", "", ""},
    {Event::opine, "notice.case_opine", "", ""},
    {Event::recommend, "notice.case_recommend", "", ""},
    {Event::approve, "notice.case_approve", "letter.approve_subject", "letter.approve"},
    {Event::reject, "notice.case_reject", "letter.reject_subject", "letter.reject"},
    {Event::reopen, "notice.case_reopen", "letter.reopen_subject", "letter.reopen"},
    {Event::sign, "notice.case_sign", "", ""},
    {Event::activate, "notice.case_activate", "letter.activate_subject", "letter.activate"},
    {Event::adopt, "notice.case_adopt", "letter.adopt_subject", "letter.adopt"},
    {Event::warn, "notice.case_warn", "letter.warn_subject", "letter.warn"},
    {Event::expire, "notice.case_expire", "letter.expire_subject", "letter.expire"},
    {Event::succeed, "notice.case_succeed", "", ""},
    {Event::close, "notice.case_close", "letter.close_subject", "letter.close"},
    {Event::lapse, "notice.case_lapse", "letter.lapse_subject", "letter.lapse"},
};

const Texts* texts_of(Event event) {
  const auto* found = std::find_if(std::begin(all_texts), std::end(all_texts),
                                   [&](const Texts& texts) { return texts.event == event; });
  return found == std::end(all_texts) ? nullptr : found;
}

// Who reads the notice: accounts, or everybody with a role.
std::vector<std::string> audiences_of(const Case& about, const Step& step, Notice notice) {
  const std::string caseworker = about.caseworker.empty() ? "role:caseworker" : about.caseworker;
  switch (notice) {
    case Notice::applicant:
      return {about.applicant};
    case Notice::caseworker:
      return {caseworker};
    case Notice::both:
      return {about.applicant, caseworker};
    case Notice::adviser:
      return {step.subject};
    case Notice::decision_makers:
      return {"role:decision-maker"};
    case Notice::none:
      break;
  }
  return {};
}

Result<void> write_letter(const Rules& rules, audit::Writer& writer, const Case& about, const Step& step,
                          const Texts& texts) {
  const std::string to = TRY(address_of(writer, about));
  if (to.empty()) return {};
  const Application application = TRY(application_of(writer, about));
  const Arguments facts = {{"case", about.number},
                           {"title", about.title},
                           {"service", rules.service},
                           {"project", about.project},
                           {"words", step.words},
                           {"days", std::to_string(rules.target_days)},
                           {"to", application.period ? to_text(application.period->to) : "–"}};
  return notify::queue_letter(writer,
                              notify::compose_letter(about.number, to, texts.subject, texts.letter, facts));
}

}  // namespace

std::string_view notice_key(Event event) {
  const Texts* texts = texts_of(event);
  return texts == nullptr ? std::string_view() : texts->notice;
}

Result<std::string> address_of(const store::Database& store, const Case& about) {
  if (about.version > 0) {
    const Application application = TRY(application_of(store, about));
    if (!application.contact.email.empty()) return application.contact.email;
  }
  return identity::is_address(about.mail_from) ? about.mail_from : std::string();
}

Result<void> tell(const Rules& rules, audit::Writer& writer, const Case& about, const Step& step,
                  Notice notice) {
  const Texts* texts = texts_of(step.event);
  if (notice == Notice::none || texts == nullptr) return {};
  for (const std::string& audience : audiences_of(about, step, notice)) {
    if (!audience.empty()) TRY(notify::tell(writer, audience, about.number, texts->notice));
  }
  const bool to_applicant = notice == Notice::applicant || notice == Notice::both;
  if (!to_applicant || texts->letter.empty()) return {};
  return write_letter(rules, writer, about, step, *texts);
}

}  // namespace fvm::casework
