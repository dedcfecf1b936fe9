// fvm release verify | keep | retain | retained: kept copies and how long they are kept.
#pragma once

#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "release/copies.hpp"

namespace fvm::cli {

release::KeptCopies kept_copies(const Context& context, const Services& services);

void add_release_keep(Verb& release, Context& context);

}  // namespace fvm::cli
