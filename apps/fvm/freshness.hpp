// fvm mirror freshness: how new each table of the catalogue is.
#pragma once

namespace fvm::cli {

class Verb;
struct Context;
void add_freshness(Verb& mirror, Context& context);

}  // namespace fvm::cli
