// The newest test of the service by itself, for those whose work it is.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>

#include "selftest/types.hpp"

namespace fvm::api {

boost::json::value self_test_json(const std::optional<selftest::Run>& run);

}  // namespace fvm::api
