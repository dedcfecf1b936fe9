// The settings of an instance as a list, for whoever operates it.
#pragma once

#include <string>
#include <vector>

#include "config/instance.hpp"

namespace fvm::config {

// Values as they are written in config.toml.
struct Listed {
  std::string name;  // "release.link_days"
  std::string value, usual;
};
// All, [desk] among them, as the file says now; programs know what it said when they were started. Secrets
// are in files of their own: of them there is the path. Errors as read_config.
Result<std::vector<Listed>> list_settings(World& world, const Path& file);

}  // namespace fvm::config
