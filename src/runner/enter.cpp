// The first program in a session's sandbox. It is trusted (we wrote it) but holds no power: what it starts
// has the same as itself. It exists so that the SQL server is up before the command and gone after it.
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/messages.hpp"
#include "runner/jobs.hpp"
#include "runner/probe.hpp"
#include "runner/screen_door.hpp"

namespace fvm::runner {
namespace {

constexpr int ready_milliseconds_max = 30000;
constexpr int stop_milliseconds_max = 1000;
constexpr int command_not_found = 127;
constexpr int command_not_runnable = 126;
constexpr int signal_base = 128;
constexpr mode_t file_mask = 0077;
constexpr const char* socket_folder = "/run/fvm";
constexpr const char* sql_log = "/run/fvm/sql.log";
constexpr const char* outbox_news = "/opt/fvm/desktop/outbox-news";
constexpr size_t log_bytes_shown = 2048;
constexpr int tables_socket = STDERR_FILENO + 1;  // what is handed in: this one first, then the screen's

struct Options {
  bool terminal = false;
  bool sql = true;
  bool tables = false;  // descriptor 3 is a socket for the SQL server: safe tables are asked for there
  bool screen = false;  // the next one is a socket by which connections to the screen are asked for
  bool probe = false;   // no command: what it could do is tried (probe.hpp)

  int screen_number() const { return tables_socket + (tables ? 1 : 0); }
  int handed() const { return (tables ? 1 : 0) + (screen ? 1 : 0); }
  std::string memory_mib = "1024", threads = "2";
  rlim_t processes_max = 0;  // 0: no limit of its own
  std::vector<char*> command;
};

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--") {
      options.command.assign(argv + i + 1, argv + argc);
      break;
    }
    if (flag == "--terminal") {
      options.terminal = true;
    } else if (flag == "--tables") {
      options.tables = true;
    } else if (flag == "--screen") {
      options.screen = true;
    } else if (flag == "--probe") {
      options.probe = true;
    } else if (flag == "--no-sql") {
      options.sql = false;
    } else if (i + 1 >= argc) {
      return std::nullopt;
    } else if (flag == "--memory-mib") {
      options.memory_mib = argv[++i];
    } else if (flag == "--threads") {
      options.threads = argv[++i];
    } else if (flag == "--processes-max") {
      options.processes_max = std::strtoull(argv[++i], nullptr, 10);
    } else {
      return std::nullopt;
    }
  }
  if (options.command.empty()) return std::nullopt;
  options.command.push_back(nullptr);
  return options;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void tell(std::string_view key, const Arguments& arguments = {}) {
  std::fprintf(stderr, "fvm: %s\n", message(language_of_environment(), key, arguments).c_str());
}

// The number of the signal that last came in and has not been handed on.
volatile sig_atomic_t waiting_signal = 0;

void remember(int number) {
  waiting_signal = number;
}

// Endings asked of us are handed on to the command. What is typed at a terminal the command gets by itself.
void catch_signals() {
  struct sigaction action{};
  action.sa_handler = remember;
  for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) ::sigaction(number, &action, nullptr);
}

void default_signals() {
  for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) ::signal(number, SIG_DFL);
}

// The kernel counts processes by user: one per sandbox here, since the number is set inside its namespace.
void limit_processes(rlim_t most) {
  const rlimit both{most, most};
  if (most != 0) ::setrlimit(RLIMIT_NPROC, &both);
}

[[noreturn]] void become_sql_server(const Options& options, int ready) {
  ::setsid();  // an interrupt typed at the terminal is for the command
  default_signals();
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  // What it logs is not the command's to show.
  const int log = ::open(sql_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log >= 0) ::dup2(log, STDERR_FILENO);
  ::fcntl(ready, F_SETFD, 0);
  const std::string number = std::to_string(ready), database = environment("PGDATABASE"),
                    user = environment("PGUSER"), usage = environment("HOME") + "/.fvm-usage";
  const std::string tables = std::to_string(tables_socket);
  if (options.tables) ::fcntl(tables_socket, F_SETFD, 0);
  ::execl("/proc/self/exe", "fvm-worker", "sql", "--socket-dir", socket_folder, "--data", "/data", "--work",
          "/work", "--database", database.c_str(), "--user", user.c_str(), "--memory-mib",
          options.memory_mib.c_str(), "--threads", options.threads.c_str(), "--ready-fd", number.c_str(),
          "--usage", usage.c_str(), options.tables ? "--tables-fd" : static_cast<char*>(nullptr),
          tables.c_str(), static_cast<char*>(nullptr));
  ::_exit(command_not_runnable);
}

void tell_why_no_sql() {
  char words[log_bytes_shown];
  const Descriptor log(::open(sql_log, O_RDONLY | O_CLOEXEC));
  const ssize_t got = log ? ::read(log.get(), words, sizeof words) : 0;
  if (got > 0) std::fwrite(words, 1, static_cast<size_t>(got), stderr);
  tell("session.no_sql");
}

// Starts the SQL server and waits until it listens; its process number. A session without one still has its
// files.
pid_t start_sql_server(const Options& options) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return tell("session.no_sql"), -1;
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const pid_t pid = ::fork();
  if (pid == 0) become_sql_server(options, write_end.get());
  write_end.reset();
  pollfd wanted{read_end.get(), POLLIN, 0};
  char word[8];
  const bool told = pid > 0 && ::poll(&wanted, 1, ready_milliseconds_max) > 0 &&
                    ::read(read_end.get(), word, sizeof word) >= 5 && std::memcmp(word, "ready", 5) == 0;
  if (!told) tell_why_no_sql();
  return pid;
}

// It clears away its spilled rows, which lie in the project's folder, if it is given a moment.
void stop_sql_server(pid_t pid) {
  if (pid <= 0 || ::kill(pid, SIGTERM) != 0) return;
  for (int waited = 0; waited < stop_milliseconds_max; ++waited) {
    if (::waitpid(pid, nullptr, WNOHANG) != 0) return;
    ::usleep(1000);
  }
}

// An interactive shell tells at its prompt what sending a newly saved file would lead to.
void set_prompt() {
  if (::access(outbox_news, X_OK) == 0) ::setenv("PROMPT_COMMAND", outbox_news, 0);
}

[[noreturn]] void become_command(const Options& options) {
  default_signals();
  if (options.probe) ::_exit(probe({options.command.begin(), options.command.end() - 1}));
  set_prompt();
  ::unsetenv("LD_LIBRARY_PATH");  // ours, for fvm-worker alone
  ::execvp(options.command[0], options.command.data());
  const int number = errno;
  tell("session.no_such_command", {{"command", options.command[0]}, {"reason", std::strerror(number)}});
  ::_exit(number == ENOENT ? command_not_found : command_not_runnable);
}

// Ends with its other side, and with the sandbox.
void start_screen_door(const Options& options) {
  const int control = options.screen_number();
  if (::fork() != 0) return;
  ::setsid();
  default_signals();
  if (control != tables_socket) ::close(tables_socket);
  serve_screen(control);
  ::_exit(0);
}

void hand_on(pid_t command, bool terminal) {
  const int number = std::exchange(waiting_signal, 0);
  const bool typed = terminal && (number == SIGINT || number == SIGQUIT);
  if (number != 0 && !typed) ::kill(command, number);
}

// Waits for the command, burying whoever else dies meanwhile.
int wait_for(pid_t command, bool terminal) {
  for (;;) {
    int status = 0;
    const pid_t dead = ::waitpid(-1, &status, 0);
    if (dead < 0 && errno != EINTR) return command_not_runnable;
    if (dead < 0) hand_on(command, terminal);
    if (dead == command) {
      return WIFSIGNALED(status) ? signal_base + WTERMSIG(status) : WEXITSTATUS(status);
    }
  }
}

}  // namespace

int enter(int argc, char** argv) {
  const auto options = parse(argc, argv);
  if (!options) {
    std::fprintf(stderr,
                 "fvm-worker enter [--terminal] [--no-sql] [--tables] [--screen] [--probe] [--memory-mib N] "
                 "[--threads N] -- COMMAND\n");
    return 2;
  }
  const int handed = options->handed();
  for (int number = tables_socket; number < tables_socket + handed; ++number)
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
  ::close_range(tables_socket + handed, ~0U, 0);
  ::umask(file_mask);
  limit_processes(options->processes_max);
  if (options->terminal && (::setsid() < 0 || ::ioctl(STDIN_FILENO, TIOCSCTTY, 0) != 0))
    tell("session.no_terminal");
  catch_signals();
  ::mkdir(socket_folder, 0700);
  const pid_t sql_server = options->sql ? start_sql_server(*options) : -1;
  if (options->screen) start_screen_door(*options);
  // The SQL server's and the door's alone.
  if (handed > 0) ::close_range(tables_socket, tables_socket + handed - 1, 0);
  const pid_t command = ::fork();
  if (command < 0) return command_not_runnable;
  if (command == 0) become_command(*options);
  const int code = wait_for(command, options->terminal);
  stop_sql_server(sql_server);
  ::kill(-1, SIGKILL);  // everything in this sandbox but ourselves and its first process
  return code;
}

}  // namespace fvm::runner
