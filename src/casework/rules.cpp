#include "casework/rules.hpp"

#include "base/blank.hpp"

namespace fvm::casework {
namespace {

bool needs_account(Event event) {
  return event == Event::assign || event == Event::ask || event == Event::hand_over;
}

Result<void> check_words(const Case& about, Event event, const Words& words) {
  const Arguments facts = {{"case", about.number}, {"event", std::string(name_of(event))}};
  if (needs_words(event) && is_blank(words.text)) return usage("casework.no_words", facts);
  if (words.text.size() > words_bytes_max)
    return usage("casework.words_too_long", {{"bytes_max", std::to_string(words_bytes_max)}});
  if (words.text.find('\0') != std::string::npos) return usage("casework.words_unreadable");
  return {};
}

}  // namespace

Result<void> check_step(const Case& about, Event event, const std::string& actor, const Words& words) {
  TRY(check_words(about, event, words));
  if (needs_account(event) && words.subject.empty())
    return usage("casework.no_subject", {{"case", about.number}, {"event", std::string(name_of(event))}});
  if (event == Event::ask && (words.subject == actor || words.subject == about.caseworker))
    return refused("casework.ask_somebody_else", {{"case", about.number}});
  if (event == Event::recommend && words.subject != "approve" && words.subject != "reject")
    return usage("casework.recommend_what");
  const bool amendment = about.kind == Kind::amendment;
  if ((event == Event::adopt && !amendment) || (event == Event::activate && amendment))
    return refused("casework.wrong_kind", {{"case", about.number}, {"event", std::string(name_of(event))}});
  return {};
}

void apply(Case& about, Step& step) {
  about.state = step.to;
  switch (step.event) {
    case Event::submit:
    case Event::answer:
      about.submitted_version = about.version;
      if (!about.submitted) about.submitted = step.at;
      break;
    case Event::request:  // whoever asks has taken it up
      if (about.caseworker.empty() && step.role == Role::caseworker)
        step.subject = about.caseworker = step.actor;
      break;
    case Event::assign:
      about.caseworker = step.subject;
      break;
    case Event::hand_over:
      about.applicant = step.subject;
      break;
    case Event::activate:
    case Event::adopt:
      about.in_force_version = about.submitted_version;
      break;
    default:
      break;
  }
  step.version = about.version;
}

}  // namespace fvm::casework
