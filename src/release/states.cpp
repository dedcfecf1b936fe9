#include "release/states.hpp"

#include <algorithm>
#include <iterator>

namespace fvm::release {

#define STATES_DEF "release/states.def"
#include "base/states_table.inc"

}  // namespace fvm::release
