"""Asking fvm-launcher for what it must not give, and taking away what it needs: then there is no sandbox, and nothing runs."""
import os
import pathlib
import signal
import subprocess
import time

import pytest
from launcher_client import Launcher, Refused

NUMBER = "FVM-2026-0001"


@pytest.fixture
def launcher(tmp_path):
    made = Launcher(tmp_path / "i")
    yield made
    made.stop()


def refused(launcher, code="sandbox.not_allowed", **changed):
    """The request as it should be works; with one thing changed it is refused."""
    assert launcher.session(["true"])[0] == 0
    with pytest.raises(Refused) as failure:
        launcher.session(["true"], **changed)
    assert failure.value.args[0] == code, failure.value.args


def test_mount_of_keys(launcher):
    refused(launcher, mounts=launcher.project()[1:] + [(launcher.root / "keys", "/data", 0)])


def test_mount_of_the_whole_instance(launcher):
    refused(launcher, mounts=launcher.project()[1:] + [(launcher.root, "/data", 0)])


def test_mount_of_the_root_folder(launcher):
    refused(launcher, mounts=launcher.project()[1:] + [(pathlib.Path("/"), "/data", 0)])


def test_mount_of_keys_through_a_link(launcher):
    mounts = launcher.project()
    link = launcher.root / "projects" / NUMBER / "link"
    link.symlink_to(launcher.root / "keys")
    refused(launcher, mounts=mounts[1:] + [(link, "/data", 0)])


def test_mount_of_another_projects_data(launcher):
    other = launcher.project("FVM-2026-0002", "bo")
    refused(launcher, mounts=launcher.project()[1:] + [(other[0][0], "/data", 0)])


def test_mount_of_own_population(launcher):
    mounts = launcher.project()
    refused(launcher, mounts=mounts[1:] + [(launcher.root / "projects" / NUMBER / "population", "/data", 0)])


def test_label_with_dots(launcher):
    refused(launcher, mounts=launcher.project(), number="../projects/" + NUMBER)


@pytest.mark.parametrize("inside", ["/etc", "/usr", "/proc", "/", "/data/../etc", "/home/../etc", "/work/x", "//data", "data", "/in/x"])
def test_mount_in_another_place(launcher, inside):
    mounts = launcher.project()
    refused(launcher, mounts=mounts[1:] + [(mounts[0][0], inside, 0)])


def test_writable_data(launcher):
    mounts = launcher.project()
    refused(launcher, mounts=[(mounts[0][0], "/data", 1)] + mounts[1:])


@pytest.mark.parametrize("setting", ["LD_PRELOAD=/work/x.so", "PATH=/work", "LD_LIBRARY_PATH=/work", "USER=a\nroot:x:0:0", "NONSENSE"])
def test_environment(launcher, setting):
    mounts = launcher.project()
    run = lambda settings: launcher.run("session", ["enter", "--no-sql", "--", "true"], mounts=mounts, environment=settings)
    assert run(["USER=anna"])[0] == 0
    with pytest.raises(Refused):
        run([setting])


def test_another_program(launcher):
    assert launcher.run("scan", ["scan"], data=b"{}")[0] in (0, 1)
    for profile, verb in (("scan", "enter"), ("session", "sql"), ("scan", "/bin/sh"), ("nonsense", "scan")):
        with pytest.raises(Refused):
            launcher.run(profile, [verb], data=b"{}")


def test_job_has_no_other_program(launcher):
    """An ingest, build or scan has no shell to be tricked into: looked at from outside, while it waits for input."""
    read_end, write_end = os.pipe()
    with open(os.devnull, "wb") as nothing:
        caller, pid = launcher.launch("scan", ["scan"], streams=(read_end, nothing.fileno(), nothing.fileno()))
    try:
        root = pathlib.Path(f"/proc/{pid}/root")
        deadline = time.monotonic() + 10
        while not (root / "opt/fvm/fvm-worker").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert not any((root / name).exists() for name in ("bin/sh", "usr/bin", "usr/bin/python3", "etc/passwd", "home", "data"))
    finally:
        caller.close(), os.close(read_end), os.close(write_end)


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def start_sleeper(launcher):
    with open(os.devnull, "r+b") as nothing:
        streams = (nothing.fileno(),) * 3
        caller, pid = launcher.launch("session", ["enter", "--no-sql", "--", "sleep", "60"], mounts=launcher.project(),
                                      environment=["USER=anna"], streams=streams)
    wait_until(lambda: sleepers(pid))
    return caller, pid


def sleepers(pid):
    """Process numbers of what runs in the sandbox whose first process is pid."""
    namespace = os.readlink(f"/proc/{pid}/ns/pid") if alive(pid) else None
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "ns/pid") == namespace and (process / "comm").read_text() == "sleep\n":
                found.append(int(process.name))
        except OSError:
            pass
    return found


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_killed_launcher_takes_its_sandboxes_along_and_restarts(launcher):
    """Control: a child started in the ordinary way outlives its killed parent."""
    parent = subprocess.Popen(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    orphan = int(parent.stdout.readline())
    parent.kill(), parent.wait()
    assert alive(orphan)
    os.kill(orphan, signal.SIGKILL)

    caller, pid = start_sleeper(launcher)
    processes = sleepers(pid)
    launcher.process.kill()
    launcher.process.wait()
    wait_until(lambda: not any(map(alive, [pid, *processes])))
    caller.close()
    again = Launcher(launcher.root)
    try:
        assert again.session(["true"])[0] == 0
    finally:
        again.stop()


def test_caller_gone_ends_the_sandbox(launcher):
    caller, pid = start_sleeper(launcher)
    processes = sleepers(pid)
    time.sleep(0.3)
    assert all(map(alive, [pid, *processes])), "while the caller is there it goes on"
    caller.close()
    wait_until(lambda: not any(map(alive, [pid, *processes])))


def test_stopped_launcher_ends_its_sandboxes(launcher):
    caller, pid = start_sleeper(launcher)
    processes = sleepers(pid)
    launcher.process.terminate()
    assert launcher.process.wait(20) == 0
    assert not any(map(alive, [pid, *processes]))
    caller.close()


def test_no_bubblewrap_no_session(tmp_path):
    """Control: the same with bubblewrap on the path. `ran` would be written by a command that ran after all."""
    for path, works in (("/usr/bin:/bin", True), (str(tmp_path), False)):
        made = Launcher(tmp_path / ("with" if works else "without"), environment={"PATH": path})
        try:
            ran = made.root / "projects" / NUMBER / "work" / "ran"
            if works:
                assert made.session(["touch", "/work/ran"])[0] == 0
            else:
                with pytest.raises(Refused) as failure:
                    made.session(["touch", "/work/ran"])
                assert failure.value.args[0] == "sandbox.missing" and failure.value.args[1]["what"] == "bwrap"
            assert ran.exists() == works
        finally:
            made.stop()


def broken_bubblewrap(tmp_path, script):
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "bwrap").write_text("#!/bin/sh\n" + script)
    (folder / "bwrap").chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_failing_bubblewrap_no_session(tmp_path):
    """As when the kernel refuses a namespace: bubblewrap says why and ends."""
    made = Launcher(tmp_path / "i", environment=broken_bubblewrap(tmp_path, "echo 'bwrap: No permissions to create new namespace' >&2; exit 1\n"))
    try:
        with pytest.raises(Refused) as failure:
            made.session(["touch", "/work/ran"])
        assert failure.value.args[0] == "sandbox.failed" and "new namespace" in failure.value.args[2]
        assert not (made.root / "projects" / NUMBER / "work" / "ran").exists()
    finally:
        made.stop()


def test_namespace_refused_by_kernel(tmp_path):
    """A real refusal: no more user namespaces may be made where the launcher runs."""
    if os.geteuid() != 0:
        pytest.skip("needs root to lower the limit")
    wrapper = ("echo 0 > /proc/sys/user/max_user_namespaces && exec /usr/bin/bwrap \"$@\"\n")
    # In a user namespace of its own the limit is that namespace's, and the machine's stays as it is.
    made = Launcher(tmp_path / "i", environment=broken_bubblewrap(tmp_path, "exec unshare --user --map-root-user sh -c '" + wrapper.strip() + "' bwrap \"$@\"\n"))
    try:
        with pytest.raises(Refused) as failure:
            made.session(["touch", "/work/ran"])
        assert failure.value.args[0] == "sandbox.failed"
        assert not (made.root / "projects" / NUMBER / "work" / "ran").exists()
    finally:
        made.stop()


def test_another_user_may_not_ask(launcher):
    if os.geteuid() != 0:
        pytest.skip("needs root to become somebody else")
    for folder in [launcher.root, launcher.root / "run", *launcher.root.parents[:-1]]:
        folder.chmod(folder.stat().st_mode | 0o055)
    pathlib.Path(launcher.socket_path).chmod(0o666)
    ask = ("import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(%r); s.sendall(b'\\0\\0\\0\\0\\x46\\0');"
           "print(s.recv(100))" % launcher.socket_path)
    mine = subprocess.run(["/usr/bin/python3", "-c", ask], capture_output=True)
    theirs = subprocess.run(["/usr/bin/python3", "-c", ask], capture_output=True, user=65534)
    assert b"fvm-launcher" in mine.stdout
    assert b"sandbox.not_ours" in theirs.stdout, theirs


def test_many_at_once(launcher):
    import concurrent.futures
    launcher.project()
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        ends = list(pool.map(lambda n: launcher.session(["sh", "-c", f"echo {n}; exit {n}"])[:2], range(24)))
    assert ends == [(n, f"{n}\n") for n in range(24)]


def test_nonsense_is_answered_or_closed(launcher):
    import random
    source = random.Random(7)
    for _ in range(200):
        with launcher.connect() as caller:
            caller.sendall(source.randbytes(source.randint(1, 60)) if source.random() < 0.5 else
                           b"\x10\0\0\0\x1e\0" + source.randbytes(16))
    assert launcher.session(["true"])[0] == 0


