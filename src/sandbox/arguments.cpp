#include "sandbox/arguments.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>

#include "base/memory_file.hpp"
#include "sandbox/filter.hpp"

namespace fvm::sandbox {
namespace {

// Configuration that psql, R, Python and the C library read; nothing that tells about this machine's network,
// users or secrets.
constexpr std::string_view configuration[] = {
    "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf",        "/etc/ld.so.conf.d", "/etc/localtime",
    "/etc/timezone",     "/etc/R",           "/etc/python3",           "/etc/python3.11",   "/etc/fonts",
    "/etc/terminfo",     "/etc/inputrc",     "/etc/bash.bashrc",       "/etc/locale.alias", "/etc/mime.types",
    "/etc/papersize",    "/etc/magic",       "/etc/postgresql-common", "/etc/profile"};
// Folders that are links into /usr on a merged system.
constexpr std::string_view merged[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};
// Local software is not part of what was looked at; R packages that an operator installed are.
constexpr std::string_view local_packages = "/usr/local/lib/R";

// What LibreOffice needs, and nothing that could be started instead of it: no /usr/bin, no shell.
constexpr std::string_view office[] = {"/usr/lib/libreoffice",
                                       "/usr/lib/x86_64-linux-gnu",
                                       "/usr/lib64",
                                       "/usr/share/libreoffice",
                                       "/var/lib/libreoffice",
                                       "/etc/libreoffice",
                                       "/usr/share/liblangtag",
                                       "/usr/share/fonts",
                                       "/usr/share/fontconfig",
                                       "/etc/fonts",
                                       "/etc/alternatives",  // by way of which LAPACK's libraries are found
                                       "/etc/ld.so.cache",
                                       "/etc/ld.so.conf",
                                       "/etc/ld.so.conf.d"};

// What the kernel tells about the machine and others' keys: nobody's business inside.
constexpr std::string_view masked[] = {"/proc/cmdline",  "/proc/keys",       "/proc/key-users",
                                       "/proc/kcore",    "/proc/timer_list", "/proc/sched_debug",
                                       "/proc/kallsyms", "/proc/modules"};
constexpr uint64_t run_bytes = 16 << 20;  // sockets and the like

class Builder {
 public:
  explicit Builder(Wish& wish) : wish_(wish) {}
  void add(std::initializer_list<std::string_view> words) {
    wish_.options.insert(wish_.options.end(), words.begin(), words.end());
  }
  // An option whose value is a descriptor.
  void add_descriptor(std::string_view option, int fd) {
    wish_.options.emplace_back(option);
    wish_.options.push_back(std::string(1, '\0') + std::to_string(wish_.descriptors.size()));
    wish_.descriptors.push_back(fd);
  }
  void add_file(std::string_view option, Descriptor file) {
    add_descriptor(option, file.get());
    wish_.files.push_back(std::move(file));
  }
  void add_source(std::string_view option, int fd, std::string_view inside, Owner owner) {
    wish_.sources.push_back({wish_.descriptors.size(), owner});
    add_descriptor(option, fd);
    add({inside});
  }
  // A program or library of ours, which may lie where the sandbox's user cannot go.
  Result<void> add_program(const Path& file, std::string_view inside) {
    Descriptor opened(::open(file.c_str(), O_PATH | O_CLOEXEC));
    if (!opened) return surroundings("sandbox.missing", {{"what", file.string()}});
    add_source("--ro-bind-fd", opened.get(), inside, Owner::keep);
    wish_.files.push_back(std::move(opened));
    return {};
  }
  Result<void> add_text(std::string_view inside, std::string_view text) {
    add_file("--ro-bind-data", TRY(memory_file("fvm-file", text)));
    add({inside});
    return {};
  }

 private:
  Wish& wish_;
};

std::string setting_of(const wire::Launch& launch, std::string_view name, std::string_view otherwise) {
  for (const std::string& setting : launch.environment) {
    if (setting.starts_with(std::string(name) + "=")) return setting.substr(name.size() + 1);
  }
  return std::string(otherwise);
}

void add_isolation(Builder& to) {
  // Each by name and none of the "-try" forms: a namespace that cannot be made means no sandbox.
  to.add({"--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
          "--unshare-cgroup"});
  const std::string user = std::to_string(inside_user);
  to.add({"--uid", user, "--gid", user, "--hostname", "fvm"});
  to.add({"--cap-drop", "ALL", "--new-session", "--die-with-parent"});
}

Result<void> add_programs(Builder& to, const Host& host) {
  const std::string folder(programs_inside);
  TRY(to.add_program(host.worker, folder + "/fvm-worker"));
  for (const auto& [asked, real] : host.libraries) {
    const bool system = asked.native().starts_with("/usr/") || asked.native().starts_with("/lib");
    if (!system) TRY(to.add_program(real, folder + "/lib/" + asked.filename().native()));
  }
  return {};
}

void add_libraries(Builder& to, const Host& host) {
  for (const auto& [asked, real] : host.libraries) {
    const bool system = asked.native().starts_with("/usr/") || asked.native().starts_with("/lib");
    if (system) to.add({"--ro-bind", real.native(), asked.native()});
  }
}

void add_poppler(Builder& to, const Host& host) {
  if (!host.magic.empty())
    to.add({"--ro-bind", host.magic.native(), std::string(programs_inside) + "/magic.mgc"});
  if (host.pdf_text.empty()) return;
  to.add({"--ro-bind", host.pdf_text.native(), std::string(programs_inside) + "/pdftotext"});
  for (const auto& [asked, real] : host.pdf_libraries) to.add({"--ro-bind", real.native(), asked.native()});
}

void add_merged_folders(Builder& to) {
  for (const std::string_view name : merged) {
    std::error_code error;
    const Path target = std::filesystem::read_symlink("/" + std::string(name), error);
    if (!error) to.add({"--symlink", target.native(), "/" + std::string(name)});
    if (error && std::filesystem::is_directory("/" + std::string(name))) {
      to.add({"--ro-bind", "/" + std::string(name), "/" + std::string(name)});
    }
  }
}

void add_office_system(Builder& to) {
  for (const std::string_view folder : office) to.add({"--ro-bind-try", folder, folder});
  add_merged_folders(to);
}

// Packages of ours for R and Python, each where its language is told to look (environment_of), and what
// starts a desktop.
struct Packages {
  std::string_view folder, inside, variable;
};
constexpr Packages packages[] = {{"python", "/opt/fvm/python", "PYTHONPATH"},
                                 {"R", "/opt/fvm/R", "R_LIBS"},
                                 {"desktop", "/opt/fvm/desktop", ""}};

Result<void> add_packages(Builder& to, const Host& host) {
  for (const Packages& each : packages) {
    const Path folder = host.packages / each.folder;
    if (!host.packages.empty() && std::filesystem::is_directory(folder))
      TRY(to.add_program(folder, each.inside));
  }
  return {};
}

Result<void> add_analysis_system(Builder& to, const std::string& user) {
  to.add({"--ro-bind", "/usr", "/usr", "--tmpfs", "/usr/local", "--ro-bind-try", local_packages,
          local_packages, "--remount-ro", "/usr/local"});
  add_merged_folders(to);
  for (const std::string_view file : configuration) to.add({"--ro-bind-try", file, file});
  const std::string number = std::to_string(inside_user);
  TRY(to.add_text("/etc/passwd", user + ":x:" + number + ":" + number + "::/home/" + user + ":/bin/bash\n" +
                                     "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"));
  TRY(to.add_text("/etc/group", user + ":x:" + number + ":\nnogroup:x:65534:\n"));
  TRY(to.add_text("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"));
  TRY(to.add_text("/etc/hosts", ""));
  return {};
}

void add_kernel_views(Builder& to, const Profile& profile, const Limits& limits) {
  to.add({"--proc", "/proc"});
  // Whoever is root outside keeps root's file rights on these, even without capabilities.
  to.add({"--ro-bind", "/proc/sys", "/proc/sys"});
  for (const std::string_view file : masked) {
    // A device on a mount without devices cannot be opened.
    if (std::filesystem::exists(file)) to.add({"--ro-bind", "/dev/null", file});
  }
  // Files in memory: where no control group counts them, they still cannot outgrow the job's memory.
  const std::string bytes = std::to_string(std::min(profile.temporary_mib, limits.memory_mib / 2) << 20);
  to.add(
      {"--dev", "/dev", "--size", bytes, "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"});
  to.add({"--size", std::to_string(run_bytes), "--tmpfs", "/run"});
  to.add({"--size", bytes, "--perms", "1777", "--tmpfs", "/tmp"});
}

// Outer folders before what is mounted inside them.
void add_mounts(Builder& to, const wire::Launch& launch, const std::vector<int>& mounts) {
  std::vector<size_t> order(mounts.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return launch.mounts[a].inside.size() < launch.mounts[b].inside.size();
  });
  for (const size_t i : order) {
    const wire::Mount& mount = launch.mounts[i];
    to.add_source(mount.writable != 0 ? "--bind-fd" : "--ro-bind-fd", mounts[i], mount.inside,
                  Owner::sandbox);
  }
}

std::vector<std::string> environment_of(const Host& host, const Profile& profile,
                                        const wire::Launch& launch) {
  std::vector<std::string> settings = {"LD_LIBRARY_PATH=" + std::string(programs_inside) + "/lib",
                                       "TMPDIR=/tmp"};
  if (profile.system == System::analysis) {
    settings.push_back("PATH=" + (host.psql_folder.empty() ? "" : host.psql_folder.native() + ":") +
                       "/usr/bin:/bin");
    settings.push_back("LANG=" + setting_of(launch, "LANG", "C.UTF-8"));
    settings.push_back("SHELL=/bin/bash");
    for (const Packages& each : packages)
      if (!each.variable.empty() && !host.packages.empty() &&
          std::filesystem::is_directory(host.packages / each.folder))
        settings.push_back(std::string(each.variable) + "=" + std::string(each.inside));
  }
  for (const std::string& setting : launch.environment) {
    if (!setting.starts_with("LANG=")) settings.push_back(setting);
  }
  return settings;
}

}  // namespace

Result<Wish> bubblewrap_wish(const Host& host, const Profile& profile, const wire::Launch& launch,
                             const Limits& limits, const std::vector<int>& mounts) {
  Wish wish;
  Builder to(wish);
  add_isolation(to);
  to.add_file("--seccomp", TRY(filter_program(profile.sockets)));
  if (profile.system == System::analysis) {
    TRY(add_analysis_system(to, setting_of(launch, "USER", "user")));
  } else if (profile.system == System::office) {
    add_office_system(to);
  } else {
    add_libraries(to, host);
    if (profile.system == System::worker_and_charsets && !host.charsets.empty())
      to.add({"--ro-bind-try", host.charsets.native(), host.charsets.native()});
    if (profile.system == System::worker_and_poppler) add_poppler(to, host);
  }
  add_kernel_views(to, profile, limits);
  TRY(add_programs(to, host));
  if (profile.system == System::analysis) TRY(add_packages(to, host));
  add_mounts(to, launch, mounts);
  to.add({"--remount-ro", "/", "--chdir", profile.system == System::analysis ? "/work" : "/tmp"});
  wish.command = {std::string(programs_inside) + "/fvm-worker", launch.arguments[0]};
  if (profile.system == System::analysis) {
    wish.command.insert(wish.command.end(), {"--processes-max", std::to_string(limits.processes_max)});
  }
  wish.command.insert(wish.command.end(), launch.arguments.begin() + 1, launch.arguments.end());
  wish.environment = environment_of(host, profile, launch);
  return wish;
}

std::vector<std::string> settle(const std::vector<std::string>& options, int first,
                                const std::map<size_t, std::string>& staged) {
  std::vector<std::string> settled = options;
  for (size_t i = 0; i < settled.size(); ++i) {
    if (settled[i].empty() || settled[i][0] != '\0') continue;
    const int number = std::stoi(settled[i].substr(1));
    const auto place = staged.find(static_cast<size_t>(number));
    settled[i] = place != staged.end() ? place->second : std::to_string(first + number);
    if (place != staged.end()) settled[i - 1].resize(settled[i - 1].size() - std::string_view("-fd").size());
  }
  return settled;
}

}  // namespace fvm::sandbox
