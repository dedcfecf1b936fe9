// web/src/shapes.ts as JSON (tools/api_shapes.py): {"routes": {"GET /api/me": {"answer": ["Me"]}}, "schemas":
// {…}}.
#pragma once

#include <string_view>

namespace fvm::api {

extern const std::string_view api_shapes;

}  // namespace fvm::api
