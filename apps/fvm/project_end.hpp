// project close | certificate; and what all project verbs work with.
#pragma once

#include "extract/service.hpp"
#include "fvm/context.hpp"
#include "fvm/services.hpp"

namespace CLI {
class App;
}

namespace fvm::cli {

// Both outlive the setting. Progress goes to a terminal.
extract::Setting setting_of(const Context& context, const Services& services);

void add_project_end(CLI::App& project, Context& context);
void add_project_usage(CLI::App& project, Context& context);  // project usage

}  // namespace fvm::cli
