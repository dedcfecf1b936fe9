// A run as JSON: the same on the command line and over HTTP (SelfTest in web/src/shapes.ts).
#pragma once

#include <boost/json/fwd.hpp>

#include "selftest/types.hpp"

namespace fvm::selftest {

boost::json::object run_json(const Run& run);

}  // namespace fvm::selftest
