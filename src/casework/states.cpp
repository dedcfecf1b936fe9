#include "casework/states.hpp"

#include <algorithm>
#include <iterator>

namespace fvm::casework {

#define STATES_DEF "casework/states.def"
#include "base/states_table.inc"

namespace {

enum class Days { counts, waits };
enum class Seen { open, internal };
enum class Words { required, optional };

struct EventRow {
  Seen seen;
  Words words;
};

// What is in this table alone.
#define ROLE(...)
#define TRANSITION(...)
#define EVENT(...)
#define STATE(name, course, owner, days) Days::days,
constexpr Days days_of[] = {
#include STATES_DEF
};
#undef STATE
#define STATE(...)
#undef EVENT
#define EVENT(name, seen, words) {Seen::seen, Words::words},
constexpr EventRow event_rows[] = {
#include STATES_DEF
};

const EventRow& row_of(Event event) {
  return event_rows[static_cast<size_t>(event)];
}

}  // namespace

bool counts(State state) {
  return days_of[static_cast<size_t>(state)] == Days::counts;
}

bool is_internal(Event event) {
  return row_of(event).seen == Seen::internal;
}

bool needs_words(Event event) {
  return row_of(event).words == Words::required;
}

std::optional<Event> event_named(std::string_view name) {
  const auto* found = std::find(std::begin(event_names), std::end(event_names), name);
  if (found == std::end(event_names)) return std::nullopt;
  return static_cast<Event>(found - std::begin(event_names));
}

}  // namespace fvm::casework
