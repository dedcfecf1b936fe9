// What a security officer sees beside the cases themselves (room sanction).
#pragma once

#include <map>
#include <vector>

#include "identity/suspension.hpp"
#include "oversight/types.hpp"
#include "release/retention.hpp"
#include "release/spotcheck.hpp"
#include "release/states.hpp"
#include "selftest/types.hpp"

namespace fvm::oversight {

inline constexpr int64_t login_days = 30;

struct Drawn {
  std::string number, project;
  release::State state{};  // sampled, closed_ok, finding, recalled
  Time at{};               // when it was drawn
};
// Numbers only: who failed is in the ledger.
struct LoginDay {
  size_t failed = 0;   // user name, password, code and MitID did not belong together
  size_t refused = 0;  // the broker's answer was refused
  size_t opened = 0;
};
struct RetainedCopies {
  std::string number, project;
  release::Retained retained;
};
struct SecurityView {
  std::vector<identity::Suspension> closed;  // in force now
  std::vector<release::Period> periods;
  std::vector<Drawn> drawn;  // newest first
  std::vector<release::Looked> looks;
  std::vector<RetainedCopies> retained;    // oldest first; not those of his own projects
  std::map<std::string, LoginDay> logins;  // by date (UTC), of the last `login_days`
  std::optional<selftest::Run> self_test;  // the newest
  bool logins_whole = true;                // false: there were more records than one look reads
};
// "identity.role_missing" (refused) unless security.
Result<SecurityView> security_view(const Setting& setting, const std::string& user, const Aside& aside);

}  // namespace fvm::oversight
