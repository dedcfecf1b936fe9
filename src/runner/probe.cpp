// One table of ways out. Each entry says whether it worked; an error of any kind is "no".
#include "runner/probe.hpp"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/descriptor.hpp"
#include "wire/reach.hpp"

namespace fvm::runner {
namespace {

constexpr const char* own_file = "/work/.fvm-self-test";

bool makes_socket(int family, int kind, int protocol) {
  return bool(Descriptor(::socket(family, kind | SOCK_CLOEXEC, protocol)));
}

bool opens(const std::string& path, int flags) {
  return bool(Descriptor(::open(path.c_str(), flags | O_CLOEXEC, 0600)));
}

std::string name_of(const std::string& process) {
  char name[32];
  const Descriptor file(::open(("/proc/" + process + "/comm").c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t got = file ? ::read(file.get(), name, sizeof name) : 0;
  return {name, got > 0 ? static_cast<size_t>(got) - 1 : 0};
}

// Not one of ours that happens to have the same number in here.
bool signals(int process) {
  const std::string name = name_of(std::to_string(process));
  return ::kill(process, 0) == 0 && name != "bwrap" && name != name_of("self");
}

bool reads_memory_of(int process) {
  char byte = 0;
  iovec here{&byte, 1}, there{reinterpret_cast<void*>(0x400000), 1};
  return ::process_vm_readv(process, &here, 1, &there, 1, 0) == 1;
}

bool makes_user_namespace() {
  const pid_t child = ::fork();  // or the rest would be tried inside of it
  if (child == 0) ::_exit(::unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

bool makes_set_user_id() {
  if (!opens(own_file, O_CREAT | O_WRONLY)) return false;
  struct stat found{};
  const bool done =
      ::chmod(own_file, 04755) == 0 && ::stat(own_file, &found) == 0 && (found.st_mode & 06000) != 0;
  ::unlink(own_file);
  return done;
}

bool calls(long number, long first = 0, const void* second = nullptr, long third = 0) {
  const long got = ::syscall(number, first, second, third);
  if (got >= 0) ::close(static_cast<int>(got));
  return got >= 0;
}

bool calls_bpf() {
  constexpr uint32_t hash_map[32] = {1, 4, 8, 1};
  return calls(SYS_bpf, 0, hash_map, sizeof hash_map);
}

bool calls_perf() {
  perf_event_attr wanted{};
  wanted.size = sizeof wanted, wanted.type = PERF_TYPE_SOFTWARE, wanted.exclude_kernel = 1;
  return ::syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0) >= 0;
}

bool calls_io_uring() {
  io_uring_params wanted{};
  return calls(SYS_io_uring_setup, 4, &wanted);
}

bool calls_keyring() {
  constexpr long session_keyring = -3, get_id = 0;
  return ::syscall(SYS_keyctl, get_id, session_keyring, 1) > 0;
}

}  // namespace

std::vector<Tried> try_ways_out(const Bait& bait) {
  const std::string through_process = "/proc/" + std::to_string(bait.process) + "/root" + bait.file;
  return {{"tcp", wire::reaches(SOCK_STREAM, bait.tcp_port)},
          {"udp", wire::reaches(SOCK_DGRAM, bait.udp_port)},
          {"abstract_socket", wire::reaches_abstract(bait.abstract_name)},
          {"raw_socket", makes_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)},
          {"packet_socket", makes_socket(AF_PACKET, SOCK_RAW, 0)},
          {"netlink_socket", makes_socket(AF_NETLINK, SOCK_RAW, 0)},
          {"file_outside", opens(bait.file, O_RDONLY)},
          {"file_through_process", opens(through_process, O_RDONLY)},
          {"change_data", opens("/data/.fvm-self-test", O_CREAT | O_WRONLY)},
          {"kernel_setting", opens("/proc/sys/kernel/core_pattern", O_WRONLY)},
          {"mount", ::mount("none", "/tmp", "tmpfs", 0, nullptr) == 0},
          {"user_namespace", makes_user_namespace()},
          {"set_user_id", makes_set_user_id()},
          {"signal_process", signals(bait.process)},
          {"read_process", reads_memory_of(bait.process)},
          {"trace_process", ::ptrace(PTRACE_SEIZE, ::getppid(), nullptr, nullptr) == 0},
          {"bpf", calls_bpf()},
          {"perf", calls_perf()},
          {"io_uring", calls_io_uring()},
          {"keyring", calls_keyring()},
          {"userfaultfd", calls(SYS_userfaultfd)}};
}

std::vector<Tried> try_what_is_allowed() {
  const Descriptor written(::open(own_file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  const bool own = written && ::write(written.get(), "x", 1) == 1 && ::unlink(own_file) == 0;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  const bool processes = child > 0 && ::waitpid(child, nullptr, 0) == child;
  return {{"own_file", own},
          {"processes", processes},
          {"read_data", opens("/data/marker", O_RDONLY)},
          {"socket_inside", makes_socket(AF_UNIX, SOCK_STREAM, 0)}};
}

int probe(const std::vector<char*>& told) {
  constexpr size_t facts = 5;
  if (told.size() < facts) return 2;
  const Bait bait{std::atoi(told[0]), std::atoi(told[1]), told[2], told[3], std::atoi(told[4])};
  const auto object_of = [](const std::vector<Tried>& all) {
    boost::json::object out;
    for (const Tried& each : all) out[each.name] = each.done;
    return out;
  };
  const boost::json::object both{{"ways_out", object_of(try_ways_out(bait))},
                                 {"allowed", object_of(try_what_is_allowed())}};
  return std::puts(boost::json::serialize(both).c_str()) >= 0 && std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace fvm::runner
