// Who may open a session: the rules alone.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "extract/project.hpp"
#include "store/database.hpp"

namespace fvm::enclave {

struct Request {
  std::string project, user;
  uint32_t sessions_max;  // of one user at a time
};

// The project, if it is open, valid today and built, and the user an open account and one of its members.
// Whoever runs `fvm` names the user with --as: an operator gets in only as somebody who may.
Result<extract::Project> check_request(const store::Database& store, const Request& request, Time now);

// "enclave.too_many".
Result<void> check_quota(const store::Database& store, const Request& request);

}  // namespace fvm::enclave
