// Ending sessions from outside. The launcher knows the sandboxes; who holds a session is told by it, as when
// the command ends, and closes the record.
#include "enclave/permissions.hpp"
#include "enclave/service.hpp"
#include "wire/messages.hpp"

namespace fvm::enclave {
namespace {

struct Open {
  int64_t number;
  std::string project, user;
  int64_t version;
  bool stopped;
};

Result<std::vector<Open>> open_sessions(const store::Database& store) {
  std::vector<Open> all;
  auto rows = TRY(store.prepare(
      "SELECT number, project, user, version, stopped FROM enclave_session WHERE ended IS NULL"));
  while (TRY(rows.step()))
    all.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.integer(3), !rows.is_null(4)});
  return all;
}

Result<void> may_go_on(const store::Database& store, const Open& session, Time now) {
  const auto project = TRY(check_request(store, {session.project, session.user, 0}, now));
  if (!TRY(extract::has_lost_access(store, project, session.version))) return {};
  return refused("enclave.former_data", {{"project", session.project}});
}

audit::Event event_of(const Open& session, const std::string& actor, const std::string& reason) {
  return {actor,
          "session.stopped",
          session_name(session.number),
          {{"project", session.project}, {"user", session.user}, {"reason", reason}}};
}

Result<void> write_mark(audit::Writer& writer, const Open& session, const std::string& reason) {
  return writer.execute("UPDATE enclave_session SET stopped = ? WHERE number = ? AND ended IS NULL", reason,
                        session.number);
}

Result<void> mark(audit::Ledger& ledger, const Open& session, const std::string& actor,
                  const std::string& reason) {
  return ledger.write(event_of(session, actor, reason),
                      [&](audit::Writer& writer) { return write_mark(writer, session, reason); });
}

}  // namespace

Result<size_t> mark_disallowed(audit::Writer& writer, const std::string& actor) {
  size_t marked = 0;
  for (const Open& session : TRY(open_sessions(writer))) {
    const auto may = may_go_on(writer, session, writer.now());
    if (may.ok() || session.stopped) continue;
    const Kind kind = may.error().kind;
    if (kind != Kind::refused && kind != Kind::usage) return may.error();
    TRY(write_mark(writer, session, may.error().code));
    writer.also(event_of(session, actor, may.error().code));
    ++marked;
  }
  return marked;
}

Result<size_t> end_disallowed(World& world, audit::Ledger& ledger, const config::Instance& instance,
                              const std::string& actor) {
  size_t marked = 0;
  for (const Open& session : TRY(open_sessions(ledger.database()))) {
    const auto may = may_go_on(ledger.database(), session, world.now());
    if (may.ok()) continue;
    const Kind kind = may.error().kind;
    if (kind != Kind::refused && kind != Kind::usage) return may.error();  // the store, not the session
    if (!session.stopped) {
      TRY(mark(ledger, session, actor, may.error().code));
      crash_point("enclave.stop_marked");
      ++marked;
    }
    auto launcher = wire::connect(instance.launcher_socket(), "fvm-launcher");
    if (!launcher.ok()) continue;  // without it there are no sandboxes
    TRY(launcher->call<wire::EndedJobs>(wire::EndJobs{"session", session.project, session.user}));
  }
  return marked;
}

}  // namespace fvm::enclave
