// The verbs of `fvm application` about agreements: specification, agreements, accept, accept-mail, activate.
#pragma once

namespace CLI {
class App;
}

namespace fvm::cli {

struct Context;
void add_agreement_verbs(CLI::App& application, Context& context);

}  // namespace fvm::cli
