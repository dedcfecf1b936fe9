// One step inside a transaction. Private to this room: service.cpp and lifecycle.cpp build on it.
#pragma once

#include "casework/service.hpp"

namespace fvm::casework {

struct Taken {
  Case about;
  Step step;
  int64_t id = 0;  // of the step in the store
};

// A transaction's record is about its first step; those that it draws after it stand in the record too.
enum class Part { first, drawn_along };

// Checks, changes, records, tells; runs `body` and the hook in_step. The caller's transaction.
Result<Taken> step_inside(const Setting& setting, audit::Writer& writer, std::string_view number,
                          const Actor& actor, Event event, const Words& words, const Body& body,
                          Part part = Part::first);
// One that the system takes because another was taken.
Result<Taken> draw_along(const Setting& setting, audit::Writer& writer, std::string_view number, Event event,
                         const Words& words = {}, const Body& body = {});

// The next number of the year that neither a case nor a project has.
Result<std::string> next_number(const Setting& setting, audit::Writer& writer);

// Amendments of a case that has ended end with it.
Result<std::vector<Taken>> end_children(const Setting& setting, audit::Writer& writer, const Case& parent);

// The whole transaction of `body`, a refusal recorded, then after_step for every step that it took.
Result<Case> in_transaction(const Setting& setting, std::string_view number, const Actor& actor, Event event,
                            const std::function<Result<std::vector<Taken>>(audit::Writer&)>& body);

// A refusal is a record too; a slip of the keyboard is none.
Result<void> record_refusal(const Setting& setting, std::string_view number, const Actor& actor, Event event,
                            const Error& error);

// Steps whose after_step is not known to have run.
struct Pending {
  int64_t step = 0;
  std::string number;
};
Result<std::vector<Pending>> pending_steps(const store::Database& store);
// Runs after_step for one and takes it off the list.
Result<void> catch_up(const Setting& setting, const Pending& pending);

}  // namespace fvm::casework
