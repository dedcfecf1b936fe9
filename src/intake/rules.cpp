#include "intake/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace fvm::intake {
namespace {

constexpr std::array<std::string_view, 6> states = {"kept",    "quarantined", "filed",
                                                    "ignored", "unreadable",  "refused"};
constexpr std::array<std::string_view, 6> events = {"file",    "quarantine", "ignore",
                                                    "give_up", "accept",     "refuse"};

struct Transition {
  State from;
  Event event;
  State to;
};
// All that is allowed. The first four are the machine's, the others a caseworker's.
constexpr Transition table[] = {
    {State::kept, Event::file, State::filed},          {State::kept, Event::quarantine, State::quarantined},
    {State::kept, Event::ignore, State::ignored},      {State::kept, Event::give_up, State::unreadable},
    {State::quarantined, Event::accept, State::filed}, {State::quarantined, Event::refuse, State::refused},
    {State::ignored, Event::accept, State::filed},     {State::unreadable, Event::refuse, State::refused},
};

std::string domain_of(std::string_view address) {
  const size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string() : std::string(address.substr(at + 1));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

// Length of the case number at the start of `text`, or 0: "FVM-2026-0017", "FVM-2026-0017-A1".
size_t number_at(std::string_view text) {
  size_t at = 0;
  const auto count = [&](auto is, size_t least, size_t most) {
    const size_t begin = at;
    while (at < text.size() && is(text[at]) && at - begin < most) ++at;
    return at - begin >= least;
  };
  const auto dash = [&] { return at < text.size() && text[at++] == '-'; };
  if (!count(is_capital, 2, 8) || !dash() || !count(is_digit, 4, 4) || !dash() || !count(is_digit, 4, 8))
    return 0;
  const size_t whole = at;
  if (text.substr(at).starts_with("-A") && (at += 2, count(is_digit, 1, 3))) return at;
  return whole;
}

}  // namespace

std::string_view name_of(State state) {
  return states[static_cast<size_t>(state)];
}
std::string_view name_of(Event event) {
  return events[static_cast<size_t>(event)];
}
std::optional<State> state_named(std::string_view name) {
  const auto found = std::find(states.begin(), states.end(), name);
  if (found == states.end()) return std::nullopt;
  return static_cast<State>(found - states.begin());
}

std::optional<State> next(State state, Event event) {
  for (const Transition& each : table) {
    if (each.from == state && each.event == event) return each.to;
  }
  return std::nullopt;
}

std::string folded(std::string_view address) {
  std::string out(address);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool is_automatic(const Content& content, std::string_view envelope) {
  if (envelope == "<>" || (content.has_return_path && content.return_path.empty())) return true;
  if (!content.auto_submitted.empty() && content.auto_submitted != "no") return true;
  if (content.precedence == "bulk" || content.precedence == "junk" || content.precedence == "list")
    return true;
  if (content.suppress.find("all") != std::string::npos ||
      content.suppress.find("autoreply") != std::string::npos)
    return true;
  if (content.is_list || content.is_report) return true;
  constexpr std::array<std::string_view, 4> machines = {"mailer-daemon@", "postmaster@", "noreply@",
                                                        "no-reply@"};
  return std::any_of(machines.begin(), machines.end(), [&](std::string_view name) {
    return !content.from.empty() && folded(content.from[0].address).starts_with(name);
  });
}

bool is_authenticated(const Content& content) {
  if (content.dmarc != "pass" || content.from.size() != 1 || content.dmarc_domain.empty()) return false;
  return domain_of(content.from[0].address) == content.dmarc_domain;
}

std::vector<std::string> case_numbers_in(std::string_view text) {
  std::vector<std::string> out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool inside_word =
        i > 0 && (std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0 || text[i - 1] == '-');
    if (!is_capital(text[i]) || inside_word) continue;
    const size_t length = number_at(text.substr(i));
    if (length == 0) continue;
    const std::string number(text.substr(i, length));
    if (std::find(out.begin(), out.end(), number) == out.end()) out.push_back(number);
    i += length - 1;
  }
  return out;
}

Decision decide(const Facts& facts) {
  if (facts.automatic) return {Event::ignore, "intake.automatic", {}, false};
  if (!facts.one_sender) return {Event::quarantine, "intake.sender_unclear", {}, false};
  if (!facts.authenticated && facts.authentication_required)
    return {Event::quarantine, "intake.not_authenticated", {}, false};
  if (facts.known_case.empty()) return {Event::file, "intake.new_case", {}, true};
  if (!facts.sender_on_case) return {Event::quarantine, "intake.not_on_case", facts.known_case, false};
  return {Event::file, "intake.reply", facts.known_case, true};
}

}  // namespace fvm::intake
