// How a refresh finds the persons whom changed rows may bring into the population or take out of it. Private
// to this room; pure.
#pragma once

#include "extract/plan_keep.hpp"

namespace fvm::extract {

// For a plan whose recipe of the population is that of the version before, but of whose population's tables
// one has changed: its criteria and events then ask for the affected persons alone, and `change` tells who
// they are. Who is in the population hangs, person for person, on the person's own rows and the numbers
// supplied, so everybody else is as before. Where that is not so, or most of a table has changed, the plan
// stays as it is; `population_way` tells why.
Result<void> change_population(Plan& plan, const Known& known);

}  // namespace fvm::extract
