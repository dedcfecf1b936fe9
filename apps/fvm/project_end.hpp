// project close | certificate; and what all project verbs work with.
#pragma once

#include "extract/service.hpp"
#include "fvm/context.hpp"
#include "fvm/services.hpp"

namespace fvm::cli {

class Verb;

// Both outlive the setting. Progress goes to a terminal.
extract::Setting setting_of(const Context& context, const Services& services);

void add_project_end(Verb& project, Context& context);
void add_project_usage(Verb& project, Context& context);  // project usage

}  // namespace fvm::cli
