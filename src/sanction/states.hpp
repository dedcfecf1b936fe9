// States of a case about a breach and the one table of allowed steps (states.def). Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace fvm::sanction {

#define STATE(name, ...) name,
#define ROLE(...)
#define EVENT(...)
#define TRANSITION(...)
enum class State {
#include "sanction/states.def"
};
#undef STATE
#define STATE(...)
#undef ROLE
#define ROLE(name) name,
enum class Role {
#include "sanction/states.def"
};
#undef ROLE
#define ROLE(...)
#undef EVENT
#define EVENT(name) name,
enum class Event {
#include "sanction/states.def"
};
#undef STATE
#undef ROLE
#undef EVENT
#undef TRANSITION

// Who is told when a step has been taken.
enum class Notice { none, subject, deciders };

struct Transition {
  State from;
  Event event;
  Role role;
  State to;
  Notice notice;
};

// Every step that exists.
std::span<const Transition> transitions();
// The step that `event` by `role` takes from `state`; nothing when it is not allowed.
std::optional<Transition> next(State state, Event event, Role role);
// No step leads out of it: the case is over.
bool is_final(State state);

std::string_view name_of(State state);
std::string_view name_of(Event event);
std::string_view name_of(Role role);
std::optional<State> state_named(std::string_view name);

std::span<const State> all_states();
std::span<const Event> all_events();
std::span<const Role> all_roles();

}  // namespace fvm::sanction
