"""Attacks on keys: by another user, by another program of the same user, by whoever gets a copy of the folder.

The instance runs as an ordinary user (root may do anything and proves nothing), from copies of the programs in a
folder which that user can reach. Each attack has its positive control: the same attempt succeeds against an unprotected twin.
"""
import json
import os
import pathlib
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import time

import pytest

BIN = pathlib.Path(os.environ["FVM_BIN"])
OWNER, OTHER = 65534, 65533  # user numbers without an account will do

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become two other users")

PSEUDONYMISE, MAKE_PROJECT_KEY, SIGN, UNSEAL, NARROW, FAILURE = 10, 12, 14, 18, 20, 1


def as_user(user, command, **more):
    words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--", *map(str, command)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **more)


def python_as(user, source, *arguments):
    return as_user(user, [sys.executable if sys.executable.startswith("/usr/") else "/usr/bin/python3", "-c", source, *arguments])


class Home:
    """A folder of the owner's, with programs, an instance that is up, and its keeper's process number."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="fvm-keys-"))
        self.path.chmod(0o755)
        self.bin = self.path / "bin"
        self.bin.mkdir()
        for name in ("fvm", "fvm-keeper"):
            shutil.copy(BIN / name, self.bin / name)
        self.owned = self.path / "owned"
        self.owned.mkdir()
        os.chown(self.owned, OWNER, OWNER)
        self.instance = self.owned / "i"

    def fvm(self, *words):
        return as_user(OWNER, [self.bin / "fvm", "--instance", self.instance, *words],
                       env={"FVM_LANG": "en", "PATH": "/usr/bin:/bin"})

    def keeper_pid(self):
        programs = json.loads(self.fvm("--json", "status").stdout)["programs"]
        return next(p["pid"] for p in programs if p["name"] == "fvm-keeper")


@pytest.fixture
def home():
    it = Home()
    done = it.fvm("init")
    assert done.returncode == 0, done.stderr
    up = it.fvm("up", "--detach")
    assert up.returncode == 0, up.stderr
    yield it
    it.fvm("down")
    shutil.rmtree(it.path)


READ_MEMORY = """
import sys
pid = sys.argv[1]
for line in open(f"/proc/{pid}/maps"):
    span, mode = line.split()[:2]
    if mode.startswith("rw"):
        start = int(span.split("-")[0], 16)
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            memory.seek(start)
            print(len(memory.read(64)))
        break
"""


def test_another_program_of_the_same_user_cannot_read_the_keepers_memory(home):
    twin = subprocess.Popen(["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups", "--", "sleep", "60"])
    try:
        time.sleep(0.3)
        control = python_as(OWNER, READ_MEMORY, str(twin.pid))
        assert control.stdout.strip() == "64", f"the control must succeed: {control.stderr}"
    finally:
        twin.kill()
        twin.wait()
    attack = python_as(OWNER, READ_MEMORY, str(home.keeper_pid()))
    assert attack.returncode != 0 and "Permission" in attack.stderr


def test_another_user_cannot_read_keys(home):
    secret = home.instance / "keys" / "seal.key"
    copy = home.path / "unprotected.key"
    shutil.copy(secret, copy)
    copy.chmod(0o644)
    assert as_user(OTHER, ["cat", copy]).stdout == secret.read_text(), "the control must succeed"
    for path in [secret, *(home.instance / "keys").glob("*.key")]:
        assert as_user(OTHER, ["cat", path]).returncode != 0
    # Even when somebody opened the folders by mistake, the files themselves are closed.
    for folder in (home.instance, home.instance / "keys"):
        folder.chmod(0o755)
    for path in (home.instance / "keys").glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert as_user(OTHER, ["cat", path]).returncode != 0


CONNECT = """
import socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
s.connect(sys.argv[1])
try:
    s.sendall(struct.pack("<IH", 0, 70))
except BrokenPipeError:
    pass  # refused before we spoke: the refusal is there to read all the same
length, kind = struct.unpack("<IH", s.recv(6))
print(kind)
"""


def test_another_user_gets_no_answer_even_with_the_socket_wide_open(home):
    path = home.instance / "run" / "keeper.sock"
    assert python_as(OWNER, CONNECT, str(path)).stdout.strip() == "71", "the control must succeed"
    assert python_as(OTHER, CONNECT, str(path)).returncode != 0
    for each in (home.owned, home.instance, home.instance / "run"):
        each.chmod(0o755)
    path.chmod(0o666)
    assert python_as(OTHER, CONNECT, str(path)).stdout.strip() == str(FAILURE)


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<I", len(raw)) + raw


TALK = """
import json, socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
s.connect(sys.argv[1])
key = open(sys.argv[1] + ".key", "rb").read()
s.sendall(struct.pack("<IH", len(key), 72) + key)
answers = []
for kind, body in json.loads(sys.argv[2]):
    body = bytes.fromhex(body)
    s.sendall(struct.pack("<IH", len(body), kind) + body)
    length, answer = struct.unpack("<IH", s.recv(6, socket.MSG_WAITALL))
    s.recv(length, socket.MSG_WAITALL)
    answers.append(answer)
print(json.dumps(answers))
"""


def talk(home, *messages):
    document = json.dumps([[kind, body.hex()] for kind, body in messages])
    done = python_as(OWNER, TALK, str(home.instance / "run" / "keeper.sock"), document)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_job_that_was_taken_over_can_do_nothing_with_its_connection_but_its_own_pseudonyms(home):
    ask = lambda scope: (PSEUDONYMISE, text(scope) + struct.pack("<BI1Q", 1, 1, 7))
    attacks = [ask("P-1"), (SIGN, text("forged")), (UNSEAL, text(b"\x09" + bytes(31))),
               (MAKE_PROJECT_KEY, text("P-2")), (NARROW, text("P-1"))]
    control = talk(home, (MAKE_PROJECT_KEY, text("P-1")), *attacks[:4])
    assert FAILURE not in control, "over a connection that was not narrowed all of it works"
    answers = talk(home, (NARROW, text("mirror")), ask("mirror"), *attacks, ask("mirror"))
    assert answers[0] != FAILURE and answers[1] != FAILURE and answers[-1] != FAILURE
    assert answers[2:-1] == [FAILURE] * len(attacks)


def test_a_copy_without_the_key_file_opens_nothing(home):
    home.fvm("down")
    keys = home.instance / "keys"
    text_of_key = (keys / "seal.key").read_bytes()
    (keys / "seal.key").unlink()
    assert home.fvm("up", "--detach").returncode == 3
    guess = keys / "seal.key"
    guess.write_bytes(b"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n")
    guess.chmod(0o600)
    os.chown(guess, OWNER, OWNER)
    refused = home.fvm("up", "--detach")
    assert refused.returncode == 3 and "does not open" in refused.stderr
    guess.write_bytes(text_of_key)
    assert home.fvm("up", "--detach").returncode == 0, "the control must succeed"


def test_one_projects_key_file_in_anothers_place_is_refused(home):
    assert FAILURE not in talk(home, (MAKE_PROJECT_KEY, text("P-1")), (MAKE_PROJECT_KEY, text("P-2")))
    projects = home.instance / "keys" / "projects"
    own = (projects / "P-2.key").read_bytes()
    (projects / "P-2.key").write_bytes((projects / "P-1.key").read_bytes())
    home.fvm("down")
    assert home.fvm("up", "--detach").returncode == 0
    ask = (PSEUDONYMISE, text("P-2") + struct.pack("<BI1Q", 1, 1, 7))
    assert talk(home, ask) == [FAILURE]
    (projects / "P-2.key").write_bytes(own)
    assert talk(home, ask) != [FAILURE], "the control must succeed"
