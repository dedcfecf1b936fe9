// A filled order sheet on the command line: read in a sandbox, held against the newest catalogue.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "casework/document.hpp"
#include "catalogue/order.hpp"
#include "fvm/context.hpp"
#include "fvm/services.hpp"

namespace fvm::cli {

// The order in `file` (XLSX, or a list of variables as text). Needs a running launcher.
Result<catalogue::Order> read_order_file(const Context& context, const Services& services,
                                         const std::string& file);
// Remarks and notes on standard error, then how many.
void say_findings(const Context& context, const catalogue::Order& order);

// For an application: what is ordered, when nothing in the sheet must be put right; else its remarks are
// shown and "order.refused". An empty `file` orders nothing.
Result<std::vector<casework::OrderItem>> ordered(const Context& context, const Services& services,
                                                 const std::string& file);

}  // namespace fvm::cli
