#include "casework/states.hpp"

#include <algorithm>
#include <iterator>

namespace fvm::casework {
namespace {

enum class Course { open, final };
enum class Days { counts, waits };
enum class Seen { open, internal };
enum class Words { required, optional };

struct StateRow {
  State state;
  std::string_view name;
  Course course;
  Days days;
};
struct EventRow {
  Event event;
  std::string_view name;
  Seen seen;
  Words words;
};

// The table, read four times: states, roles, events, transitions.
#define STATE(...)
#define ROLE(...)
#define EVENT(...)
#define TRANSITION(from, event, role, to, notice) \
  {State::from, Event::event, Role::role, State::to, Notice::notice},
constexpr Transition table[] = {
#include "casework/states.def"
};
#undef TRANSITION
#define TRANSITION(...)

#undef STATE
#define STATE(name, course, owner, days) {State::name, #name, Course::course, Days::days},
constexpr StateRow state_rows[] = {
#include "casework/states.def"
};
#undef STATE
#define STATE(name, ...) State::name,
constexpr State states[] = {
#include "casework/states.def"
};
#undef STATE
#define STATE(...)

#undef ROLE
#define ROLE(name) Role::name,
constexpr Role roles[] = {
#include "casework/states.def"
};
#undef ROLE
#define ROLE(name) #name,
constexpr std::string_view role_names[] = {
#include "casework/states.def"
};
#undef ROLE
#define ROLE(...)

#undef EVENT
#define EVENT(name, seen, words) {Event::name, #name, Seen::seen, Words::words},
constexpr EventRow event_rows[] = {
#include "casework/states.def"
};
#undef EVENT
#define EVENT(name, ...) Event::name,
constexpr Event events[] = {
#include "casework/states.def"
};
#undef EVENT

const StateRow& row_of(State state) {
  return state_rows[static_cast<size_t>(state)];
}

const EventRow& row_of(Event event) {
  return event_rows[static_cast<size_t>(event)];
}

}  // namespace

std::span<const Transition> transitions() {
  return table;
}

std::optional<Transition> next(State state, Event event, Role role) {
  const auto* found = std::find_if(std::begin(table), std::end(table), [&](const Transition& step) {
    return step.from == state && step.event == event && step.role == role;
  });
  if (found == std::end(table)) return std::nullopt;
  return *found;
}

bool is_final(State state) {
  return row_of(state).course == Course::final;
}

bool counts(State state) {
  return row_of(state).days == Days::counts;
}

bool is_internal(Event event) {
  return row_of(event).seen == Seen::internal;
}

bool needs_words(Event event) {
  return row_of(event).words == Words::required;
}

std::string_view name_of(State state) {
  return row_of(state).name;
}

std::string_view name_of(Event event) {
  return row_of(event).name;
}

std::string_view name_of(Role role) {
  return role_names[static_cast<size_t>(role)];
}

std::optional<State> state_named(std::string_view name) {
  for (const StateRow& row : state_rows) {
    if (row.name == name) return row.state;
  }
  return std::nullopt;
}

std::optional<Event> event_named(std::string_view name) {
  for (const EventRow& row : event_rows) {
    if (row.name == name) return row.event;
  }
  return std::nullopt;
}

std::span<const State> all_states() {
  return states;
}

std::span<const Event> all_events() {
  return events;
}

std::span<const Role> all_roles() {
  return roles;
}

}  // namespace fvm::casework
