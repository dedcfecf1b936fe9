#include <CLI/CLI.hpp>

#include "fvm/context.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {

void add_application(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("application", "not built yet");
  verb->allow_extras()->fallthrough(false);  // else the program above refuses them
  verb->callback([&context] {
    run_verb(context, []() -> Result<void> { return refused("verb.not_yet", {{"verb", "application"}}); });
  });
}

}  // namespace fvm::cli
