// What every function here works with.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "audit/ledger.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::oversight {

// The ledger's reading handle belongs to one thread at a time: the caller sees to that.
struct Setting {
  World& world;
  audit::Ledger& ledger;
  const config::Instance& instance;

  const store::Database& store() const { return ledger.database(); }
};

// Whether somebody is an operator, for whoever has to know before he looks at what was sent: the refusal that
// the act would give ("identity.role_missing"), on record with the act that he `wanted`.
Result<void> require_operator(const Setting& setting, const std::string& user, std::string_view wanted);

// Runs work that needs neither store nor ledger; whoever holds a lock for these lets go of it meanwhile.
using Aside = std::function<void(const std::function<void()>& work)>;

}  // namespace fvm::oversight
