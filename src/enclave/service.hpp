// Who may open a session, and that every one is on record from start to end. A session is held by the program
// that opened it, through a lock on a file in run/: when that program dies, the kernel lets go of the lock,
// and whoever opens a session next closes the dead one's record.
#pragma once

#include <string>
#include <vector>

#include "audit/ledger.hpp"
#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "config/instance.hpp"
#include "enclave/types.hpp"
#include "extract/project.hpp"
#include "wire/storage.hpp"

namespace fvm::enclave {

// The tables of this room; call once when the ledger is opened.
Result<void> migrate(audit::Ledger& ledger);

// A session that is open, and the lock that says so.
struct Held {
  Session session;
  extract::Project project;
  Workspace workspace;
  std::string token;
  Descriptor lock;
  wire::StorageHold folder;  // the project's, if it is encrypted
};

// Opens a session: one audit record, also when it is refused. Makes the user's folders. `command` is its
// first word only: arguments may hold anything. Refuses with "project.closed", "project.expired",
// "project.not_built" and their kin, "identity.user_closed", "enclave.not_member", "enclave.too_many" (more
// than config.session.sessions_max for this user).
Result<Held> begin(World& world, audit::Ledger& ledger, const config::Instance& instance,
                   const config::Config& config, const std::string& project, const std::string& user,
                   const std::string& command);

// Closes it: one audit record. What is on record as its end: `ending`, or that it was stopped.
Result<Ending> end(World& world, audit::Ledger& ledger, const config::Instance& instance, Held held,
                   Ending ending, int exit_code);

// Ends every session whose user may no longer be in it: the project was closed or is over, the account was
// closed, the member removed; or that still sees data of which an amendment has taken something away
// ("enclave.former_data"; extract::has_lost_access). One audit record each, once; fvm-launcher ends the
// sandbox. Returns how many it marked. A session that began in the same moment is found the next time.
Result<size_t> end_disallowed(World& world, audit::Ledger& ledger, const config::Instance& instance,
                              const std::string& actor);

// The first half of it, as part of a greater change and in its transaction, with a record for each session:
// every open session that may not go on is marked. `end_disallowed` then ends the sandboxes.
Result<size_t> mark_disallowed(audit::Writer& writer, const std::string& actor);

// Closes the records of sessions whose holder is dead: one audit record each. Returns how many.
Result<size_t> close_abandoned(World& world, audit::Ledger& ledger, const config::Instance& instance);

// Newest first; of one project, or of all when empty.
Result<std::vector<Session>> list(const store::Database& store, std::string_view project, bool open_only);

}  // namespace fvm::enclave
