#include "storage/gocryptfs.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>

namespace fvm::storage {
namespace {

namespace fs = std::filesystem;
// The same range as the sandboxes' own numbers (sandbox/staging.cpp): above every real user.
constexpr uid_t numbers_from = 1'000'000'000, numbers_count = 1'000'000'000;
constexpr const char* fuse_device = "/dev/fuse";
constexpr int first_inherited = 3;
constexpr int exec_failed = 125;

Result<Path> find_program(std::string_view name, std::string_view search_path) {
  while (!search_path.empty()) {
    const size_t end = std::min(search_path.find(':'), search_path.size());
    const Path candidate = Path(search_path.substr(0, end)) / name;
    if (candidate.is_absolute() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    search_path.remove_prefix(std::min(end + 1, search_path.size()));
  }
  return surroundings("storage.no_gocryptfs", {{"program", std::string(name)}});
}

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

// "\040" and the like in /proc/self/mountinfo.
std::string unescaped(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
    i += 3;
  }
  return out;
}

}  // namespace

Result<Path> find_gocryptfs(std::string_view search_path) {
  if (::access(fuse_device, F_OK) != 0) return surroundings("storage.no_fuse");
  if (::geteuid() != 0) TRY(find_program("fusermount3", search_path));
  return find_program("gocryptfs", search_path);
}

uid_t fresh_user() {
  uint32_t random = 0;
  while (::getrandom(&random, sizeof random, 0) != sizeof random) {
  }
  return numbers_from + random % numbers_count;
}

bool is_fresh_user(uid_t user) {
  return user >= numbers_from && user - numbers_from < numbers_count;
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

Result<Descriptor> mount_as_root(const Path& place, uid_t user) {
  Descriptor device(::open(fuse_device, O_RDWR | O_CLOEXEC));
  if (!device) return surroundings("storage.no_fuse");
  const std::string number = std::to_string(user);
  const std::string options = "fd=" + std::to_string(device.get()) + ",rootmode=40000,user_id=" + number +
                              ",group_id=" + number + ",allow_other,default_permissions,max_read=131072";
  if (::mount("fvm", place.c_str(), "fuse.gocryptfs", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
    return system_error("mount " + place.string(), errno);
  return device;
}

bool answers(const Path& place) {
  struct statfs facts{};
  return ::statfs(place.c_str(), &facts) == 0 && facts.f_type == FUSE_SUPER_MAGIC;
}

Result<void> unmount_at(const Path& place, bool lazily, std::string_view search_path) {
  if (::geteuid() == 0) {
    if (::umount2(place.c_str(), UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)) == 0) return {};
    if (errno == EINVAL || errno == ENOENT) return {};  // no mount
    if (errno != EBUSY) return system_error("unmount " + place.string(), errno);
  } else {
    Program helper{TRY(find_program("fusermount3", search_path)), {"-u"}};
    if (lazily) helper.words.emplace_back("-z");
    helper.words.push_back(place.string());
    if (wait_for(TRY(start(helper)), -1) == 0) return {};
    const auto mounts = mounts_below(place);
    if (std::find(mounts.begin(), mounts.end(), place) == mounts.end()) return {};
  }
  return refused("storage.in_use", {{"project", place.filename().string()}});
}

std::vector<Path> mounts_below(const Path& folder, std::string_view type) {
  std::vector<Path> found;
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string word;
    for (int i = 0; i < 5; ++i) words >> word;  // the fifth is the place
    const Path place = unescaped(word);
    // "… - type source options": only ours. An operator may have a disk of his own there.
    while (words >> word && word != "-") {
    }
    if (!(words >> word) || !word.starts_with(type)) continue;
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), place.begin(), place.end());
    if (end == folder.end()) found.push_back(place);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

Result<void> give_tree(const Path& folder, uid_t user) {
  std::error_code error;
  if (::lchown(folder.c_str(), user, user) != 0) return system_error("give away " + folder.string(), errno);
  for (fs::recursive_directory_iterator it(folder, error), last; !error && it != last; it.increment(error)) {
    if (::lchown(it->path().c_str(), user, user) != 0)
      return system_error("give away " + it->path().string(), errno);
  }
  if (error) return system_error("list " + folder.string(), error.value());
  return {};
}

}  // namespace fvm::storage
