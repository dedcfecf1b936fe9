// Remarks and ordered variables as they lie in the store. Private to this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "casework/document.hpp"

namespace fvm::casework {

std::string to_json(const std::vector<Finding>& findings);
std::string to_json(const std::vector<OrderItem>& order);
// What we did not write reads as nothing.
std::vector<Finding> findings_from_json(std::string_view text);
std::vector<OrderItem> order_from_json(std::string_view text);

}  // namespace fvm::casework
