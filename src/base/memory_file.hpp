// A file that has no name and no place on a disk, read from its beginning.
#pragma once

#include <string_view>

#include "base/descriptor.hpp"
#include "base/result.hpp"

namespace fvm {

// `name`: for whoever looks into /proc.
Result<Descriptor> memory_file(const char* name, std::string_view bytes);

}  // namespace fvm
