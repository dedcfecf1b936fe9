#include <CLI/CLI.hpp>

#include "fvm/context.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {

void add_synth(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("synth", "not built yet");
  verb->allow_extras();
  verb->callback([&context] {
    run_verb(context, []() -> Result<void> { return refused("verb.not_yet", {{"verb", "synth"}}); });
  });
}

}  // namespace fvm::cli
