#include "sandbox/limits.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>

namespace fvm::sandbox {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view name_start = "fvm-job-";
constexpr uint64_t processor_period_microseconds = 100000;

std::string read_small(const Path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Control files take one write whole.
bool write_small(const Path& file, std::string_view text) {
  const Descriptor fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

uint64_t number_in(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The number after `name` and a blank, in a file of such lines.
uint64_t number_of(const Path& file, std::string_view name) {
  const std::string text = "\n" + read_small(file);
  const std::string wanted = "\n" + std::string(name) + " ";
  const size_t at = text.find(wanted);
  return at == std::string::npos ? 0 : number_in(std::string_view(text).substr(at + wanted.size()));
}

// Our own group of `controller`, from /proc/self/cgroup ("4:memory:/path"; version 2 is "0::/path").
std::optional<std::string> own_group(std::string_view own, std::string_view controller) {
  std::istringstream lines{std::string(own)};
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names = "," + line.substr(first + 1, second - first - 1) + ",";
    if (names.find("," + std::string(controller) + ",") != std::string::npos) return line.substr(second + 1);
  }
  return std::nullopt;
}

// Folders that a launcher killed at work left behind; those in use cannot be removed.
void sweep(const Path& parent) {
  std::error_code error;
  for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().native();
    if (!name.starts_with(name_start)) continue;
    // "fvm-job-PROCESS-NUMBER": a launcher that lives may be between making its group and filling it.
    const auto launcher = static_cast<pid_t>(number_in(std::string_view(name).substr(name_start.size())));
    if (launcher > 0 && ::kill(launcher, 0) != 0 && errno == ESRCH) ::rmdir(it->path().c_str());
  }
}

bool can_make_groups(const Path& folder) {
  return ::access((folder / "cgroup.procs").c_str(), W_OK) == 0 && ::access(folder.c_str(), W_OK) == 0;
}

// Version 2 lets a group have either processes or limited children: ours moves into a child first.
bool prepare_version_2(const Path& folder) {
  if (!can_make_groups(folder)) return false;
  const Path leaf = folder / "launcher";
  ::mkdir(leaf.c_str(), 0755);
  return write_small(leaf / "cgroup.procs", std::to_string(::getpid())) &&
         write_small(folder / "cgroup.subtree_control", "+memory +pids") &&
         (write_small(folder / "cgroup.subtree_control", "+cpu") || true);
}

bool set_version_1(const std::string& controller, const Path& folder, const Limits& limits) {
  if (controller == "memory") {
    const std::string bytes = std::to_string(limits.memory_mib << 20);
    const bool set = write_small(folder / "memory.limit_in_bytes", bytes);
    write_small(folder / "memory.memsw.limit_in_bytes", bytes);  // only where swap is accounted
    return set;
  }
  if (controller == "pids") return write_small(folder / "pids.max", std::to_string(limits.processes_max));
  return write_small(folder / "cpu.cfs_quota_us",
                     std::to_string(limits.threads * processor_period_microseconds));
}

bool set_version_2(const Path& folder, const Limits& limits) {
  write_small(folder / "memory.swap.max", "0");
  write_small(folder / "memory.oom.group", "1");
  write_small(folder / "cpu.max", std::to_string(limits.threads * processor_period_microseconds) + " " +
                                      std::to_string(processor_period_microseconds));
  return write_small(folder / "memory.max", std::to_string(limits.memory_mib << 20)) &&
         write_small(folder / "pids.max", std::to_string(limits.processes_max));
}

}  // namespace

Group::~Group() {
  entrances_.clear();
  // The kernel lets go of a dead process's group a moment after the process.
  for (const Path& folder : folders_) {
    for (int attempt = 0; attempt < 50 && ::rmdir(folder.c_str()) != 0 && errno == EBUSY; ++attempt) {
      ::usleep(2000);
    }
  }
}

std::vector<int> Group::entrances() const {
  std::vector<int> numbers;
  for (const Descriptor& entrance : entrances_) numbers.push_back(entrance.get());
  return numbers;
}

uint64_t Group::memory_max_kib() const {
  for (const Path& folder : folders_) {
    for (const char* name : {"memory.max_usage_in_bytes", "memory.peak"}) {
      if (const uint64_t bytes = number_in(read_small(folder / name)); bytes > 0) return bytes >> 10;
    }
  }
  return 0;
}

bool Group::memory_exhausted() const {
  for (const Path& folder : folders_) {
    for (const char* name : {"memory.oom_control", "memory.events"}) {
      if (number_of(folder / name, "oom_kill") > 0) return true;
    }
  }
  return false;
}

Groups Groups::find(const Path& root, std::optional<std::string> own) {
  Groups groups;
  const std::string text = own ? *own : read_small("/proc/self/cgroup");
  const auto folder_of = [&](const Path& mounted, std::string_view controller) -> std::optional<Path> {
    const auto group = own_group(text, controller);
    if (!group || group->find("..") != std::string::npos) return std::nullopt;
    return mounted / Path(*group).relative_path();
  };
  if (const auto folder = folder_of(root, ""); folder && prepare_version_2(*folder)) {
    groups.kind_ = Kind::version_2;
    groups.parents_ = {{"", *folder}};
  } else {
    for (const char* controller : {"memory", "pids", "cpu"}) {
      const auto parent = folder_of(root / controller, controller);
      if (parent && can_make_groups(*parent)) groups.parents_.emplace_back(controller, *parent);
    }
    const bool enough = groups.parents_.size() >= 2 && groups.parents_[0].first == "memory" &&
                        groups.parents_[1].first == "pids";
    groups.kind_ = enough ? Kind::version_1 : Kind::none;
  }
  if (groups.kind_ == Kind::none) groups.parents_.clear();
  for (const auto& [controller, parent] : groups.parents_) sweep(parent);
  return groups;
}

std::string_view Groups::kind_name() const {
  switch (kind_) {
    case Kind::version_1:
      return "cgroup v1";
    case Kind::version_2:
      return "cgroup v2";
    case Kind::none:
      break;
  }
  return "none: only limits for each process";
}

Result<std::optional<Group>> Groups::make(const Limits& limits, uint64_t number) const {
  if (kind_ == Kind::none) return std::optional<Group>();
  Group group;
  for (const auto& [controller, parent] : parents_) {
    const Path folder =
        parent / (std::string(name_start) + std::to_string(::getpid()) + "-" + std::to_string(number));
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
      return system_error("make a control group", errno);
    }
    group.folders_.push_back(folder);
    const bool set =
        controller.empty() ? set_version_2(folder, limits) : set_version_1(controller, folder, limits);
    Descriptor entrance(::open((folder / "cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (!set || !entrance) return surroundings("sandbox.missing", {{"what", folder.string()}});
    group.entrances_.push_back(std::move(entrance));
  }
  return std::optional<Group>(std::move(group));
}

}  // namespace fvm::sandbox
