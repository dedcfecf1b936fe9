// What of a file is compared with the other files of its request, as it is told to whoever asked for the
// scan.
#pragma once

#include <boost/json/fwd.hpp>

#include "disclosure/together.hpp"

namespace fvm::runner {

boost::json::object outline_document(const disclosure::Outline& outline);

}  // namespace fvm::runner
