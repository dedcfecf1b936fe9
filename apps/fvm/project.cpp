#include <CLI/CLI.hpp>

#include "fvm/context.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {

void add_project(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("project", "not built yet");
  verb->allow_extras();
  verb->callback([&context] {
    run_verb(context, []() -> Result<void> { return refused("verb.not_yet", {{"verb", "project"}}); });
  });
}

}  // namespace fvm::cli
