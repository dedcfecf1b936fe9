"""What somebody inside a session may try, and what it must not get them. Each attack has its positive control: the same
program outside the sandbox succeeds, so a refusal inside is the sandbox's doing and not the program's."""
import os
import pathlib
import socket
import subprocess
import threading

import pytest
from attack_programs import KERNEL, NETWORK, program
from launcher_client import Launcher

PYTHON = "/usr/bin/python3"
USER, OTHER = "FVM-2026-0001", "FVM-2026-0002"


@pytest.fixture(scope="module")
def launcher(tmp_path_factory):
    made = Launcher(tmp_path_factory.mktemp("i"))
    yield made
    made.stop()


def outside(body, *arguments, **more):
    done = subprocess.run([PYTHON, "-c", program(body), *map(str, arguments)], capture_output=True, text=True, timeout=60, **more)
    return done.stdout.strip() or f"died {done.returncode} {done.stderr[-500:]}"


def inside(launcher, body, *arguments, **more):
    code, out, err, _ = launcher.session([PYTHON, "-c", program(body), *map(str, arguments)], **more)
    return out.strip() or f"died {code} {err[-500:]}"


def assert_attack(launcher, body, *arguments):
    control = outside(body, *arguments)
    assert control.startswith("got"), f"the control must succeed, or the attack proves nothing: {control}"
    attacked = inside(launcher, body, *arguments)
    # Refused, or killed by the filter (128 + SIGSYS) for another architecture's calls.
    assert attacked.startswith("no ") or attacked.startswith("died 159"), attacked


class Listeners:
    """On the machine: greets every caller of TCP (both families) and Unix sockets, echoes UDP."""

    def __init__(self, folder):
        self.sockets, self.arguments = [], []
        self.path, self.name = str(folder / "keeper.sock"), f"fvm-attack-{os.getpid()}"
        for family, address in ((socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_INET6, ("::1", 0))):
            self.arguments.append(self.listen(family, address).getsockname()[1])
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        self.sockets.append(udp)
        self.arguments += [udp.getsockname()[1], self.name, self.path]
        threading.Thread(target=self.echo, args=(udp,), daemon=True).start()
        self.listen(socket.AF_UNIX, "\0" + self.name)
        self.listen(socket.AF_UNIX, self.path)

    def listen(self, family, address):
        made = socket.socket(family, socket.SOCK_STREAM)
        made.bind(address)
        made.listen()
        self.sockets.append(made)
        threading.Thread(target=self.greet, args=(made,), daemon=True).start()
        return made

    @staticmethod
    def greet(listening):
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            caller.sendall(b"hello")
            caller.close()

    @staticmethod
    def echo(udp):
        while True:
            try:
                data, caller = udp.recvfrom(512)
            except OSError:
                return
            udp.sendto(data, caller)


@pytest.fixture(scope="module")
def listeners(launcher):
    return Listeners(launcher.root / "run")


@pytest.mark.parametrize("name", NETWORK)
def test_network(launcher, listeners, name):
    assert_attack(launcher, NETWORK[name], *listeners.arguments)


IN_A_FOLDER = {name for name in KERNEL if name == "block_device" or name.startswith("set_user_id")}


@pytest.mark.parametrize("name", KERNEL)
def test_kernel(launcher, listeners, tmp_path, name):
    assert_attack(launcher, KERNEL[name], *listeners.arguments, *([tmp_path] if name in IN_A_FOLDER else []))


def test_metadata_address(launcher):
    """The address where clouds keep credentials. Control: in a network namespace that has it."""
    connect = "s = socket.create_connection(('169.254.169.254', 8169), 3); return s.recv(5)"
    serve = """
call(272, 0x40000000)
s = socket.socket(); request = b'lo' + bytes(14)
fcntl.ioctl(s, 0x8916, request + struct.pack('=HH4s8x', socket.AF_INET, 0, socket.inet_aton('169.254.169.254')))
fcntl.ioctl(s, 0x8914, request + struct.pack('=H14x', 0x41))
server = socket.create_server(('169.254.169.254', 8169))
if os.fork() == 0: server.accept()[0].sendall(b'token'); os._exit(0)
"""
    assert outside(serve + connect) == "got b'token'"
    assert inside(launcher, connect).startswith("no ")


READ = "return open(sys.argv[1]).read()"


def other_secret(launcher):
    launcher.project(OTHER, "bo")
    return launcher.root / "projects" / OTHER / "data" / "rows.txt"


def test_own_data_is_there(launcher):
    assert inside(launcher, READ, "/data/rows.txt") == f"got data of {USER}"


def test_other_projects_file_by_path(launcher):
    assert_attack(launcher, READ, other_secret(launcher))


def test_population_of_own_project_by_path(launcher):
    launcher.project()
    assert_attack(launcher, READ, launcher.root / "projects" / USER / "population" / "map.txt")


def test_keys_by_path(launcher):
    (launcher.root / "keys" / "mirror.key").write_text("key")
    assert_attack(launcher, READ, launcher.root / "keys" / "mirror.key")


def test_other_projects_file_through_dots(launcher):
    secret = other_secret(launcher)
    assert_attack(launcher, READ, "/data" + "/.." * 20 + str(secret)) if os.path.isdir("/data") else None
    assert inside(launcher, READ, f"/data/../../{OTHER}/data/rows.txt").startswith("no ")
    assert outside(READ, launcher.root / "projects" / USER / "data" / ".." / ".." / OTHER / "data" / "rows.txt").startswith("got")


def test_other_files_through_processes(launcher):
    """Through every process' root, current folder and open files that can be seen."""
    body = """
found = []
for number in filter(str.isdigit, os.listdir('/proc')):
    for way in ('root', 'cwd'):
        try: found.append(open(f'/proc/{number}/{way}' + sys.argv[1]).read())
        except OSError: pass
if not found: raise PermissionError('no way through any process')
return found[0]"""
    assert_attack(launcher, body, other_secret(launcher))


@pytest.mark.parametrize("folder", ["/work", "/outbox", "/home/anna", "/tmp"])
def test_symbolic_link(launcher, folder, tmp_path):
    body = """
link = os.path.join(sys.argv[2], 'link'); os.path.lexists(link) and os.unlink(link)
os.symlink(sys.argv[1], link); return open(link).read()"""
    secret = other_secret(launcher)
    assert outside(body, secret, tmp_path).startswith("got")
    assert inside(launcher, body, secret, folder).startswith("no ")


def test_hard_link_out_of_data(launcher, tmp_path):
    """A second name for a file of /data in a writable folder would make the data writable."""
    body = "os.link(sys.argv[1], sys.argv[2] + '/second'); return open(sys.argv[2] + '/second', 'a').write('x')"
    (tmp_path / "rows.txt").write_text("x")
    assert outside(body, tmp_path / "rows.txt", tmp_path).startswith("got")
    assert inside(launcher, body, "/data/rows.txt", "/work").startswith("no ")


def test_inherited_descriptors(launcher):
    body = """
numbers = sorted(int(n) for n in os.listdir('/proc/self/fd'))
more = [os.readlink(f'/proc/self/fd/{n}') for n in numbers if n > 2 and os.path.exists(f'/proc/self/fd/{n}')]
if not more: raise FileNotFoundError('only standard input, output and error')
return more"""
    with open("/etc/passwd") as file:
        assert outside(body, pass_fds=[file.fileno()]).startswith("got")
    assert inside(launcher, body).startswith("no ")


WRITE = "name = sys.argv[1] + '/attack'; open(name, 'w').write('x'); os.unlink(name); return name"


@pytest.mark.parametrize("folder", ["/data", "/usr", "/usr/local", "/etc", "/opt/fvm", "/", "/dev", "/proc/sys/kernel", "/home"])
def test_write(launcher, tmp_path, folder):
    assert outside(WRITE, tmp_path).startswith("got")
    assert inside(launcher, WRITE, folder).startswith("no ")


@pytest.mark.parametrize("folder", ["/work", "/home/anna", "/outbox", "/tmp", "/dev/shm"])
def test_write_where_one_may(launcher, folder):
    assert inside(launcher, WRITE, folder).startswith("got")


def test_write_through_open_file_of_data(launcher, tmp_path):
    body = "fd = os.open(sys.argv[1], os.O_RDONLY); return os.open(f'/proc/self/fd/{fd}', os.O_WRONLY)"
    (tmp_path / "rows.txt").write_text("x")
    assert outside(body, tmp_path / "rows.txt").startswith("got")
    assert inside(launcher, body, "/data/rows.txt").startswith("no ")


def test_kill_outside_process(launcher):
    body = "os.kill(int(sys.argv[1]), 0); return 'reached'"
    # A number that surely does not exist inside.
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        assert outside(body, sleeper.pid).startswith("got")
        assert inside(launcher, body, sleeper.pid).startswith("no ProcessLookupError")
    finally:
        sleeper.kill()
        sleeper.wait()


def test_sees_only_own_processes(launcher):
    body = """
names = []
for number in filter(str.isdigit, os.listdir('/proc')):
    try: names.append(open(f'/proc/{number}/comm').read().strip())
    except OSError: pass  # ended meanwhile
others = sorted(set(names) - {'bwrap', 'fvm-worker', 'python3'})
if not others: raise ProcessLookupError('none but our own: ' + ' '.join(names))
return others"""
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        assert "sleep" in outside(body)
        assert inside(launcher, body).startswith("no ")
    finally:
        sleeper.kill()
        sleeper.wait()


def test_setuid_program_gains_nothing(launcher, tmp_path_factory):
    """A copy of python owned by root with the setuid bit: as somebody else it makes one root, inside it does not."""
    if os.geteuid() != 0:
        pytest.skip("needs root to make a setuid program")
    body = """
import subprocess
return subprocess.run([sys.argv[1], '-c', "import os; print(os.geteuid()); print([l for l in open('/proc/self/status') if l.startswith(('CapEff', 'NoNewPrivs'))])"], capture_output=True, text=True).stdout"""
    launcher.project()
    copy = launcher.root / "projects" / USER / "work" / "root-python"
    copy.write_bytes(pathlib.Path(os.path.realpath(PYTHON)).read_bytes())
    copy.chmod(0o4755)
    reachable = tmp_path_factory.mktemp("setuid") / "root-python"
    for folder in [*reachable.parents][:-2]:
        folder.chmod(folder.stat().st_mode | 0o055)
    reachable.write_bytes(copy.read_bytes())
    reachable.chmod(0o4755)
    assert outside(body, reachable, user=65534).startswith("got 0\n")
    attacked = inside(launcher, body, "/work/root-python")
    assert "got 0" not in attacked and "CapEff:\\t0000000000000000" in attacked and "NoNewPrivs:\\t1" in attacked


def test_no_capabilities_and_filter_on(launcher):
    body = "return [l.split() for l in open('/proc/self/status') if l.startswith(('Cap', 'NoNew', 'Seccomp:'))]"
    attacked = inside(launcher, body)
    assert attacked.count("'0000000000000000'") == 5 and "['NoNewPrivs:', '1']" in attacked and "['Seccomp:', '2']" in attacked
    assert "['Seccomp:', '0']" in outside(body)


def test_clean_environment_and_host_name(launcher):
    body = "return sorted(os.environ), socket.gethostname()"
    assert "FVM_SECRET" in outside(body, env=dict(os.environ, FVM_SECRET="1"))
    attacked = inside(launcher, body)
    assert "'fvm')" in attacked and "SECRET" not in attacked and "LD_LIBRARY_PATH" not in attacked and "SUDO" not in attacked


def test_what_the_kernel_tells_about_the_machine(launcher):
    for name in ("/proc/cmdline", "/proc/keys", "/proc/kallsyms"):
        if pathlib.Path(name).exists():
            assert_attack(launcher, "return len(open(sys.argv[1]).read(10)) > 0", name)


def test_host_files_are_not_there(launcher):
    body = "there = [p for p in sys.argv[1:] if os.path.exists(p)]; return there" 
    paths = ["/etc/shadow", "/root", "/var", "/sys", "/boot"]
    assert all(p in outside(body, *paths) for p in paths)
    assert inside(launcher, body, *paths, "/etc/resolv.conf", "/etc/ssh", "/proc/kcore/x") == "got []"
