#include "enclave/run.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "wire/job.hpp"

namespace fvm::enclave {
namespace {

struct Ends {
  Streams outside, inside;
};

Result<std::pair<Descriptor, Descriptor>> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe", errno);
  return std::make_pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

Result<Ends> make_pipes() {
  auto in = TRY(make_pipe()), out = TRY(make_pipe()), error = TRY(make_pipe());
  return Ends{{std::move(in.second), std::move(out.first), std::move(error.first)},
              {std::move(in.first), std::move(out.second), std::move(error.second)}};
}

Result<Ends> make_terminal(const Wanted& wanted) {
  Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!master || ::unlockpt(master.get()) != 0) return system_error("make a terminal", errno);
  Descriptor slave(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  const winsize size{wanted.rows, wanted.columns, 0, 0};
  if (!slave || ::ioctl(master.get(), TIOCSWINSZ, &size) != 0) return system_error("make a terminal", errno);
  const auto again = [](const Descriptor& fd) { return Descriptor(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3)); };
  Descriptor master_again = again(master), slave_again = again(slave), slave_third = again(slave);
  return Ends{{std::move(master), std::move(master_again), Descriptor()},
              {std::move(slave), std::move(slave_again), std::move(slave_third)}};
}

wire::Launch request_of(const config::Config& config, const Held& held, const Wanted& wanted) {
  const auto& limits = config.session;
  const std::string& user = held.session.user;
  wire::Launch launch;
  launch.profile = "session";
  launch.label = held.session.project;
  launch.mounts = {{"/data", 0}, {"/work", 1}, {"/home/" + user, 1}, {"/outbox", 1}};
  // The SQL server may take most of the memory; the analyst's own programs share the rest.
  launch.arguments = {"enter", "--memory-mib", std::to_string(limits.memory_mib / 2), "--threads",
                      std::to_string(limits.threads)};
  if (wanted.terminal) launch.arguments.emplace_back("--terminal");
  if (wanted.tables >= 0) launch.arguments.emplace_back("--tables"), ++launch.passed;
  if (wanted.screen >= 0) launch.arguments.emplace_back("--screen"), ++launch.passed;
  launch.arguments.emplace_back("--");
  launch.arguments.insert(launch.arguments.end(), wanted.command.begin(), wanted.command.end());
  launch.environment = wanted.environment;
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"USER", user},
                                    {"LOGNAME", user},
                                    {"HOME", "/home/" + user},
                                    {"PGHOST", "/run/fvm"},
                                    {"PGPORT", "5432"},
                                    {"PGDATABASE", held.session.project},
                                    {"PGUSER", user}}) {
    launch.environment.push_back(name + "=" + value);
  }
  launch.terminal = wanted.terminal ? 1 : 0;
  launch.memory_mib = limits.memory_mib;
  launch.time_seconds = limits.time_seconds;
  launch.threads = limits.threads;
  return launch;
}

}  // namespace

Result<Running> start(const config::Instance& instance, const config::Config& config, const Held& held,
                      const Wanted& wanted) {
  Ends ends = TRY(wanted.terminal ? make_terminal(wanted) : make_pipes());
  std::vector<Descriptor> folders;
  std::vector<int> descriptors = {ends.inside.in.get(), ends.inside.out.get(), ends.inside.error.get()};
  const Workspace& workspace = held.workspace;
  for (const Path& folder : {workspace.data, workspace.work, workspace.home, workspace.outbox}) {
    descriptors.push_back(folders.emplace_back(TRY(wire::open_for_mount(folder))).get());
  }
  for (const int passed : {wanted.tables, wanted.screen})
    if (passed >= 0) descriptors.push_back(passed);
  wire::Connection launcher = TRY(wire::connect(instance.launcher_socket(), "fvm-launcher"));
  const auto launched = launcher.call<wire::Launched>(request_of(config, held, wanted), descriptors);
  ends.inside = {};
  if (!launched.ok())
    return wire::with_reason(launched.error(),
                             (wanted.terminal ? ends.outside.in : ends.outside.error).get());
  return Running{std::move(launcher), std::move(ends.outside)};
}

}  // namespace fvm::enclave
