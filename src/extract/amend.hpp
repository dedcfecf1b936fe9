// After an amendment. Private to this room.
#pragma once

#include "extract/service.hpp"

namespace fvm::extract {

// When the current version is the first one since an amendment: removes every file of the project's data that
// it does not name. The project must be locked. Killed half-way, the next build goes on.
Result<void> drop_former_data(const Setting& setting, std::string_view number);

}  // namespace fvm::extract
