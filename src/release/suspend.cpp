#include "release/suspend.hpp"

#include <array>

#include "notify/outbox.hpp"

namespace fvm::release {
namespace {

constexpr std::array leaving = {State::approved, State::sending, State::failed, State::bounced};
constexpr std::array held = {State::held};

// By a closing; and if it was stopped while it was sent, it has for certain not arrived (`waiting`: the
// courier knows that).
Result<bool> only_a_closing_holds(const store::Database& store, const Request& request) {
  if (request.history.empty() || request.history.back().event != Event::suspend) return false;
  if (request.history.back().from != State::sending) return true;
  const auto mail = TRY(notify::find(store, request.number));
  return mail && mail->phase == notify::Phase::waiting;
}

}  // namespace

Result<size_t> hold_closed(audit::Writer& writer, const std::string& reference) {
  size_t count = 0;
  for (const Request& request : TRY(in_states(writer, leaving))) {
    if (!TRY(is_closed_for_now(writer, request))) continue;
    TRY(take_step_with(writer, request.number, sanction(reference), Event::suspend, reference));
    ++count;
  }
  return count;
}

Result<size_t> restore_open(audit::Writer& writer, const std::string& reference) {
  size_t count = 0;
  for (const Request& request : TRY(in_states(writer, held))) {
    if (!TRY(only_a_closing_holds(writer, request))) continue;
    if (TRY(is_closed_for_now(writer, request))) continue;
    TRY(take_step_with(writer, request.number, sanction(reference), Event::restore, reference));
    ++count;
  }
  return count;
}

}  // namespace fvm::release
