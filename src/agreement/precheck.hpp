// The pre-check of a case: what casework calls before a text is handed in. It looks at the very specification
// that would be signed and compiled.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agreement/service.hpp"
#include "extract/precheck.hpp"

namespace fvm::agreement {

// `actor`: for the ledger. A program that may not start jobs does not look at the mirror.
Result<extract::Prechecked> precheck_case(const Setting& setting, const std::string& actor,
                                          const casework::Case& about,
                                          const casework::Application& application, bool look_at_mirror);

// The same of the newest text that `user` may see, with what is wrong with the form itself: a form with gaps
// has no specification yet, and nothing else is said of it then than how many persons its population has.
Result<extract::Prechecked> precheck_for(const Setting& setting, const std::string& user,
                                         const std::string& number, bool look_at_mirror);

// For casework's hooks. What `setting` refers to must outlive it.
std::function<Result<std::vector<casework::Finding>>(const casework::Case&, const casework::Application&)>
precheck_hook(const Setting& setting, const std::string& actor, bool look_at_mirror);

}  // namespace fvm::agreement
