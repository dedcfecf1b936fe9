"""The desktop inside a session's sandbox, straight from fvm-launcher: it comes up, shows something, takes keys, and has no address."""
import array
import contextlib
import os
import pathlib
import shutil
import socket
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "attacks"))

from launcher_client import Launcher  # noqa: E402
from support.rfb import Screen  # noqa: E402

pytestmark = pytest.mark.skipif(shutil.which("Xvnc") is None, reason="Xvnc is missing: ./run setup")
NUMBER = "FVM-2026-0001"


class Session:
    """A sandbox with a desktop; `door` is our end of the socket by which connections to its screen are asked for."""

    def __init__(self, launcher, command=("/opt/fvm/desktop/start",)):
        self.door, inside = socket.socketpair()
        self.door.settimeout(40)
        with open(os.devnull, "r+b") as nothing:
            self.caller, self.pid = launcher.launch(
                "session", ["enter", "--no-sql", "--screen", "--", *command], launcher.project(NUMBER), passed=[inside.fileno()],
                environment=["USER=anna", "HOME=/home/anna", f"PGDATABASE={NUMBER}", "FVM_LANG=da"], streams=[nothing.fileno()] * 3)
        inside.close()

    def connect(self):
        self.door.sendall(b"c")
        word, room, _, _ = self.door.recvmsg(1, socket.CMSG_SPACE(4))
        if word != b"y":
            return None
        numbers = array.array("i")
        numbers.frombytes(room[0][2][:4])
        line = socket.socket(fileno=numbers[0])
        line.settimeout(20)
        return line

    def screen(self):
        line = self.connect()
        assert line is not None, "the desktop did not start"
        exactly = lambda count: b"".join(iter_exactly(line, count))
        return line, Screen(exactly, line.sendall)

    def end(self):
        self.caller.close()
        self.door.close()


def iter_exactly(line, count):
    while count > 0:
        piece = line.recv(count)
        assert piece, "closed"
        count -= len(piece)
        yield piece


@pytest.fixture(scope="module")
def launcher(tmp_path_factory):
    made = Launcher(tmp_path_factory.mktemp("l"))
    yield made
    made.process.terminate()
    made.process.wait(10)


@pytest.fixture(scope="module")
def session(launcher):
    made = Session(launcher)
    yield made
    made.end()


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def test_a_screen_comes_up_and_a_typed_command_has_its_effect(launcher, session):
    line, screen = session.screen()
    with line:
        assert screen.name == NUMBER and (screen.width, screen.height) == (1280, 800)
        until(lambda: screen.update() and screen.colours() > 8)
        work = launcher.root / "projects" / NUMBER / "work"
        time.sleep(1)  # the terminal gets the focus
        screen.type("cp /data/rows.txt /work/seen; echo 'åæø' > /work/danish; touch /work/done\n")
        until((work / "done").exists)
        assert (work / "seen").read_text() == f"data of {NUMBER}\n"
        assert (work / "danish").read_text() == "åæø\n"
        outbox = launcher.root / "projects" / NUMBER / "outbox" / "anna"
        screen.type("echo a,b > /outbox/t.csv\n")
        until((outbox / "t.csv").exists)


def test_no_program_in_it_listens_on_a_network(launcher, session):
    line, screen = session.screen()
    with line:
        work = launcher.root / "projects" / NUMBER / "work"
        screen.type("cat /proc/net/tcp /proc/net/tcp6 > /work/listening; ls -l /run/fvm /tmp/.X11-unix > /work/sockets; touch /work/listed\n")
        until((work / "listed").exists)
        heads = (work / "listening").read_text().splitlines()
        assert all("local_address" in each or "local" in each for each in heads), heads
        assert "srw------- 1 anna" in (work / "sockets").read_text(), "the control: it listens on its Unix socket"
    for port in (5900, 5901, 6000, 6001):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, port


def test_one_viewer_at_a_time(session):
    line, screen = session.screen()
    other_line, other = session.screen()
    with line, other_line:
        other.update()
        line.settimeout(5)
        with pytest.raises((AssertionError, ConnectionError)):
            for _ in range(100):
                screen.update()
        other.update()


def test_without_a_screen_the_door_says_so_and_a_killed_sandbox_takes_it_along(launcher):
    session = Session(launcher, ["sleep", "100"])
    assert session.connect() is None
    session.end()
    desktop = Session(launcher)
    line, screen = desktop.screen()
    desktop.caller.close()
    started = time.monotonic()
    with contextlib.suppress(ConnectionResetError):  # how a socket ends whose process is killed with something unread in it
        while line.recv(65536):
            pass
    assert time.monotonic() - started < 3, "the screen outlived its sandbox"
