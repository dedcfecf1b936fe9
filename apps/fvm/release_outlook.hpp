// fvm release outlook: what sending would lead to, before anything is sent.
#pragma once

#include "fvm/context.hpp"
#include "fvm/options.hpp"

namespace fvm::cli {

void add_release_outlook(Verb& verb, Context& context);

}  // namespace fvm::cli
