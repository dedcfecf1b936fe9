// The verbs of `fvm application` about agreements: specification, agreements, accept, accept-mail, activate.
#pragma once

namespace fvm::cli {

class Verb;
struct Context;
void add_agreement_verbs(Verb& application, Context& context);

}  // namespace fvm::cli
