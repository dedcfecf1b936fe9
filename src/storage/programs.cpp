#include "storage/programs.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fvm::storage {
namespace {

constexpr int first_inherited = 3;
constexpr int exec_failed = 125;

// In the child: plain system calls alone, since another thread may have held any lock.
[[noreturn]] void become(const Program& program, int* sources, int count, char* const* words,
                         char* const* settings) {
  ::setsid();
  for (int i = 0; i < count; ++i) {
    sources[i] = ::fcntl(sources[i], F_DUPFD, first_inherited + count);
    if (sources[i] < 0) ::_exit(exec_failed);
  }
  ::dup2(sources[0], STDIN_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  for (int i = 1; i < count; ++i) ::dup2(sources[i], first_inherited + i - 1);
  ::close_range(static_cast<unsigned>(first_inherited + count - 1), ~0U, 0);
  if (program.user != 0 && (::syscall(SYS_setgroups, 0, nullptr) != 0 ||
                            ::syscall(SYS_setresgid, program.user, program.user, program.user) != 0 ||
                            ::syscall(SYS_setresuid, program.user, program.user, program.user) != 0)) {
    ::_exit(exec_failed);
  }
  if (program.user != 0) ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (program.ends_with_us) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t nothing;
  ::sigemptyset(&nothing);
  ::sigprocmask(SIG_SETMASK, &nothing, nullptr);
  ::execve(program.file.c_str(), words, settings);
  ::_exit(exec_failed);
}

std::string with_number(std::string word) {
  const size_t open = word.find('{'), close = word.find('}');
  if (open == std::string::npos || close == std::string::npos) return word;
  const int number = std::stoi(word.substr(open + 1, close - open - 1)) + first_inherited;
  return word.replace(open, close - open + 1, std::to_string(number));
}

}  // namespace

std::optional<Path> find_program(std::string_view name, std::string_view search_path) {
  while (!search_path.empty()) {
    const size_t end = std::min(search_path.find(':'), search_path.size());
    const Path candidate = Path(search_path.substr(0, end)) / name;
    if (candidate.is_absolute() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    search_path.remove_prefix(std::min(end + 1, search_path.size()));
  }
  return std::nullopt;
}

Result<pid_t> start(const Program& program) {
  std::vector<std::string> texts = {program.file.filename().string()};
  for (const std::string& word : program.words) texts.push_back(with_number(word));
  std::vector<char*> words;
  for (std::string& text : texts) words.push_back(text.data());
  words.push_back(nullptr);
  std::string path = "PATH=/usr/bin:/bin:/usr/sbin:/sbin";
  char* const settings[] = {path.data(), nullptr};
  const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  std::vector<int> sources = {program.input >= 0 ? program.input : nothing.get()};
  sources.insert(sources.end(), program.descriptors.begin(), program.descriptors.end());
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("start " + program.file.string(), errno);
  if (pid == 0) become(program, sources.data(), static_cast<int>(sources.size()), words.data(), settings);
  return pid;
}

int wait_for(pid_t pid, int milliseconds) {
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd wanted{process.get(), POLLIN, 0};
  if (process && ::poll(&wanted, 1, milliseconds) == 0) return -1;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 0;  // reaped before
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

void end(pid_t pid) {
  ::kill(pid, SIGKILL);
  wait_for(pid, -1);
}

}  // namespace fvm::storage
