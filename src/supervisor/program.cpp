#include "supervisor/program.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "wire/socket.hpp"

namespace fvm::supervisor {
namespace {

constexpr int handed_descriptor = 3;
constexpr off_t tail_bytes = 4096;

// Everything the child needs, made before the fork: after it, only calls that are safe there.
struct Prepared {
  std::vector<std::string> texts, environment;
  std::vector<char*> argv, envp;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

void prepare(Prepared& out, const Program& program, bool handed, CrashPoint crash_point) {
  out.texts = {program.file.string()};
  out.texts.insert(out.texts.end(), program.arguments.begin(), program.arguments.end());
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.starts_with("LISTEN_")) continue;
    if (text.starts_with("FVM_CRASH_AT=") && crash_point == CrashPoint::dropped) continue;
    out.environment.emplace_back(text);
  }
  if (handed) out.environment.emplace_back("LISTEN_FDS=1");
  out.argv = pointers(out.texts);
  out.envp = pointers(out.environment);
}

// In the child: never returns.
[[noreturn]] void become(const Prepared& prepared, int log, int listener, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // it died before we asked to be told
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGCHLD, SIGPIPE, SIGHUP}) ::signal(number, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDWR);
  // Copies above the target numbers first, so that none is overwritten before it is copied.
  const int log_copy = ::fcntl(log, F_DUPFD, 10);
  const int listener_copy = listener >= 0 ? ::fcntl(listener, F_DUPFD, 10) : -1;
  ::dup2(nothing, 0);
  ::dup2(log_copy, 1);
  ::dup2(log_copy, 2);
  if (listener_copy >= 0) ::dup2(listener_copy, handed_descriptor);
  ::close_range(listener_copy >= 0 ? handed_descriptor + 1 : handed_descriptor, ~0U, 0);
  ::execve(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
  ::_exit(127);
}

Result<void> ask_address(const Program::Address& address, const std::string& name, int timeout_milliseconds) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(address.port);
  if (::inet_pton(AF_INET, address.host.c_str(), &to.sin_addr) != 1)
    return usage("up.bad_address", {{"address", address.host}});
  const Descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return system_error("make a socket", errno);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return {};
  pollfd wanted{fd.get(), POLLOUT, 0};
  int failed = 0;
  socklen_t size = sizeof failed;
  if (errno != EINPROGRESS || ::poll(&wanted, 1, timeout_milliseconds) != 1 ||
      ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failed, &size) != 0 || failed != 0) {
    return surroundings("wire.not_running",
                        {{"program", name}, {"file", address.host + ":" + std::to_string(address.port)}});
  }
  return {};
}

}  // namespace

std::vector<Program> programs_of(const config::Instance& instance, const config::DeskConfig& config,
                                 const Path& programs_folder, const Choices& choices) {
  std::vector<Program> programs;
  const auto add = [&](const std::string& name) -> Program& {
    return programs.emplace_back(Program{.name = name,
                                         .file = programs_folder / name,
                                         .arguments = {"--instance", instance.root().string()},
                                         .log = instance.log_file(name)});
  };
  Program& keeper = add("fvm-keeper");
  keeper.socket = instance.keeper_socket();
  keeper.locked = true;
  if (choices.passphrase_file) {
    keeper.arguments.emplace_back("--passphrase-file");
    keeper.arguments.push_back(std::filesystem::absolute(*choices.passphrase_file).string());
  }
  Program& launcher = add("fvm-launcher");
  launcher.socket = instance.launcher_socket();
  launcher.locked = true;
  Program& steward = add("fvm-steward");
  steward.socket = instance.steward_socket();
  steward.locked = true;
  add("fvm-courier").socket = instance.courier_socket();
  Program& portal = add("fvm-portal");
  portal.address = {config.portal.address, choices.portal_port.value_or(config.portal.port)};
  if (choices.portal_port) {
    portal.arguments.emplace_back("--port");
    portal.arguments.push_back(std::to_string(*choices.portal_port));
  }
  if (config.desk.port != 0) add("fvm-desk").address = {config.desk.address, config.desk.port};
  return programs;
}

Result<pid_t> start(const Program& program, int listener, CrashPoint crash_point) {
  const Descriptor log(::open(program.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log) return system_error("open " + program.log.string(), errno);
  Prepared prepared;
  prepare(prepared, program, listener >= 0, crash_point);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return system_error("start " + program.name, errno);
  if (child == 0) become(prepared, log.get(), listener, parent);
  return child;
}

Result<wire::Status> ask_status(const Program& program, int timeout_milliseconds) {
  if (program.socket) {
    auto connection = TRY(wire::connect(*program.socket, program.name));
    TRY(connection.send(wire::GetStatus{}));
    return wire::Connection::read<wire::Status>(TRY(connection.receive(timeout_milliseconds)));
  }
  if (program.address) TRY(ask_address(*program.address, program.name, timeout_milliseconds));
  wire::Status status;
  status.program = program.name;
  return status;
}

std::string last_line(const Path& log) {
  const Descriptor fd(::open(log.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return "";
  const off_t size = ::lseek(fd.get(), 0, SEEK_END);
  std::string text(static_cast<size_t>(std::min(size, tail_bytes)), 0);
  const ssize_t got = ::pread(fd.get(), text.data(), text.size(), size - static_cast<off_t>(text.size()));
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  while (text.ends_with('\n')) text.pop_back();
  const size_t start = text.rfind('\n');
  return start == std::string::npos ? text : text.substr(start + 1);
}

}  // namespace fvm::supervisor
