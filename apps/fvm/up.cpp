// fvm up, down, status: the programs of an instance.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <memory>

#include "base/log.hpp"
#include "config/instance.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/verbs.hpp"
#include "release/virus.hpp"
#include "supervisor/new_instance.hpp"
#include "supervisor/supervisor.hpp"
#include "wire/codec.hpp"

namespace fvm::cli {
namespace {

constexpr int stop_milliseconds_max = 60'000;
constexpr int answer_milliseconds_max = 2'000;
constexpr std::string_view up_word = "up";

struct UpOptions {
  bool detach = false;
  uint16_t port = 0;  // 0: the configuration's
  std::string passphrase_file;
};

Result<std::vector<supervisor::Program>> programs_for(Context& context, const config::Instance& instance,
                                                      const UpOptions& options) {
  const config::DeskConfig config = TRY(config::read_desk_config(context.world, instance.config_file()));
  TRY(instance.make_folders(context.world));
  supervisor::Choices choices;
  if (!options.passphrase_file.empty()) choices.passphrase_file = options.passphrase_file;
  if (options.port != 0) choices.portal_port = options.port;
  return supervisor::programs_of(instance, config, supervisor::programs_folder(), choices);
}

std::string where(const supervisor::Program& program) {
  if (!program.address) return "";
  return "http://" + program.address->host + ":" + std::to_string(program.address->port);
}

void say_ready(const Context& context, const std::vector<supervisor::Running>& programs) {
  for (const auto& running : programs) {
    if (running.pid == 0) continue;
    say(context, "up.program_runs",
        {{"program", running.program.name},
         {"pid", std::to_string(running.pid)},
         {"where", where(running.program)}});
  }
}

supervisor::Supervisor make_supervisor(Context& context, const config::Instance& instance,
                                       std::vector<supervisor::Program> programs) {
  return {context.world,
          instance,
          std::move(programs),
          {},
          [&context](std::string_view key, const Arguments& facts) { say(context, key, facts); }};
}

Result<void> up_in_foreground(Context& context, const config::Instance& instance, const UpOptions& options) {
  auto keeper_of_all = make_supervisor(context, instance, TRY(programs_for(context, instance, options)));
  TRY(keeper_of_all.start());
  say_ready(context, keeper_of_all.programs());
  say(context, "up.foreground");
  TRY(keeper_of_all.run());
  say(context, "down.done");
  return {};
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote <= 0 && errno != EINTR) return;  // the waiting parent is gone: nobody to tell
    if (wrote > 0) bytes.remove_prefix(static_cast<size_t>(wrote));
  }
}

// The detached half: tells the waiting parent how the start went, then supervises until it is ended.
[[noreturn]] void supervise_detached(Context& context, const config::Instance& instance,
                                     std::vector<supervisor::Program> programs, Descriptor report) {
  ::setsid();
  auto keeper_of_all = make_supervisor(context, instance, std::move(programs));
  const auto started = keeper_of_all.start();
  if (started.ok()) say_ready(context, keeper_of_all.programs());
  write_all(report.get(),
            started.ok() ? std::string(up_word) : wire::encode(wire::to_failure(started.error())));
  report.reset();
  if (!started.ok()) ::_exit(static_cast<int>(started.error().kind));
  const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const Descriptor log(
      ::open(instance.log_file("fvm-up").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  ::dup2(nothing.get(), STDIN_FILENO);
  ::dup2(log ? log.get() : nothing.get(), STDOUT_FILENO);
  ::dup2(log ? log.get() : nothing.get(), STDERR_FILENO);
  const auto result = keeper_of_all.run();
  ::_exit(result.ok() ? 0 : static_cast<int>(result.error().kind));
}

Result<void> up_detached(Context& context, const config::Instance& instance, const UpOptions& options) {
  auto programs = TRY(programs_for(context, instance, options));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe", errno);
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return system_error("detach", errno);
  if (child == 0) supervise_detached(context, instance, std::move(programs), std::move(to));
  to.reset();
  std::string told;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(from.get(), buffer, sizeof buffer)) != 0;) {
    if (got > 0) told.append(buffer, static_cast<size_t>(got));
    if (got < 0 && errno != EINTR) break;
  }
  if (told == up_word) return {};
  ::waitpid(child, nullptr, 0);
  return wire::to_error(TRY(wire::decode<wire::Failure>(told)));
}

Result<void> up(Context& context, const UpOptions& options) {
  const config::Instance instance(context.instance);
  return options.detach ? up_detached(context, instance, options)
                        : up_in_foreground(context, instance, options);
}

Result<void> down(Context& context) {
  const config::Instance instance(context.instance);
  TRY(config::read_config(context.world, instance.config_file()));
  const bool was_up = TRY(supervisor::stop(instance, stop_milliseconds_max));
  say(context, was_up ? "down.done" : "down.nothing");
  if (context.json) print(boost::json::serialize(boost::json::object{{"was_up", was_up}}));
  return {};
}

// One program's line of `fvm status`; true when it is as it should be.
bool add_status(Context& context, const supervisor::Running& running, boost::json::array& lines) {
  const std::string& name = running.program.name;
  if (!running.built) {
    lines.push_back(boost::json::object{{"name", name}, {"state", "not_built"}});
    if (!context.json) print(message(context.language, "status.not_built", {{"program", name}}));
    return true;
  }
  const auto status = supervisor::ask_status(running.program, answer_milliseconds_max);
  boost::json::object line{{"name", name},
                           {"state", status.ok() ? "answers" : "silent"},
                           {"pid", running.pid},
                           {"restarts", running.restarts}};
  if (status.ok() && running.program.socket) {
    line["version"] = status->version;
    line["served"] = status->served;
  }
  if (running.program.address) line["address"] = where(running.program);
  lines.push_back(std::move(line));
  if (!context.json) {
    print(message(context.language, status.ok() ? "status.answers" : "status.silent",
                  {{"program", name},
                   {"pid", std::to_string(running.pid)},
                   {"restarts", std::to_string(running.restarts)},
                   {"file", context.instance.string()}}));
  }
  return status.ok();
}

// Which eyes look at files that go home: one that is set and does not answer is a fault, one that is not
// there a fact that shall be seen.
bool add_virus_scanner(const Context& context, const release::VirusScanner& scanner,
                       const std::string& socket) {
  using State = release::VirusScanner::State;
  if (!context.json) {
    const char* key = scanner.state == State::absent    ? "status.no_virus_scanner"
                      : scanner.state == State::answers ? "status.virus_scanner"
                                                        : "status.virus_scanner_silent";
    print(message(context.language, key, {{"version", scanner.version}, {"socket", socket}}));
  }
  return scanner.state != State::silent;
}

Result<int> status(Context& context) {
  const config::Instance instance(context.instance);
  const config::Config config = TRY(config::read_config(context.world, instance.config_file()));
  const auto seen = supervisor::look(context.world, instance);
  boost::json::array lines;
  bool well = seen.has_value() && seen->ready && !seen->programs.empty();
  if (seen) {
    for (const auto& running : seen->programs) well = add_status(context, running, lines) && well;
  }
  const auto scanner = release::virus_scanner(config.release.clamd_socket);
  well = add_virus_scanner(context, scanner, config.release.clamd_socket) && well;
  if (context.json) {
    print(boost::json::serialize(boost::json::object{
        {"instance", instance.root().string()},
        {"virus_scanner", {{"state", release::name_of(scanner.state)}, {"version", scanner.version}}},
        {"up", seen.has_value()},
        {"ready", seen && seen->ready},
        {"supervisor", seen ? seen->supervisor : 0},
        {"programs", std::move(lines)}}));
  } else if (!seen) {
    print(message(context.language, "status.down"));
  } else if (!seen->ready) {
    print(message(context.language, "status.starting"));
  }
  return well ? 0 : static_cast<int>(Kind::surroundings);
}

}  // namespace

void add_up(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("up", "start the programs of the instance and keep them alive");
  const auto options = std::make_shared<UpOptions>();
  verb->add_flag("--detach", options->detach, "return when all answer; \"fvm down\" ends them");
  verb->add_option("--port", options->port, "port of the portal, instead of config.toml's")
      ->check(between(1, 65535));
  verb->add_option("--passphrase-file", options->passphrase_file,
                   "file with the passphrase (or the key file, if it is not in keys/) that opens the keys");
  verb->footer("Example:\n  fvm --instance /srv/fvm up --detach --port 8081");
  verb->callback([&context, options] { run_verb(context, [&] { return up(context, *options); }); });

  Verb* end = app.add_subcommand("down", "end the programs of the instance");
  end->footer("Example:\n  fvm --instance /srv/fvm down");
  end->callback([&context] { run_verb(context, [&] { return down(context); }); });

  Verb* ask = app.add_subcommand("status", "which programs run and answer; exit code 3 when not all do");
  ask->footer("Example:\n  fvm --instance /srv/fvm status --json");
  ask->callback([&context] { run_verb_with_code(context, [&] { return status(context); }); });
}

}  // namespace fvm::cli
