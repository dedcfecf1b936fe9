// Agreements as JSON, the same from the command line and the API.
#pragma once

#include <boost/json/object.hpp>

#include "agreement/types.hpp"
#include "config/instance.hpp"

namespace fvm::agreement {

// With the paths of the files when they are made.
boost::json::object to_json(const config::Instance& instance, const Version& version);

}  // namespace fvm::agreement
