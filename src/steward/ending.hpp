// Duties about the end of projects and sessions.
#pragma once

#include "steward/duties.hpp"

namespace fvm::steward {

// Sessions of projects, accounts and members that have ended are ended; those whose holder died get the end
// of their record.
Result<void> end_sessions(const Work& work);
// What is past its last day is sealed; sealed long enough, deleted; prolonged, opened again; closed half-way,
// finished. One that fails does not keep the others.
Result<void> end_projects(const Work& work);
// Members and caseworkers are told so many days before (projects.warn_days).
Result<void> warn_of_ends(const Work& work);

// Members and caseworkers are told which granted variables nobody has used (projects.usage_days).
Result<void> tell_unused(const Work& work);

}  // namespace fvm::steward
