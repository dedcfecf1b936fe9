// Who somebody is to a case. What that lets him do stands in states.def alone.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "casework/types.hpp"
#include "store/database.hpp"

namespace fvm::casework {

struct Facts {
  bool open_account = false;
  bool applicant = false;       // the case is his
  bool signatory = false;       // has the role and belongs to the applying institution
  bool caseworker = false;      // has the role caseworker
  bool decision_maker = false;  // has the role decision-maker
  bool assigned = false;        // the case is his to assess
  bool unassigned = false;      // it is nobody's yet
  bool handled = false;         // it was his to assess once: he may never decide it
  bool by_mail = false;         // it came by e-mail and no account has it
  bool handed_in = false;       // it has left the draft
};
// Pure. The strongest bar wins: an applicant who is also a caseworker is the applicant, whoever has handled
// the case does not decide it, a closed account is a stranger, and nobody but the applicant knows of a draft.
// `event` settles which of two roles somebody uses.
Role role_of(const Facts& facts, Event event);

// An account, as far as cases ask; without a name: nobody whom we know.
struct Viewer {
  std::string name, cvr;
  bool open = false, signatory = false, caseworker = false, decision_maker = false;
};
Result<Viewer> viewer_of(const store::Database& store, std::string_view name);
Facts facts_of(const Viewer& viewer, const Case& about);
Result<Facts> facts_of(const store::Database& store, const Case& about, std::string_view user);
Result<Role> role_of(const store::Database& store, const Case& about, std::string_view user, Event event);

// Why `role` may not take this step, as an error for the person.
Error refusal(const Case& about, Event event, Role role);

}  // namespace fvm::casework
