// Who somebody is to a case. What that lets him do stands in states.def alone.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "sanction/types.hpp"
#include "store/database.hpp"

namespace fvm::sanction {

struct Facts {
  bool account = false;    // there is one, and it is not closed for good; a suspended one may still be heard
  bool suspended = false;  // and then may do nothing else
  bool subject = false;    // the user; another member or a signatory when the closing reaches them
  bool member = false;     // of the project
  bool reporter = false, assessor = false, decided = false;
  bool security = false, decision_maker = false;
};
// Whom it is about, who is on its project, and who reported it, decides nothing in it. Pure.
Role role_of(const Facts& facts, Event event);
Result<Facts> facts_of(const store::Database& store, const Case& about, std::string_view name);
// Those whom it is about, the reporter, security and decision-makers.
Result<bool> may_see(const store::Database& store, const Case& about, std::string_view user);

}  // namespace fvm::sanction
