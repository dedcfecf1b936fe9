#include "sandbox/filter.hpp"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/filter_calls.hpp"

namespace fvm::sandbox {
namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

constexpr uint64_t low_word = 0xffffffff;  // the kernel reads these arguments as 32 bits: compare only those
constexpr uint64_t namespace_flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                     CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME;
// personality(): ask (all ones), plain Linux, and plain Linux without address randomisation are harmless.
constexpr uint64_t personalities[] = {low_word, 0};

Error missing(std::string what) {
  return surroundings("sandbox.missing", {{"what", std::move(what)}});
}

// Collects the first failure, so that rules read as a list.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx context) : context_(context) {}
  void add(uint32_t action, std::string_view call, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    const int number = seccomp_syscall_resolve_name(std::string(call).c_str());
    if (number == __NR_SCMP_ERROR || failed_ != 0) return;  // a call that this machine's kind does not have
    const int result = seccomp_rule_add_array(context_, action, number,
                                              static_cast<unsigned>(conditions.size()), conditions.begin());
    // -EACCES: the rule is what happens anyway.
    if (result != 0 && result != -EACCES && result != -EDOM) failed_ = -result;
  }
  int failed() const { return failed_; }

 private:
  scmp_filter_ctx context_;
  int failed_ = 0;
};

scmp_arg_cmp masked(unsigned argument, uint64_t mask, uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

// Files are made and changed, but never so that they run as their owner or group.
void add_modes(Rules& rules) {
  constexpr uint64_t makes_a_file = O_CREAT | (O_TMPFILE & ~O_DIRECTORY);
  for (const ModeCall& call : mode_calls)
    rules.add(SCMP_ACT_ALLOW, call.name, {masked(call.mode, S_ISUID | S_ISGID, 0)});
  for (const OpenCall& call : open_calls) {
    rules.add(SCMP_ACT_ALLOW, call.name, {masked(call.flags, makes_a_file, 0)});
    for (const uint64_t kind : {uint64_t{O_CREAT}, makes_a_file & ~uint64_t{O_CREAT}})
      rules.add(SCMP_ACT_ALLOW, call.name,
                {masked(call.flags, kind, kind), masked(call.mode, S_ISUID | S_ISGID, 0)});
  }
  for (const uint64_t bit : {uint64_t{S_ISUID}, uint64_t{S_ISGID}}) {
    for (const ModeCall& call : mode_calls)
      rules.add(SCMP_ACT_ERRNO(EPERM), call.name, {masked(call.mode, bit, bit)});
  }
}

void add_conditional(Rules& rules, Sockets sockets) {
  const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
  // Threads and processes, but no new namespaces. clone3 keeps its flags in memory, where a filter cannot
  // look: it is left out, and the C library falls back to clone.
  rules.add(SCMP_ACT_ALLOW, "clone", {SCMP_A0(SCMP_CMP_MASKED_EQ, namespace_flags, 0)});
  for (const uint64_t value : personalities) {
    rules.add(SCMP_ACT_ALLOW, "personality", {SCMP_A0(SCMP_CMP_MASKED_EQ, low_word, value)});
  }
  for (const uint64_t request : allowed_device_requests) {
    rules.add(SCMP_ACT_ALLOW, "ioctl", {SCMP_A1(SCMP_CMP_MASKED_EQ, low_word, request)});
  }
  if (sockets == Sockets::local_only) {
    const auto unix_only = {SCMP_A0(SCMP_CMP_MASKED_EQ, low_word, AF_UNIX)};
    rules.add(SCMP_ACT_ALLOW, "socket", unix_only);
    rules.add(SCMP_ACT_ALLOW, "socketpair", unix_only);
    for (const std::string_view call : local_socket_calls) rules.add(SCMP_ACT_ALLOW, call);
  } else {
    rules.add(refuse, "socket");
    rules.add(refuse, "socketpair");
  }
}

Result<Filter> make_filter(Sockets sockets) {
  Filter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), &seccomp_release);
  if (!filter) return missing("seccomp");
  // A call under another architecture's numbers would pass a list of this one's.
  int failed = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (failed == 0) failed = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // binary search
  Rules rules(filter.get());
  for (const std::string_view call : refused_calls) rules.add(SCMP_ACT_ERRNO(EPERM), call);
  for (const std::string_view call : allowed_calls) rules.add(SCMP_ACT_ALLOW, call);
  add_modes(rules);
  add_conditional(rules, sockets);
  if (failed != 0 || rules.failed() != 0) return missing("seccomp (rules)");
  return filter;
}

}  // namespace

Result<Descriptor> filter_program(Sockets sockets) {
  const Filter filter = TRY(make_filter(sockets));
  Descriptor file(::memfd_create("fvm-seccomp", MFD_CLOEXEC));
  if (!file) return system_error("make a memory file", errno);
  if (seccomp_export_bpf(filter.get(), file.get()) != 0) return missing("seccomp (export)");
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return system_error("rewind a memory file", errno);
  return file;
}

}  // namespace fvm::sandbox
