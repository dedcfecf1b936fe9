#include "sanction/states.hpp"

#include <algorithm>
#include <iterator>

namespace fvm::sanction {
namespace {

enum class Course { open, final };

// The table, read five times: names and lists of states, roles and events, courses, transitions.
#define STATE(...)
#define ROLE(...)
#define EVENT(...)
#define TRANSITION(from, event, role, to, notice) \
  {State::from, Event::event, Role::role, State::to, Notice::notice},
constexpr Transition table[] = {
#include "sanction/states.def"
};
#undef TRANSITION
#define TRANSITION(...)

#undef STATE
#define STATE(name, course, owner) State::name,
constexpr State states[] = {
#include "sanction/states.def"
};
#undef STATE
#define STATE(name, course, owner) #name,
constexpr std::string_view state_names[] = {
#include "sanction/states.def"
};
#undef STATE
#define STATE(name, course, owner) Course::course,
constexpr Course courses[] = {
#include "sanction/states.def"
};
#undef STATE
#define STATE(...)

#undef ROLE
#define ROLE(name) Role::name,
constexpr Role roles[] = {
#include "sanction/states.def"
};
#undef ROLE
#define ROLE(name) #name,
constexpr std::string_view role_names[] = {
#include "sanction/states.def"
};
#undef ROLE
#define ROLE(...)

#undef EVENT
#define EVENT(name) Event::name,
constexpr Event events[] = {
#include "sanction/states.def"
};
#undef EVENT
#define EVENT(name) #name,
constexpr std::string_view event_names[] = {
#include "sanction/states.def"
};
#undef EVENT

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
  return courses[static_cast<size_t>(state)] == Course::final;
}

std::string_view name_of(State state) {
  return state_names[static_cast<size_t>(state)];
}

std::string_view name_of(Event event) {
  return event_names[static_cast<size_t>(event)];
}

std::string_view name_of(Role role) {
  return role_names[static_cast<size_t>(role)];
}

std::optional<State> state_named(std::string_view name) {
  const auto* found = std::find(std::begin(state_names), std::end(state_names), name);
  if (found == std::end(state_names)) return std::nullopt;
  return static_cast<State>(found - std::begin(state_names));
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

}  // namespace fvm::sanction
