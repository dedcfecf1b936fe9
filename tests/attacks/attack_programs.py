"""Attacks on the sandbox, each a small Python program. It prints "got ..." when the attack succeeded and "no ..." when it
was refused, so that a program that crashed counts as neither. The same text runs inside the sandbox and, as positive
control, outside of it. argv[1:] are facts of the test: ports, paths, process numbers."""

PRELUDE = """
import ctypes, errno, fcntl, mmap, os, resource, signal, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    libc.syscall.restype = ctypes.c_long
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_void_p(a) if isinstance(a, int) else a for a in arguments])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def reached(number, *arguments, refusals=(errno.EPERM, errno.ENOSYS, errno.EACCES)):
    # The kernel looked at the arguments: the call itself was not refused.
    try:
        return call(number, *arguments)
    except OSError as error:
        if error.errno in refusals:
            raise
        return "reached: " + errno.errorcode[error.errno]
def attack():
"""
ENDING = """
try:
    print("got", attack(), flush=True)
except BaseException as error:
    print("no", type(error).__name__, error, flush=True)
"""


def program(body):
    return PRELUDE + "\n".join("    " + line for line in body.strip().splitlines()) + ENDING


# Ways out: each is given the port (or name) of a listener on the machine.
NETWORK = {
    "tcp": "with socket.create_connection(('127.0.0.1', int(sys.argv[1])), 3) as s: return s.recv(5)",
    "tcp_ipv6": "with socket.create_connection(('::1', int(sys.argv[2])), 3) as s: return s.recv(5)",
    "udp": """
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3)
s.sendto(b'rows', ('127.0.0.1', int(sys.argv[3])))
return s.recv(100)""",
    "dns_tunnel": """
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3)
name = b'0101901234'.hex().encode()
s.sendto(b'\\x12\\x34\\x01\\0\\0\\1\\0\\0\\0\\0\\0\\0' + bytes([len(name)]) + name + b'\\x07example\\0\\0\\x10\\0\\1', ('127.0.0.1', int(sys.argv[3])))
return s.recv(512)""",
    "abstract_unix_socket": """
s = socket.socket(socket.AF_UNIX); s.settimeout(3)
s.connect('\\0' + sys.argv[4])
return s.recv(5)""",
    "unix_socket_by_path": """
s = socket.socket(socket.AF_UNIX); s.settimeout(3)
s.connect(sys.argv[5])
return s.recv(5)""",
}

# Calls that must not be made: (body, needs nothing of the test).
KERNEL = {
    "raw_icmp_socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP); return 'a raw socket'",
    "packet_socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0); return 'a packet socket'",
    "netlink_socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); return 'a netlink socket'",
    "socketpair_of_another_family": "return reached(53, 40, 1, 0, 0, refusals=(errno.EPERM, errno.ENOSYS))",
    "ptrace_attach": """
child = os.fork()
if child == 0: time.sleep(10); os._exit(0)
try: return 'attached' if call(101, 16, child, 0, 0) == 0 else None
finally: os.kill(child, 9)""",
    "process_vm_readv": """
secret = ctypes.create_string_buffer(b'secret'); out = ctypes.create_string_buffer(6)
child = os.fork()
if child == 0: time.sleep(10); os._exit(0)
local = (ctypes.c_size_t * 2)(ctypes.addressof(out), 6); remote = (ctypes.c_size_t * 2)(ctypes.addressof(secret), 6)
try: call(310, child, ctypes.addressof(local), 1, ctypes.addressof(remote), 1, 0); return out.raw
finally: os.kill(child, 9)""",
    "pidfd_getfd": "return call(438, call(434, os.getpid(), 0), 1, 0)",
    "bpf": """
attributes = struct.pack('IIII', 1, 4, 8, 1) + bytes(112)  # a hash map
return call(321, 0, attributes, len(attributes))""",
    "perf_event_open": """
attributes = struct.pack('IIQ', 1, 128, 0) + bytes(112)  # software clock
return reached(298, attributes, 0, -1 & 0xffffffffffffffff, -1 & 0xffffffffffffffff, 0)""",
    "io_uring": "return call(425, 4, bytes(120))",
    "keyctl": "return call(250, 0, -3 & 0xffffffffffffffff, 1)",
    "add_key": "return call(248, b'user', b'fvm-attack', b'x', 1, -2 & 0xffffffffffffffff)",
    "userfaultfd": "return call(323, 0)",
    "mount": "call(272, 0x20000); return call(165, b'none', b'/tmp', b'tmpfs', 0, 0)",
    "new_mount_calls": "return call(430, b'tmpfs', 0)",
    "unshare_user_namespace": "return call(272, 0x10000000)",
    "clone_user_namespace": """
child = call(56, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
if child == 0: os._exit(0)
os.waitpid(child, 0); return 'a namespace'""",
    "clone3_user_namespace": """
arguments = struct.pack('QQQQQQQQ', 0x10000000, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
child = call(435, arguments, len(arguments))
if child == 0: os._exit(0)
os.waitpid(child, 0); return 'a namespace'""",
    "setns": "return reached(308, os.open('/proc/self/ns/net', os.O_RDONLY), 0)",
    "chroot": "return call(161, b'/tmp')",
    "open_by_handle_at": """
handle = struct.pack('Ii', 128, 0) + bytes(128); buffer = ctypes.create_string_buffer(handle); mount = ctypes.c_int()
return call(303, -100 & 0xffffffffffffffff, b'/usr', ctypes.addressof(buffer), ctypes.addressof(mount), 0)""",
    "syslog": "return call(103, 10, 0, 0)",
    "sethostname": "call(272, 0x04000000); return call(170, b'fvm', 3)",
    "settimeofday": "now = struct.pack('qq', -1, 0); return reached(164, now, 0)",
    "personality_read_implies_exec": "return call(135, 0x0400000)",
    "modify_ldt": "return reached(154, 0, 0, 0, refusals=(errno.EPERM, errno.ENOSYS))",
    "other_architecture": """
code = mmap.mmap(-1, 4096, prot=7)
code.write(b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3')  # getpid under its 32-bit number
return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()""",
    "write_kernel_setting": """
for name in ('/proc/sys/vm/swappiness', '/proc/sys/kernel/core_pattern'):
    value = open(name).read()
    with open(name, 'w') as file: file.write(value)
return 'changed'""",
    "block_device": """
where = sys.argv[6] if len(sys.argv) > 6 else '/work'
os.mknod(where + '/attack-device', 0o600 | 0o020000, os.makedev(1, 11))
try: return os.open(where + '/attack-device', os.O_RDWR)
finally: os.unlink(where + '/attack-device')""",
    "set_user_id_by_chmod": """
where = sys.argv[6] if len(sys.argv) > 6 else '/work'
path = where + '/attack-chmod'; open(path, 'w').close()
try: os.chmod(path, 0o4755); return oct(os.stat(path).st_mode) if os.stat(path).st_mode & 0o6000 else None.nothing
finally: os.unlink(path)""",
    "set_user_id_by_fchmodat": """
where = sys.argv[6] if len(sys.argv) > 6 else '/work'
path = where + '/attack-fchmodat'; open(path, 'w').close()
try: call(268, -100 & 0xffffffffffffffff, path.encode(), 0o2755); return oct(os.stat(path).st_mode)
finally: os.unlink(path)""",
    "set_user_id_by_open": """
where = sys.argv[6] if len(sys.argv) > 6 else '/work'
path = where + '/attack-open'; os.umask(0)
try: os.open(path, os.O_CREAT | os.O_WRONLY, 0o4755); return oct(os.stat(path).st_mode)
finally: os.path.exists(path) and os.unlink(path)""",
    "set_user_id_by_unnamed_file": """
where = sys.argv[6] if len(sys.argv) > 6 else '/work'
return oct(os.fstat(os.open(where, os.O_TMPFILE | os.O_WRONLY, 0o4755)).st_mode)""",
    "set_user_id_by_openat2": """
where = sys.argv[6] if len(sys.argv) > 6 else '/work'
path = where + '/attack-openat2'; how = struct.pack('QQQ', os.O_CREAT | os.O_WRONLY, 0o4755, 0)
try: call(437, -100 & 0xffffffffffffffff, path.encode(), how, len(how)); return oct(os.stat(path).st_mode)
finally: os.path.exists(path) and os.unlink(path)""",
    "set_user_id_by_mknod": """
where = sys.argv[6] if len(sys.argv) > 6 else '/work'
path = where + '/attack-mknod'
try: os.mknod(path, 0o104755); return oct(os.stat(path).st_mode)
finally: os.path.exists(path) and os.unlink(path)""",
    "raise_open_files": "resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)); return 'raised'",
    "terminal_typing": """
import pty
master, slave = pty.openpty()
os.setsid(); fcntl.ioctl(slave, 0x540E, 0)
fcntl.ioctl(slave, 0x5412, b'x'); return 'typed'""",
    "terminal_typing_high_bits": """
import pty
master, slave = pty.openpty()
os.setsid(); fcntl.ioctl(slave, 0x540E, 0)
return call(16, slave, 0x100005412, b'x')""",
}
