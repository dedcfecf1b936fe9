"""Using up what others need: processes, memory, disk, open files, time. Control: without the limit the same program gets
what it asks for."""
import subprocess
import time

import pytest
from attack_programs import program
from launcher_client import Launcher
from test_sandbox import PYTHON, inside, outside

MIB = 1 << 20


@pytest.fixture(scope="module")
def launcher(tmp_path_factory):
    made = Launcher(tmp_path_factory.mktemp("i"))
    yield made
    made.stop()


FORK = """
children = []
try:
    for _ in range(int(sys.argv[1])):
        child = os.fork()
        if child == 0: time.sleep(30); os._exit(0)
        children.append(child)
    return len(children)
finally:
    for child in children: os.kill(child, 9)
    for child in children: os.waitpid(child, 0)"""


def test_fork_bomb(launcher):
    assert outside(FORK, 400) == "got 400"
    assert inside(launcher, FORK, 400).startswith("no BlockingIOError")
    assert inside(launcher, FORK, 100) == "got 100"


def test_thread_bomb(launcher):
    body = """
import threading
stop = threading.Event()
try:
    for n in range(int(sys.argv[1])): threading.Thread(target=stop.wait, daemon=True).start()
    return n + 1
finally: stop.set()"""
    assert outside(body, 400) == "got 400"
    assert inside(launcher, body, 400).startswith("no RuntimeError")


MEMORY = "block = bytearray(int(sys.argv[1]) << 20); block[::4096] = b'x' * len(block[::4096]); return len(block) >> 20"


def test_memory_bomb(launcher):
    assert outside(MEMORY, 300) == "got 300"
    code, out, err, facts = launcher.session([PYTHON, "-c", program(MEMORY), "300"], memory_mib=200)
    assert "got" not in out and (code == 137 or "MemoryError" in out)
    assert facts["memory_exhausted"] == 1 or "MemoryError" in out
    assert inside(launcher, MEMORY, 300, memory_mib=1000) == "got 300"


def test_memory_bomb_by_many_processes(launcher):
    """Each alone stays under the limit; together they do not."""
    body = """
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        block = bytearray(100 << 20); block[::4096] = b'x' * len(block[::4096]); time.sleep(2); os._exit(0)
    children.append(child)
ends = [os.waitpid(child, 0)[1] for child in children]
if any(ends): raise MemoryError(ends)
return 'all'"""
    assert outside(body) == "got all"
    log = (launcher.root / "launcher.log").read_text()
    if "limits=none" in log:
        pytest.skip("no control groups on this machine: only each process is limited, as the launcher's log says")
    assert "got" not in inside(launcher, body, memory_mib=200)


def test_memory_bomb_in_temporary_files(launcher):
    body = """
with open('/dev/shm/fvm-attack', 'wb') as file:
    try:
        for _ in range(300): file.write(bytes(1 << 20)); file.flush()
    finally: os.unlink(file.name)
return 'written'"""
    assert outside(body) == "got written"
    assert "got" not in inside(launcher, body, memory_mib=200)


def test_temporary_folder_is_bounded(launcher):
    body = """
total = 0
with open(sys.argv[1] + '/fvm-attack', 'wb') as file:
    try:
        for _ in range(1100): total += file.write(bytes(1 << 20))
    finally: os.unlink(file.name)
return total >> 20"""
    attacked = inside(launcher, body, "/tmp", memory_mib=4096)
    assert attacked.startswith("no OSError [Errno 28]"), attacked
    assert inside(launcher, body.replace("1100", "100"), "/tmp") == "got 100"


def test_disk_bomb_in_one_file(launcher, tmp_path):
    body = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open(sys.argv[1] + '/attack', 'wb') as file:
    try: file.truncate(5 << 30); return 'large'
    finally: os.unlink(file.name)"""
    assert outside(body, tmp_path) == "got large"
    assert inside(launcher, body, "/work").startswith("no OSError [Errno 27]")


def test_open_files(launcher):
    body = """
if os.path.isdir('/root'): resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
return len([os.open('/dev/null', os.O_RDONLY) for _ in range(2000)])"""
    assert outside(body) == "got 2000"
    assert inside(launcher, body).startswith("no OSError [Errno 24]")


def test_time_limit(launcher):
    started = time.monotonic()
    code, _, _, facts = launcher.session(["sleep", "60"], time_seconds=1)
    assert code == 137 and facts["timed_out"] == 1 and time.monotonic() - started < 10
    code, _, _, facts = launcher.session(["sleep", "1.5"], time_seconds=60)
    assert code == 0 and facts["timed_out"] == 0


def test_what_is_left_running_dies_with_the_command(launcher):
    """Control: outside, the same shell leaves its child running."""
    script = "(setsid sleep 47.11 >/dev/null 2>&1 </dev/null &) ; exit 3"
    count = lambda: int(subprocess.run(["pgrep", "-fc", "^sleep 47.11"], capture_output=True, text=True).stdout)
    subprocess.run(["sh", "-c", script])
    time.sleep(0.2)
    assert count() == 1
    subprocess.run(["pkill", "-f", "^sleep 47.11"])
    code, *_ = launcher.session(["sh", "-c", script])
    assert code == 3 and count() == 0


def test_one_job_cannot_use_up_anothers_limit(launcher):
    """A session at its limit of processes leaves the next one its own."""
    import threading
    greedy = threading.Thread(target=lambda: launcher.session([PYTHON, "-c", program(FORK.replace("30", "4") + "\n"), "200"]))
    greedy.start()
    time.sleep(1)
    assert inside(launcher, FORK, 200) == "got 200"
    greedy.join()
