// Tables as TOML text, each value written one way however somebody wrote it: a page and a person break lines
// differently.
#pragma once

// As every file of ours that includes it: one program must not hold both kinds.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <string>

namespace fvm::casework {

// A table and those inside it each on the line of its key.
void put_on_one_line(toml::node& node);
std::string toml_text(const toml::table& table);

}  // namespace fvm::casework
