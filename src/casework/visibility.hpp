// What somebody sees of a case.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "casework/permissions.hpp"
#include "casework/types.hpp"

namespace fvm::casework {

// nothing: as if there were no such case. outside: everything but the service's own words and names.
// inside: everything.
enum class Sight { nothing, outside, inside };

// Pure. Applicants see their own cases, signatories what their institution has handed in; caseworkers,
// decision-makers see what was handed in and what came by e-mail. Nobody else sees anything.
Sight sight_of(const Facts& facts);
Result<Sight> sight_of(const store::Database& store, const Case& about, std::string_view user);

// The case with what `sight` hides taken out: internal steps with their words; for the outside the names of
// the service's people too (a case speaks for the authority, not for a person).
Case seen(Case about, Sight sight);

// A word for somebody in a step as it is shown: "caseworker" instead of a name, when the name is hidden.
inline constexpr std::string_view the_service = "service";

// The cases that `user` may see, without their histories.
Result<std::vector<Case>> visible(const store::Database& store, std::vector<Case> cases,
                                  std::string_view user);
// One case; "casework.unknown" when it may not be seen: the same words as for one that does not exist.
Result<Case> find_visible(const store::Database& store, std::string_view number, std::string_view user);

}  // namespace fvm::casework
