// What the routes that answer in JSON have in common.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "base/result.hpp"
#include "http/types.hpp"

namespace fvm::api {

// Who acts: said by whoever opens the Unix socket, and on the network by the gate, whatever the request says.
inline constexpr const char* actor_header = "fvm-actor";

// `content`, kept by nobody.
http::Response document(unsigned status, const boost::json::object& content);
// A problem document with another status.
http::Response with_status(http::Response problem, unsigned status);
// The object that the body is; "api.bad_json" (usage).
Result<boost::json::object> object_in(const http::Request& request);

}  // namespace fvm::api
