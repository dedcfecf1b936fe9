// session, sql: a command in a project's sandbox.
#include <sys/ioctl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <memory>

#include "enclave/run.hpp"
#include "enclave/service.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/session_tables.hpp"
#include "fvm/terminal.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

struct SessionFlags {
  std::string project;
  std::vector<std::string> command;
  bool list = false;
};

struct SqlFlags {
  std::string project, statement;
  bool csv = false;
};

// What the command may know of the caller's surroundings.
std::vector<std::string> surroundings_of_caller(const Context& context) {
  std::vector<std::string> settings = {std::string("FVM_LANG=") +
                                       (context.language == Language::danish ? "da" : "en")};
  for (const char* name : {"TERM", "TZ", "COLORTERM"}) {
    if (const char* value = std::getenv(name)) settings.push_back(std::string(name) + "=" + value);
  }
  return settings;
}

enclave::Wanted wanted_by(const Context& context, std::vector<std::string> command) {
  enclave::Wanted wanted{std::move(command), surroundings_of_caller(context), at_terminal()};
  winsize size{};
  if (wanted.terminal && ::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0) {
    wanted.rows = size.ws_row;
    wanted.columns = size.ws_col;
  }
  return wanted;
}

// A relayed session from launch to end; the terminal is the caller's again when this returns.
Result<wire::Exited> accompany(const Context& context, const Services& services, const enclave::Held& held,
                               enclave::Wanted wanted) {
  using Mode = SignalsAndTerminal::Mode;
  const auto tables = TRY(SessionTables::begin(context, services, held));
  wanted.tables = tables->inside();
  auto running = TRY(enclave::start(services.instance, services.config, held, wanted));
  tables->let_go();
  auto signals = TRY(SignalsAndTerminal::take(wanted.terminal ? Mode::terminal : Mode::pipes));
  return enclave::relay(std::move(running), STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, signals.readable(),
                        [&](int terminal) { return signals.answer(terminal); });
}

void explain(const Context& context, const Services& services, const wire::Exited& exited) {
  const auto& limits = services.config.session;
  if (exited.timed_out != 0) {
    say(context, "session.timed_out", {{"seconds", std::to_string(limits.time_seconds)}});
  }
  if (exited.memory_exhausted != 0) {
    say(context, "session.memory_exhausted", {{"memory_mib", std::to_string(limits.memory_mib)}});
  }
}

Result<int> run_session(Context& context, const std::string& project, std::vector<std::string> command) {
  if (command.empty()) command = {"psql"};
  Services services = TRY(open_services(context));
  auto held = TRY(enclave::begin(context.world, *services.ledger, services.instance, services.config, project,
                                 context.user, command[0]));
  const auto exited = accompany(context, services, held, wanted_by(context, std::move(command)));
  using enclave::Ending;
  const Ending ending = !exited.ok()             ? Ending::failed
                        : exited->timed_out != 0 ? Ending::timed_out
                                                 : Ending::exited;
  const int code = exited.ok() ? exited->code : static_cast<int>(exited.error().kind);
  const Ending recorded =
      TRY(enclave::end(context.world, *services.ledger, services.instance, std::move(held), ending, code));
  if (recorded == Ending::stopped) say(context, "session.was_stopped");
  if (!exited.ok()) return exited.error();
  explain(context, services, *exited);
  return code;
}

std::vector<std::string> psql_command(const SqlFlags& flags) {
  if (flags.statement.empty()) return {"psql"};
  std::vector<std::string> command = {"psql", "--no-psqlrc", "--pset=pager=off", "--set=ON_ERROR_STOP=1"};
  if (flags.csv) command.emplace_back("--csv");
  command.insert(command.end(), {"-c", flags.statement});
  return command;
}

void print_session(const Context& context, const enclave::Session& session) {
  const std::string ended = session.ended ? to_text(*session.ended) : "";
  const std::string code = session.exit_code ? std::to_string(*session.exit_code) : "";
  if (!context.json) {
    print(enclave::session_name(session.number) + "  " + session.project + "  " + session.user + "  " +
          to_text(session.started) + "  " + ended + "  " + session.ending.value_or("") + "  " + code);
    return;
  }
  boost::json::object facts{{"session", enclave::session_name(session.number)},
                            {"project", session.project},
                            {"user", session.user},
                            {"started", to_text(session.started)},
                            {"ended", nullptr},
                            {"ending", nullptr},
                            {"exit_code", nullptr}};
  if (session.ended) facts["ended"] = ended;
  if (session.ending) facts["ending"] = *session.ending;
  if (session.exit_code) facts["exit_code"] = *session.exit_code;
  print(boost::json::serialize(facts));
}

Result<int> list_sessions(const Context& context, const std::string& project) {
  const Services services = TRY(open_services(context));
  TRY(enclave::close_abandoned(context.world, *services.ledger, services.instance));
  for (const auto& session : TRY(enclave::list(services.database(), project, false))) {
    print_session(context, session);
  }
  return 0;
}

void add_sql(Verb& app, Context& context) {
  const auto flags = std::make_shared<SqlFlags>();
  Verb* verb = app.add_subcommand("sql", "SQL in a project's sandbox: one statement, or psql");
  verb->add_option("project", flags->project, "the project's number")->required();
  verb->add_option("statement", flags->statement, "SQL; without it psql asks for statements");
  verb->add_flag("--csv", flags->csv, "answer as comma-separated values");
  verb->footer("Example: fvm sql FVM-2026-0017 \"SELECT count(*) FROM lpr_f.kontakter\"");
  verb->callback([&context, flags] {
    run_verb_with_code(context, [&] { return run_session(context, flags->project, psql_command(*flags)); });
  });
}

}  // namespace

void add_session(Verb& app, Context& context) {
  const auto flags = std::make_shared<SessionFlags>();
  Verb* verb = app.add_subcommand("session", "a command in a project's sandbox; its exit code is returned");
  verb->add_option("project", flags->project, "the project's number");
  verb->add_option("command", flags->command, "after --: program and arguments; without it psql");
  verb->add_flag("--list", flags->list, "show sessions, newest first, instead of opening one");
  verb->footer("Example: fvm session FVM-2026-0017 --as anna -- Rscript /work/table.R");
  verb->callback([&context, flags] {
    run_verb_with_code(context, [&]() -> Result<int> {
      if (flags->list) return list_sessions(context, flags->project);
      if (flags->project.empty()) return usage("session.which_project");
      return run_session(context, flags->project, flags->command);
    });
  });
  add_sql(app, context);
}

}  // namespace fvm::cli
