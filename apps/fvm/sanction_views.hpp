// How cases about breaches are shown: lines for people, one JSON document with --json.
#pragma once

#include <vector>

#include "fvm/context.hpp"
#include "fvm/services.hpp"
#include "sanction/types.hpp"

namespace fvm::cli {

// Words are for those whom the case is about and those who handle it; a colleague who is only reached by the
// closing sees what is closed, until when, and how to answer.
void show_case(const Context& context, const Services& services, const sanction::Case& found);
void show_cases(const Context& context, const std::vector<sanction::Case>& cases);

}  // namespace fvm::cli
