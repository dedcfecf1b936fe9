
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {

void add_table(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("table", "not built yet");
  verb->allow_extras()->fallthrough(false);  // else the program above refuses them
  verb->callback([&context] {
    run_verb(context, []() -> Result<void> { return refused("verb.not_yet", {{"verb", "table"}}); });
  });
}

}  // namespace fvm::cli
