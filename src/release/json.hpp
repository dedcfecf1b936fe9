// A request as it is shown: the same for the command line and the API.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/messages.hpp"
#include "release/types.hpp"

namespace fvm::release {

// The sentence of a finding for a person; `type`: of its file.
std::string finding_text(Language language, const disclosure::Finding& finding, std::string_view type);
boost::json::array findings_json(const std::vector<disclosure::Finding>& findings, std::string_view type);
boost::json::object file_json(const File& file);
// Everything that stands in it: filter by visibility.hpp first.
boost::json::object request_json(const Request& request);

}  // namespace fvm::release
