// The lists behind filter.cpp, by kind of work. Names that a machine's architecture lacks are passed over.
// Measured with strace over psql, R, Python, DuckDB and a shell; widened to their kin (a call and its "at"
// form).
#pragma once

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <linux/fiemap.h>
#include <linux/fs.h>

#include <cstdint>
#include <string_view>

namespace fvm::sandbox {

inline constexpr std::string_view allowed_calls[] = {
    // reading, writing, polling
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2",
    "lseek", "close", "close_range", "dup", "dup2", "dup3", "pipe", "pipe2", "fcntl", "poll", "ppoll",
    "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait",
    "epoll_pwait2", "eventfd", "eventfd2", "signalfd", "signalfd4", "timerfd_create", "timerfd_settime",
    "timerfd_gettime", "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "sendfile",
    "splice", "tee", "copy_file_range", "readahead", "fadvise64",
    // files and folders
    "stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2",
    "getdents", "getdents64", "getcwd", "chdir", "fchdir", "rename", "renameat", "renameat2", "mkdir",
    "mkdirat", "rmdir", "unlink", "unlinkat", "link", "linkat", "symlink", "symlinkat", "readlink",
    "readlinkat", "chown", "fchown", "lchown", "fchownat", "umask", "truncate", "ftruncate", "fallocate",
    "fsync", "fdatasync", "sync", "syncfs", "sync_file_range", "flock", "utime", "utimes", "utimensat",
    "futimesat", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr", "setxattr",
    "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
    // memory
    "brk", "mmap", "munmap", "mprotect", "mremap", "msync", "mincore", "madvise", "mlock", "mlock2",
    "munlock", "mlockall", "munlockall", "memfd_create", "membarrier", "get_mempolicy", "pkey_alloc",
    "pkey_free", "pkey_mprotect",
    // processes, threads, time
    "fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "kill", "tkill", "tgkill",
    "pidfd_open", "pidfd_send_signal", "getpid", "getppid", "gettid", "getpgid", "getpgrp", "setpgid",
    "getsid", "setsid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid",
    "capget", "capset", "prctl", "arch_prctl", "set_tid_address", "set_robust_list", "get_robust_list",
    "rseq", "futex", "futex_waitv", "futex_wake", "futex_wait", "futex_requeue", "sched_yield",
    "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_setparam", "sched_getscheduler",
    "sched_setscheduler", "sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval",
    "sched_getattr", "sched_setattr", "getpriority", "setpriority", "ioprio_get", "ioprio_set", "getrlimit",
    "setrlimit", "prlimit64", "getrusage", "times", "sysinfo", "uname", "getcpu", "nanosleep",
    "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time", "alarm", "pause", "getitimer",
    "setitimer", "timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete",
    "getrandom", "restart_syscall", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
    // signals
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigqueueinfo",
    "rt_tgsigqueueinfo", "rt_sigsuspend", "sigaltstack",
    // sockets that one was handed (which ones may be made is decided in filter.cpp)
    "sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown", "getsockname",
    "getpeername", "getsockopt", "setsockopt"};

// Sessions: psql, R and Python connect to the SQL session over a Unix socket.
inline constexpr std::string_view local_socket_calls[] = {"bind", "listen", "accept", "accept4", "connect"};

// Known to be dangerous: refused in words (EPERM), so that logs and tests see it. The list is not what
// protects: anything absent from allowed_calls is refused as well.
inline constexpr std::string_view refused_calls[] = {"mount",
                                                     "umount2",
                                                     "pivot_root",
                                                     "chroot",
                                                     "unshare",
                                                     "setns",
                                                     "move_mount",
                                                     "open_tree",
                                                     "fsopen",
                                                     "fsconfig",
                                                     "fsmount",
                                                     "fspick",
                                                     "mount_setattr",
                                                     "ptrace",
                                                     "process_vm_readv",
                                                     "process_vm_writev",
                                                     "process_madvise",
                                                     "kcmp",
                                                     "pidfd_getfd",
                                                     "bpf",
                                                     "perf_event_open",
                                                     "io_uring_setup",
                                                     "io_uring_enter",
                                                     "io_uring_register",
                                                     "keyctl",
                                                     "add_key",
                                                     "request_key",
                                                     "userfaultfd",
                                                     "kexec_load",
                                                     "kexec_file_load",
                                                     "init_module",
                                                     "finit_module",
                                                     "delete_module",
                                                     "open_by_handle_at",
                                                     "name_to_handle_at",
                                                     "fanotify_init",
                                                     "fanotify_mark",
                                                     "quotactl",
                                                     "quotactl_fd",
                                                     "swapon",
                                                     "swapoff",
                                                     "reboot",
                                                     "acct",
                                                     "sethostname",
                                                     "setdomainname",
                                                     "settimeofday",
                                                     "clock_settime",
                                                     "adjtimex",
                                                     "clock_adjtime",
                                                     "iopl",
                                                     "ioperm",
                                                     "modify_ldt",
                                                     "syslog",
                                                     "lookup_dcookie",
                                                     "vhangup",
                                                     "nfsservctl",
                                                     "uselib",
                                                     "_sysctl",
                                                     "move_pages",
                                                     "migrate_pages",
                                                     "mbind",
                                                     "set_mempolicy"};

// Calls that give a file its mode, and which argument that is. A folder of the project is stored as the
// launcher's: with the set-user-id bit a file of its would run as the launcher (root, perhaps) for anybody on
// the machine.
struct ModeCall {
  std::string_view name;
  unsigned mode;
};
inline constexpr ModeCall mode_calls[] = {{"chmod", 1}, {"fchmod", 1}, {"fchmodat", 2}, {"fchmodat2", 2},
                                          {"creat", 1}, {"mknod", 1},  {"mknodat", 2}};
// The same for calls that look at the mode only when they make a file; openat2, which keeps both in memory,
// is not on the list, and the C library does not need it.
struct OpenCall {
  std::string_view name;
  unsigned flags, mode;
};
inline constexpr OpenCall open_calls[] = {{"open", 1, 2}, {"openat", 2, 3}};

// Requests to devices: terminals, sockets and files as ordinary programs use them. TIOCSTI (typing into a
// terminal on somebody's behalf) and TIOCLINUX are left out on purpose.
inline constexpr uint32_t allowed_device_requests[] = {
    TCGETS,     TCSETS,     TCSETSW,   TCSETSF,   TCGETS2,      TCSETS2,         TCSETSW2,      TCSETSF2,
    TCGETA,     TCSETA,     TCSETAW,   TCSETAF,   TCSBRK,       TCSBRKP,         TCXONC,        TCFLSH,
    TIOCGWINSZ, TIOCSWINSZ, TIOCGPGRP, TIOCSPGRP, TIOCGSID,     TIOCSCTTY,       TIOCNOTTY,     TIOCOUTQ,
    FIONREAD,   FIONBIO,    FIOASYNC,  FIOCLEX,   FIONCLEX,     TIOCGPTN,        TIOCSPTLCK,    TIOCGPTPEER,
    TIOCGETD,   TIOCEXCL,   TIOCNXCL,  FICLONE,   FICLONERANGE, FS_IOC_GETFLAGS, FS_IOC_FIEMAP, FIGETBSZ};

}  // namespace fvm::sandbox
