// Safe tables for one session: a thread of `fvm session` that answers what the session's SQL server asks for,
// as the session's user in the session's project, for as long as the session lasts.
#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "enclave/service.hpp"
#include "fvm/services.hpp"
#include "wire/socket.hpp"

namespace fvm::cli {

class SessionTables {
 public:
  // `context`, `services` and `held` must outlive it.
  static Result<std::unique_ptr<SessionTables>> begin(const Context& context, const Services& services,
                                                      const enclave::Held& held);
  // What has not been recorded is given up; waits for the thread.
  ~SessionTables();

  // The end for the sandbox, until let_go().
  int inside() const { return inside_.get(); }
  void let_go() { inside_.reset(); }

 private:
  SessionTables() = default;
  void serve(const Context& context, const Services& services, const enclave::Held& held);

  Descriptor inside_, ended_;
  std::optional<wire::Connection> outside_;
  std::unique_ptr<audit::Ledger> ledger_;  // the thread's own
  std::thread thread_;
};

}  // namespace fvm::cli
