// What the pre-check says, for people and as JSON.
#pragma once

#include <boost/json.hpp>

#include "extract/precheck.hpp"
#include "fvm/context.hpp"

namespace fvm::cli {

boost::json::object prechecked_json(Language language, const extract::Prechecked& checked);
// One remark a line on standard output, and a line that counts them.
void print_prechecked(const Context& context, const extract::Prechecked& checked);

}  // namespace fvm::cli
