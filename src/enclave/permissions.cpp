#include "enclave/permissions.hpp"

#include "identity/service.hpp"

namespace fvm::enclave {

Result<extract::Project> check_request(const store::Database& store, const Request& request, Time now) {
  auto project = TRY(extract::open_project(store, request.project));
  TRY(identity::require_role(store, request.user, identity::Role::analyst));
  if (!TRY(identity::is_member(store, request.project, request.user))) {
    return refused("enclave.not_member", {{"user", request.user}, {"project", request.project}});
  }
  TRY(extract::may_be_used(project, now));
  return project;
}

Result<void> check_quota(const store::Database& store, const Request& request) {
  auto rows = TRY(
      store.prepare("SELECT count(*) FROM enclave_session WHERE user = ? AND ended IS NULL", request.user));
  TRY(rows.step());
  if (rows.integer(0) < request.sessions_max) return {};
  return refused("enclave.too_many",
                 {{"user", request.user}, {"sessions_max", std::to_string(request.sessions_max)}});
}

}  // namespace fvm::enclave
