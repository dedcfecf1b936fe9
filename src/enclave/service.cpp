#include "enclave/service.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "enclave/permissions.hpp"
#include "enclave/usage.hpp"
#include "identity/service.hpp"

namespace fvm::enclave {
namespace {

constexpr size_t token_bytes = 8;
constexpr int lock_attempts = 100;
constexpr std::string_view lock_start = "session-", lock_end = ".lock";

Path lock_file(const config::Instance& instance, const std::string& token) {
  return instance.run() / (std::string(lock_start) + token + std::string(lock_end));
}

bool is_at(const Descriptor& lock, const Path& file) {
  struct stat held{}, there{};
  return ::fstat(lock.get(), &held) == 0 && ::stat(file.c_str(), &there) == 0 && held.st_ino == there.st_ino;
}

// Whoever sweeps may take the file away between our opening and our locking it: then again.
Result<Descriptor> hold(const config::Instance& instance, const std::string& token) {
  const Path file = lock_file(instance, token);
  for (int attempt = 0; attempt < lock_attempts; ++attempt) {
    Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock) return system_error("lock a session", errno);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0 && is_at(lock, file)) return lock;
  }
  return system_error("lock a session", EWOULDBLOCK);
}

// Nobody holds the lock: the holder died, or was on another start of the machine.
bool is_abandoned(const config::Instance& instance, const std::string& token) {
  const Descriptor lock(::open(lock_file(instance, token).c_str(), O_RDWR | O_CLOEXEC));
  if (!lock) return errno == ENOENT;
  return ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
}

// Lock files that are nobody's: of a holder killed before its session had a record, or after the end's.
Result<void> sweep_locks(World& world, const config::Instance& instance) {
  for (const DirectoryEntry& entry : TRY(world.list(instance.run()))) {
    if (!entry.name.starts_with(lock_start) || !entry.name.ends_with(lock_end)) continue;
    const Path file = instance.run() / entry.name;
    const Descriptor lock(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) TRY(world.remove(file));
  }
  return {};
}

Result<Workspace> make_workspace(World& world, const config::Instance& instance, const std::string& project,
                                 const std::string& user) {
  Workspace workspace{instance.project_data(project), instance.project_work(project),
                      instance.project_home(project, user), instance.project_outbox(project, user)};
  for (const Path& folder : {workspace.work, workspace.home, workspace.outbox}) {
    TRY(world.make_directories(folder, 0700));
  }
  return workspace;
}

Result<Ending> write_end(audit::Ledger& ledger, const Session& session, const std::string& actor,
                         Ending ending, std::optional<int> exit_code, const std::vector<Used>& used) {
  audit::Event event{actor, "session.ended", session_name(session.number), {}};
  event.facts = {{"project", session.project}, {"user", session.user}};
  if (exit_code) event.facts.emplace_back("exit_code", std::to_string(*exit_code));
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<Ending> {
    auto row = TRY(
        writer.database().prepare("SELECT stopped FROM enclave_session WHERE number = ?", session.number));
    const bool stopped = TRY(row.step()) && !row.is_null(0);
    row.reset();
    const Ending recorded = stopped ? Ending::stopped : ending;
    const std::string_view how = to_text(recorded);
    writer.fact("how", std::string(how));
    TRY(
        writer.execute("UPDATE enclave_session SET ended = ?, exit_code = ?, ending = ?"
                       " WHERE number = ? AND ended IS NULL",
                       writer.now(), exit_code, how, session.number));
    if (!used.empty()) writer.fact("variables_used", std::to_string(used.size()));
    TRY(note_usage(writer, session.project, used));
    const auto seconds = (writer.now().microseconds - session.started.microseconds) / 1000000;
    writer.fact("seconds", std::to_string(seconds));
    return recorded;
  });
}

// Of what somebody typed, the ledger is told the beginning: a record has a size.
constexpr size_t told_bytes_max = 4096;

// Checks and row in one transaction, so that two starts at a time cannot both take the last place.
Result<Session> write_begin(audit::Ledger& ledger, const Request& request, int64_t version,
                            const std::string& command, const std::string& token) {
  audit::Event event{
      request.user, "session.started", request.project, {{"command", command.substr(0, told_bytes_max)}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<Session> {
    TRY(check_quota(writer.database(), request));
    TRY(writer.execute(
        "INSERT INTO enclave_session (project, user, started, token, version) VALUES (?, ?, ?, ?, ?)",
        request.project, request.user, writer.now(), token, version));
    Session session;
    session.number = writer.last_row();
    session.project = request.project;
    session.user = request.user;
    session.started = writer.now();
    writer.subject(session_name(session.number));
    writer.fact("project", request.project);
    return session;
  });
}

Result<Held> begin_unrecorded(World& world, audit::Ledger& ledger, const config::Instance& instance,
                              const Request& request, const std::string& command) {
  Held held;
  held.project = TRY(check_request(ledger.database(), request, world.now()));
  TRY(close_abandoned(world, ledger, instance));
  held.folder = TRY(wire::hold_storage(world, instance.launcher_socket(),
                                       instance.project_storage(request.project), request.project));
  held.workspace = TRY(make_workspace(world, instance, request.project, request.user));
  held.token = random_hex(world, token_bytes);
  held.lock = TRY(hold(instance, held.token));
  crash_point("enclave.locked");
  auto session = write_begin(ledger, request, held.project.version, command, held.token);
  if (!session.ok()) {
    TRY(world.remove(lock_file(instance, held.token)));
    return session.error();
  }
  crash_point("enclave.begun");
  held.session = std::move(*session);
  return held;
}

}  // namespace

std::string_view to_text(Ending ending) {
  switch (ending) {
    case Ending::exited:
      return "exited";
    case Ending::failed:
      return "failed";
    case Ending::timed_out:
      return "timed out";
    case Ending::stopped:
      return "stopped";
    case Ending::abandoned:
      break;
  }
  return "abandoned";
}

std::string session_name(int64_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "S-%06lld", static_cast<long long>(number));
  return text;
}

Result<Held> begin(World& world, audit::Ledger& ledger, const config::Instance& instance,
                   const config::Config& config, const std::string& project, const std::string& user,
                   const std::string& command) {
  const Request request{project, user, config.session.sessions_max};
  auto held = begin_unrecorded(world, ledger, instance, request, command);
  if (!held.ok() && held.error().kind != Kind::surroundings) {
    TRY(ledger.record(
        {user, "session.refused", project.substr(0, told_bytes_max), {{"reason", held.error().code}}}));
  }
  return held;
}

Result<Ending> end(World& world, audit::Ledger& ledger, const config::Instance& instance, Held held,
                   Ending ending, int exit_code) {
  crash_point("enclave.ending");
  // Also what a session before left, whose holder was killed; gone once it is on record.
  const Path usage = held.workspace.home / usage_name;
  const Ending recorded = TRY(
      write_end(ledger, held.session, held.session.user, ending, exit_code, read_usage(usage, held.project)));
  TRY(world.remove(usage));
  crash_point("enclave.ended");
  TRY(world.remove(lock_file(instance, held.token)));
  return recorded;
}

Result<size_t> close_abandoned(World& world, audit::Ledger& ledger, const config::Instance& instance) {
  size_t closed = 0;
  std::vector<std::pair<Session, std::string>> found;
  auto rows = TRY(ledger.database().prepare(
      "SELECT number, project, user, started, token FROM enclave_session WHERE ended IS NULL"));
  while (TRY(rows.step())) {
    Session session{rows.integer(0), rows.text(1), rows.text(2), rows.time(3), {}, {}, {}};
    if (is_abandoned(instance, rows.text(4))) found.emplace_back(std::move(session), rows.text(4));
  }
  rows.reset();
  for (const auto& [session, token] : found) {
    TRY(write_end(ledger, session, "fvm", Ending::abandoned, std::nullopt, {}));
    TRY(world.remove(lock_file(instance, token)));
    ++closed;
  }
  TRY(sweep_locks(world, instance));
  return closed;
}

Result<std::vector<Session>> list(const store::Database& store, std::string_view project, bool open_only) {
  std::vector<Session> sessions;
  auto rows =
      TRY(store.prepare("SELECT number, project, user, started, ended, exit_code, ending FROM enclave_session"
                        " WHERE (? = '' OR project = ?) AND (ended IS NULL OR NOT ?) ORDER BY number DESC",
                        project, project, open_only ? 1 : 0));
  while (TRY(rows.step())) {
    Session session{rows.integer(0), rows.text(1), rows.text(2), rows.time(3), {}, {}, {}};
    if (!rows.is_null(4)) session.ended = rows.time(4);
    if (!rows.is_null(5)) session.exit_code = static_cast<int>(rows.integer(5));
    session.ending = rows.optional_text(6);
    sessions.push_back(std::move(session));
  }
  return sessions;
}

}  // namespace fvm::enclave
