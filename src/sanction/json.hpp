// A case as it is shown: the same for the command line and the API. Filter by visibility.hpp first.
#pragma once

#include <boost/json/object.hpp>

#include "sanction/types.hpp"

namespace fvm::sanction {

boost::json::object case_json(const Case& about);

}  // namespace fvm::sanction
