// Whom a closing would reach, before anybody decides it. Reads only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanction/types.hpp"
#include "store/database.hpp"

namespace fvm::sanction {

struct Reached {
  std::vector<std::string> accounts;  // closed: they cannot log in, nor send or work anywhere
  std::vector<std::string> projects;  // closed: nobody gets in
  std::vector<std::string> members;   // of those projects, and not closed themselves
  size_t releases = 0;                // under way, and held back
  size_t sessions = 0;                // open now, and ended
};
Result<Reached> reached_by(const store::Database& store, const Case& about, Reach reach);

}  // namespace fvm::sanction
