// The service attacks itself and says what held. Each check tries what must not work, and before it what
// must: where that fails too, nothing was found out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::selftest {

enum class Outcome : uint8_t {
  held,
  failed,   // something worked that must not, or is not as it was written
  unknown,  // it could not be tried
  nothing,  // there is nothing yet that it could look at
};
std::string_view name_of(Outcome outcome);
std::string_view words_of(Outcome outcome);  // key of a message

struct Check {
  std::string name;  // "ledger", "sandbox" ...
  Outcome outcome = Outcome::unknown;
  uint64_t tried = 0;  // attacks, or things that were looked at
  std::string detail;  // of one that did not hold: which, or the code of the error; no personal data
};

struct Run {
  Time began{}, ended{};
  std::vector<Check> checks;

  size_t count(Outcome outcome) const;
  bool held() const { return count(Outcome::failed) + count(Outcome::unknown) == 0; }
};

// What is looked at, in words: key of a message.
std::string_view words_of(const Check& check);

// What every check works with.
struct Setting {
  World& world;
  const config::Instance& instance;
  const config::Config& config;
  audit::Ledger& ledger;

  const store::Database& store() const { return ledger.database(); }
};

}  // namespace fvm::selftest
