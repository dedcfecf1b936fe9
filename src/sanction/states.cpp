#include "sanction/states.hpp"

#include <algorithm>
#include <iterator>

namespace fvm::sanction {

#define STATES_DEF "sanction/states.def"
#include "base/states_table.inc"

}  // namespace fvm::sanction
