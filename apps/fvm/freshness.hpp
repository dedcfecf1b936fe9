// fvm mirror freshness: how new each table of the catalogue is.
#pragma once

namespace CLI {
class App;
}

namespace fvm::cli {

struct Context;
void add_freshness(CLI::App& mirror, Context& context);

}  // namespace fvm::cli
