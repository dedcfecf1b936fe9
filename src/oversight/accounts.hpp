// What operators do with institutions and accounts from the portal: the verbs of the command line (fvm
// institution, fvm user), behind the role. "identity.role_missing" (refused) unless operator; that attempt is
// recorded.
#pragma once

#include <string>
#include <vector>

#include "account/service.hpp"
#include "identity/service.hpp"
#include "oversight/types.hpp"
#include "sanction/pause.hpp"

namespace fvm::oversight {

struct People {
  std::vector<identity::Institution> institutions;
  std::vector<account::Standing> accounts;
  std::vector<identity::Suspension> pauses;  // in force
};
// Accounts by name: of those behind `after` the first `most` (-1: all).
Result<People> people(const Setting& setting, const std::string& user, std::string_view after = {},
                      int64_t most = -1);

Result<identity::Institution> add_institution(const Setting& setting, const std::string& user,
                                              const std::string& name, const std::string& cvr,
                                              const std::vector<std::string>& recipients);
// Onto its list and off it; both or neither.
Result<identity::Institution> set_recipients(const Setting& setting, const std::string& user,
                                             const std::string& institution,
                                             const std::vector<std::string>& add,
                                             const std::vector<std::string>& remove);
// For good (sanction/pause.hpp): whoever asks belongs to another one.
Result<identity::Institution> close_institution(const Setting& setting, const std::string& user,
                                                const std::string& institution, const std::string& reason);
// By name or CVR number; `delivery`: "attachment" or "link".
Result<identity::Institution> set_delivery(const Setting& setting, const std::string& user,
                                           const std::string& institution, const std::string& delivery);
struct NewAccount {
  std::string name, institution;
  std::vector<std::string> roles;  // "identity.role_unknown"
};
Result<identity::User> add_account(const Setting& setting, const std::string& user, const NewAccount& wanted);
// Shown once. The code alone opens nothing: it takes MitID Erhverv of the account's institution.
Result<account::IssuedCode> issue_code(const Setting& setting, const std::string& user,
                                       const account::CodeOrder& order);
// For good: its logins end with it. Nobody closes his own ("oversight.own_account").
Result<identity::User> close_account(const Setting& setting, const std::string& user, const std::string& name,
                                     const std::string& reason);

// An account or an institution for a time, and open again (sanction/pause.hpp). Nobody pauses himself or his
// own institution ("oversight.own_account").
Result<identity::Suspension> pause(const Setting& setting, const std::string& user,
                                   const sanction::PauseOrder& order);
Result<void> end_pause(const Setting& setting, const std::string& user, identity::Scope scope,
                       const std::string& subject, const std::string& reason);

}  // namespace fvm::oversight
