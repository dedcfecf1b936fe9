// What this room's files share: its tables and how names are compared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fvm::identity {

// One script per version of the tables; only ever added to.
const std::vector<std::string_view>& table_scripts();

// For comparing names of institutions without case: ASCII and the Danish letters.
std::string folded_name(std::string_view name);

}  // namespace fvm::identity
