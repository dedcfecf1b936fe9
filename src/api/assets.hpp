// The built front end, as the pages of this room use it.
#pragma once

#include "http/assets.hpp"

namespace fvm::api {

using http::Assets;

}  // namespace fvm::api
