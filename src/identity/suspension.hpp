// Closings for a time: of an account, a project or a whole institution. A row that has not ended is in force;
// nothing else is changed, so what ends with it is exactly what it began. Who decides so, and what follows
// from it, is the business of room sanction. One that rests on no case is a pause and counts against nobody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "base/result.hpp"

namespace fvm::identity {

enum class Scope { user, project, institution };
std::string_view name_of(Scope scope);
std::optional<Scope> scope_named(std::string_view name);

struct Suspension {
  int64_t id = 0;
  Scope scope{};
  std::string subject;    // user name, project number or CVR number
  std::string reference;  // of the case that it rests on, or "P-" and a number: a pause
  Time began;
  std::optional<Time> ended;
  bool counts = true;         // against the one it closes: not a pause, not a case that came to nothing
  std::optional<Date> until;  // a pause's last day
};

// In force from now on; its number.
Result<int64_t> suspend(audit::Writer& writer, Scope scope, std::string_view subject,
                        std::string_view reference);
// A pause, in force from now on; its reference.
Result<std::string> pause(audit::Writer& writer, Scope scope, std::string_view subject,
                          const std::optional<Date>& until);
// Ends every one that rests on that case; how many.
Result<int64_t> lift(audit::Writer& writer, std::string_view reference);

// It should not have been: what rests on that case counts against nobody later.
Result<void> disregard(audit::Writer& writer, std::string_view reference);

// Whether this very account, project or institution is closed; what follows for its accounts and projects is
// in User::suspended and extract::Project::suspended.
Result<bool> is_suspended(const store::Database& store, Scope scope, std::string_view subject);
// All, or one subject's, oldest first.
Result<std::vector<Suspension>> suspensions(const store::Database& store, std::string_view subject = {});
// Whether that subject is or was closed since that time, by a closing that counts.
Result<bool> was_suspended(const store::Database& store, std::string_view subject, Time since);

}  // namespace fvm::identity
