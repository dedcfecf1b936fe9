#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "sandbox/arguments.hpp"
#include "sandbox/filter.hpp"
#include "sandbox/filter_calls.hpp"
#include "sandbox/host.hpp"
#include "sandbox/limits.hpp"
#include "sandbox/profiles.hpp"
#include "sandbox/service.hpp"

namespace fvm::sandbox {
namespace {

namespace fs = std::filesystem;
using wire::Launch;

Launch session_request() {
  return Launch{.profile = "session",
                .label = "FVM-1",
                .mounts = {{"/data", 0}, {"/work", 1}, {"/home/anna", 1}, {"/outbox", 1}},
                .arguments = {"enter", "--", "psql"},
                .environment = {"USER=anna", "LANG=da_DK.UTF-8"}};
}

const Profile& profile(std::string_view name) {
  return **profile_named(name);
}

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("fvm-sandbox-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  const Path& path() const { return path_; }
  void write(const Path& file, std::string_view text = "") const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
  }
  std::string read(const Path& file) const {
    std::ifstream in(path_ / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  Path path_;
};

TEST(Profiles, TheTableIsSound) {
  for (const Profile& p : profiles()) {
    EXPECT_LE(p.memory_mib, p.memory_mib_max) << p.name;
    EXPECT_LE(p.time_seconds, p.time_seconds_max) << p.name;
    EXPECT_LE(p.threads, p.threads_max) << p.name;
    EXPECT_GT(p.processes_max, 4u) << p.name;
    for (const Place& place : p.places) EXPECT_EQ(place.inside[0], '/') << p.name;
    // Only a session holds what a person brings; only it has other programs, and then no job's descriptors.
    EXPECT_EQ(p.system == System::analysis, p.name == "session");
    // LibreOffice makes a socket for itself; it gets nothing to read and no descriptors of anybody's either.
    EXPECT_EQ(p.system == System::office, p.name == "document");
    EXPECT_EQ(p.sockets == Sockets::local_only, p.name == "session" || p.name == "document");
    if (p.name == "document") {
      EXPECT_TRUE(p.places.size() == 1 && p.places[0].inside == "/out");
    }
  }
  EXPECT_EQ(profile_named("nonsense").error().code, "sandbox.unknown_profile");
}

TEST(Profiles, ALimitIsWhatWasAskedWithinTheProfile) {
  Launch launch = session_request();
  EXPECT_EQ(limits_of(profile("session"), launch).memory_mib, profile("session").memory_mib);
  launch.memory_mib = 77;
  EXPECT_EQ(limits_of(profile("session"), launch).memory_mib, 77u);
  launch.memory_mib = ~0ULL;
  launch.time_seconds = ~0U;
  EXPECT_EQ(limits_of(profile("session"), launch).memory_mib, profile("session").memory_mib_max);
  EXPECT_EQ(limits_of(profile("session"), launch).time_seconds, profile("session").time_seconds_max);
}

TEST(Profiles, ASessionsLimitsAreTheOperatorsToo) {
  config::Config::Session settings;
  settings.processes_max = 17;
  settings.time_seconds = 5;
  EXPECT_EQ(limits_of(profile("session"), session_request(), settings).processes_max, 17u);
  EXPECT_EQ(limits_of(profile("session"), session_request(), settings).time_seconds, 5u);
  EXPECT_EQ(limits_of(profile("build"), session_request(), settings).processes_max,
            profile("build").processes_max);
}

TEST(Profiles, OneChangeMakesAGoodRequestBad) {
  ASSERT_TRUE(check_request(profile("session"), session_request()).ok());
  const auto refused_after = [](auto change) {
    Launch launch = session_request();
    change(launch);
    const auto checked = check_request(profile("session"), launch);
    return !checked.ok() && checked.error().code == "sandbox.not_allowed";
  };
  EXPECT_TRUE(refused_after([](Launch& l) { l.arguments = {}; }));
  EXPECT_TRUE(refused_after([](Launch& l) { l.arguments[0] = "sql"; }));
  EXPECT_TRUE(refused_after([](Launch& l) { l.mounts[0].writable = 1; }));
  for (const char* inside : {"/data/", "/data/x", "data", "/", "", "/home/", "/home/../etc", "/home/./x",
                             "/home//x", "/home/a b", "/home/a\nb", "/in/x", "/etc"}) {
    EXPECT_TRUE(refused_after([&](Launch& l) { l.mounts[1].inside = inside; })) << inside;
  }
  for (const char* setting : {"PATH=/work", "LD_PRELOAD=x", "USER", "USER=a\nb", "=x", ""}) {
    EXPECT_TRUE(refused_after([&](Launch& l) { l.environment.push_back(setting); })) << setting;
  }
}

TEST(Outside, NeverKeysStoreLedgerNorWhatHoldsThem) {
  const Folder folder;
  const config::Instance instance(folder.path());
  for (const char* name : {"keys/x", "store/x", "audit/x", "run/x", "config.toml", "inbox/x"})
    folder.write(name);
  const Launch build{.profile = "build", .mounts = {{"/in/x", 0}}};
  const auto allowed = [&](const Path& outside) {
    return check_outside(instance, profile("build"), build, {outside}).ok();
  };
  EXPECT_TRUE(allowed(instance.inbox()));
  EXPECT_TRUE(allowed(instance.mirror()));
  for (const Path& closed :
       {instance.keys(), instance.keys() / "x", instance.store_file(), instance.audit(), instance.run(),
        instance.config_file(), folder.path(), Path("/"), folder.path().parent_path()}) {
    EXPECT_FALSE(allowed(closed)) << closed;
  }
}

TEST(Outside, ASessionMountsItsOwnProjectOnly) {
  const Folder folder;
  const config::Instance instance(folder.path());
  folder.write("projects/FVM-1/data/x");
  const Path own = folder.path() / "projects" / "FVM-1", other = folder.path() / "projects" / "FVM-2";
  const auto allowed = [&](std::string label, const Path& data, const Path& outbox) {
    Launch launch = session_request();
    launch.label = std::move(label);
    return check_outside(instance, profile("session"), launch,
                         {data, own / "work", own / "home" / "anna", outbox})
        .ok();
  };
  EXPECT_TRUE(allowed("FVM-1", own / "data", own / "outbox" / "anna"));
  EXPECT_FALSE(allowed("FVM-2", own / "data", own / "outbox" / "anna"));
  EXPECT_FALSE(allowed("../projects/FVM-1", own / "data", own / "outbox" / "anna"));
  EXPECT_FALSE(allowed("FVM-1", other / "data", own / "outbox" / "anna"));
  EXPECT_FALSE(allowed("FVM-1", own / "population", own / "outbox" / "anna"));
  EXPECT_FALSE(allowed("FVM-1", own, own / "outbox" / "anna"));
  EXPECT_FALSE(allowed("FVM-1", own / "data", own / "outbox"));
}

TEST(Filter, ListsDoNotContradictEachOther) {
  for (const std::string_view refused : refused_calls) {
    EXPECT_EQ(std::count(std::begin(allowed_calls), std::end(allowed_calls), refused), 0) << refused;
  }
  // Decided by their arguments, so on neither list.
  for (const std::string_view call : {"clone", "clone3", "socket", "socketpair", "ioctl", "personality"}) {
    EXPECT_EQ(std::count(std::begin(allowed_calls), std::end(allowed_calls), call), 0) << call;
  }
}

TEST(Filter, IsAProgramTheKernelTakes) {
  for (const Sockets sockets : {Sockets::none, Sockets::local_only}) {
    const auto program = filter_program(sockets);
    ASSERT_TRUE(program.ok());
    struct stat facts{};
    ASSERT_EQ(::fstat(program.value().get(), &facts), 0);
    EXPECT_EQ(static_cast<size_t>(facts.st_size) % sizeof(sock_filter), 0u);
    EXPECT_LT(static_cast<size_t>(facts.st_size) / sizeof(sock_filter), size_t{BPF_MAXINSNS});
    EXPECT_EQ(::lseek(program.value().get(), 0, SEEK_CUR), 0);
  }
}

constexpr Limits limits{.memory_mib = 512,
                        .time_seconds = 10,
                        .threads = 2,
                        .processes_max = 64,
                        .open_files_max = 100,
                        .file_mib_max = 10};

size_t place_of(const Wish& wish, std::string_view option) {
  return static_cast<size_t>(std::find(wish.options.begin(), wish.options.end(), option) -
                             wish.options.begin());
}

TEST(Arguments, EveryNamespaceByNameAndNoneOptional) {
  const Host host{.bubblewrap = "/usr/bin/bwrap", .worker = "/bin/true"};
  for (const Profile& p : profiles()) {
    const auto wish = bubblewrap_wish(host, p, Launch{.arguments = {std::string(p.verb)}}, limits, {});
    ASSERT_TRUE(wish.ok());
    for (const char* option :
         {"--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
          "--unshare-cgroup", "--die-with-parent", "--new-session", "--seccomp"}) {
      EXPECT_LT(place_of(*wish, option), wish->options.size()) << p.name << option;
    }
    for (const std::string& option : wish->options) {
      EXPECT_TRUE(!option.starts_with("--unshare") || !option.ends_with("-try")) << option;
    }
    EXPECT_EQ(wish->command[0] + " " + wish->command[1], "/opt/fvm/fvm-worker " + std::string(p.verb));
    EXPECT_EQ(place_of(*wish, "/usr") < wish->options.size(), p.system == System::analysis) << p.name;
  }
}

TEST(Arguments, DescriptorsGetTheirNumbersAndOuterFoldersComeFirst) {
  const Host host{.bubblewrap = "/usr/bin/bwrap", .worker = "/bin/true"};
  const Launch launch{.mounts = {{"/in/a/deep", 0}, {"/in/a", 0}, {"/out", 1}}, .arguments = {"build"}};
  const auto wish = bubblewrap_wish(host, profile("build"), launch, limits, {71, 72, 73});
  ASSERT_TRUE(wish.ok());
  const auto settled = settle(wish->options, 100);
  EXPECT_LT(place_of(*wish, "/in/a"), place_of(*wish, "/in/a/deep"));
  EXPECT_EQ(wish->options[place_of(*wish, "/out") - 2], "--bind-fd");
  EXPECT_EQ(wish->options[place_of(*wish, "/in/a") - 2], "--ro-bind-fd");
  const auto number = std::stoul(settled[place_of(*wish, "/in/a") - 1]) - 100;
  ASSERT_LT(number, wish->descriptors.size());
  EXPECT_EQ(wish->descriptors[number], 72);
}

TEST(Host, WithoutAPdftotextThatRunsTheRestGoesOn) {
  const Folder folder;
  folder.write("fvm-worker");
  folder.write("pdftotext");
  std::filesystem::copy_file("/bin/true", folder.path() / "fvm-worker",
                             std::filesystem::copy_options::overwrite_existing);
  for (const char* name : {"fvm-worker", "pdftotext"})
    std::filesystem::permissions(folder.path() / name, std::filesystem::perms::owner_all);
  if (::access("/usr/bin/bwrap", X_OK) != 0) GTEST_SKIP() << "bubblewrap is not installed";
  const auto host = look_around(folder.path(), folder.path().string() + ":/usr/bin");
  ASSERT_TRUE(host.ok());
  EXPECT_EQ(host->pdf_text, Path());
  EXPECT_TRUE(host->pdf_libraries.empty());
  if (::access("/usr/bin/pdftotext", X_OK) != 0) GTEST_SKIP() << "pdftotext is not installed";
  EXPECT_EQ(look_around(folder.path(), "/usr/bin")->pdf_text, Path("/usr/bin/pdftotext"));
}

TEST(Arguments, EnvironmentIsOursAndWhatTheProfileLetThrough) {
  const Host host{
      .bubblewrap = "/usr/bin/bwrap", .worker = "/bin/true", .psql_folder = "/usr/lib/postgresql/15/bin"};
  const auto wish = bubblewrap_wish(host, profile("session"), session_request(), limits, {1, 2, 3, 4});
  ASSERT_TRUE(wish.ok());
  const auto has = [&](std::string_view text) {
    return std::count(wish->environment.begin(), wish->environment.end(), text);
  };
  EXPECT_EQ(has("PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin"), 1);
  EXPECT_EQ(has("LANG=da_DK.UTF-8"), 1);
  EXPECT_EQ(has("USER=anna"), 1);
}

TEST(Groups, Version1WritesEachControllersFile) {
  const Folder folder;
  for (const char* controller : {"memory", "pids", "cpu"})
    folder.write(Path(controller) / "a/b/cgroup.procs");
  const Groups groups = Groups::find(folder.path(), "4:memory:/a/b\n8:pids:/a/b\n1:cpu:/a/b\n");
  ASSERT_EQ(groups.kind(), Groups::Kind::version_1);
  // A made-up folder lacks the files that the kernel would put there: no limit can be set, so no job.
  EXPECT_EQ(groups.make(limits, 1).error().code, "sandbox.missing");
}

// A second launcher once swept away a group that the first had just made: "could not make a sandbox", now and
// then.
TEST(Groups, SweepsOnlyWhatDeadLaunchersLeft) {
  const Folder folder;
  for (const char* controller : {"memory", "pids", "cpu"})
    folder.write(Path(controller) / "a/b/cgroup.procs");
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  ::waitpid(dead, nullptr, 0);
  const Path parent = folder.path() / "memory/a/b";
  const Path living = parent / ("fvm-job-" + std::to_string(::getpid()) + "-1");
  const Path left = parent / ("fvm-job-" + std::to_string(dead) + "-1");
  std::filesystem::create_directory(living);
  std::filesystem::create_directory(left);
  ASSERT_EQ(Groups::find(folder.path(), "4:memory:/a/b\n8:pids:/a/b\n1:cpu:/a/b\n").kind(),
            Groups::Kind::version_1);
  EXPECT_TRUE(std::filesystem::exists(living));
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST(Groups, Version2MovesItselfAsideAndSwitchesControllersOn) {
  const Folder folder;
  for (const char* file : {"own/cgroup.procs", "own/cgroup.subtree_control", "own/launcher/cgroup.procs"})
    folder.write(file);
  const Groups groups = Groups::find(folder.path(), "0::/own\n");
  ASSERT_EQ(groups.kind(), Groups::Kind::version_2);
  EXPECT_EQ(folder.read("own/launcher/cgroup.procs"), std::to_string(::getpid()));
}

TEST(Groups, NoneWhenNothingIsWritableAndItSaysSo) {
  const Folder folder;
  const Groups groups = Groups::find(folder.path(), "0::/own\n4:memory:/x\n");
  EXPECT_EQ(groups.kind(), Groups::Kind::none);
  EXPECT_TRUE(groups.kind_name().starts_with("none"));
  EXPECT_FALSE(groups.make(limits, 1).value().has_value());
}

TEST(Groups, APathThatClimbsOutIsNotFollowed) {
  const Folder folder;
  folder.write("memory/cgroup.procs"), folder.write("pids/cgroup.procs");
  EXPECT_EQ(Groups::find(folder.path() / "sub", "4:memory:/../../memory\n8:pids:/../../pids\n").kind(),
            Groups::Kind::none);
}

}  // namespace
}  // namespace fvm::sandbox
