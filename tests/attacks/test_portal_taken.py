"""Somebody runs code of his own inside fvm-portal: what can he read, start, ask for? The debugger (as root, from outside) makes the running portal call
functions of libc, which is what a flaw in it would be good for. Controls: the same calls work for what the portal needs, and from outside they reach
what they are refused inside.
"""
import ctypes
import os
import re
import shutil
import socket
import struct
import subprocess

import pytest

from support.instance import BIN, Instance

EACCES, EPERM = 13, 1
LAUNCH, PSEUDONYMISE, GET_STATUS, POWER, FAILURE, STATUS = 30, 10, 70, 72, 1, 71

pytestmark = pytest.mark.skipif(shutil.which("gdb") is None, reason="gdb is missing: ./run setup")


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("taken") / "i") as instance:
        portal = Taken(instance)
        if "portal.not_confined" in (instance.path / "log" / "fvm-portal.log").read_text():
            pytest.skip("this kernel has no Landlock")
        (instance.path / "cases" / "documents").mkdir(parents=True)
        (instance.path / "cases" / "documents" / "SECRET").write_bytes(b"a letter")
        secret = instance.path / "mirror" / "SECRET.parquet"
        secret.parent.mkdir(exist_ok=True)
        secret.write_bytes(b"a row of register data")
        yield portal


class Taken:
    def __init__(self, instance):
        self.instance = instance
        self.pid = subprocess.run(["pgrep", "-f", f"{BIN}/fvm-portal --instance {instance.path}"], capture_output=True, text=True, check=True).stdout.split()[0]

    def call(self, *expressions, before=()):
        """What the portal's own threads get for each expression of C: (value, errno). `before`: commands of the debugger."""
        words = [word for each in before for word in ("-ex", each)]
        for expression in expressions:
            words += ["-ex", f"printf \"got %d\\n\", (int){expression}", "-ex", "printf \"errno %d\\n\", *((int*(*)(void))__errno_location)()"]
        done = subprocess.run(["gdb", "-q", "-batch", "-p", self.pid, "-ex", "set confirm off", *words], capture_output=True, text=True, timeout=120)
        values = [int(each) for each in re.findall(r"^got (-?\d+)$", done.stdout, re.M)]
        codes = [int(each) for each in re.findall(r"^errno (\d+)$", done.stdout, re.M)]
        assert len(values) == len(codes) == len(expressions), done.stdout[-2000:] + done.stderr[-2000:]
        return list(zip(values, codes))

    def open(self, *paths, flags=os.O_RDONLY):
        return self.call(*(f'((int(*)(const char*, int, ...))open)("{path}", {flags}, 0600)' for path in paths))


def test_control_what_the_portal_needs_it_can_open(taken):
    path = taken.instance.path
    for value, code in taken.open(path / "config.toml", path / "store" / "fvm.sqlite"):
        assert value >= 0, code


def test_it_reads_no_register_data_no_key_and_no_result(taken):
    path = taken.instance.path
    inside = [path / "mirror" / "SECRET.parquet", path / "keys" / "sealing", path / "keys", path / "projects", path / "kept", path / "inbox", path / "cases" / "documents" / "SECRET",
              path / "run" / "launcher.sock.key", path / "run" / "keeper.sock.key", "/etc/shadow"]
    for name, (value, code) in zip(inside, taken.open(*inside)):
        if os.path.exists(name):
            assert value == -1 and code == EACCES, f"{name}: {value} {code}"
            os.close(os.open(name, os.O_RDONLY))  # from outside it is there to be read
    for value, code in taken.open(path / "mirror" / "x", path / "run" / "x", "/tmp/fvm-x", flags=os.O_RDONLY | os.O_CREAT):
        assert value == -1 and code == EACCES


def test_it_starts_no_program_and_looks_into_none(taken):
    keeper = subprocess.run(["pgrep", "-f", f"{BIN}/fvm-keeper --instance {taken.instance.path}"], capture_output=True, text=True, check=True).stdout.split()[0]
    # 0x4206: PTRACE_SEIZE
    (value, code), = taken.call(f"((long(*)(int, int, long, long))ptrace)(0x4206, {keeper}, 0, 0)")
    assert value == -1 and code in (EPERM, EACCES)
    (value, code), = taken.call('((int(*)(const char*, int))access)("/bin/sh", 0)')
    assert value == 0, "the control: it is there"
    (value, _), = taken.call('((int(*)(const char*))system)("exit 7")')
    assert value == 127 << 8, "system(3) says 127 when the shell could not be started"


def landlock():
    """The version of the kernel's Landlock: what it can confine."""
    return ctypes.CDLL(None).syscall(444, None, 0, 1)


def test_it_calls_nobody_and_ends_no_program(taken):
    """Neither the mail server nor a machine of the attacker's: no TCP but to the broker (here: none). And no signal to the programs of the same user."""
    if landlock() < 6:
        pytest.skip("this kernel confines neither TCP nor signals")
    keeper = int(subprocess.run(["pgrep", "-f", f"{BIN}/fvm-keeper --instance {taken.instance.path}"], capture_output=True, text=True, check=True).stdout.split()[0])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()  # the control: somebody listens there
        place = int.from_bytes(struct.pack("=HHI", socket.AF_INET, socket.htons(port), socket.htonl(0x7F000001)), "little")  # struct sockaddr_in
        prepare = ["set $place = ((void*(*)(unsigned long))malloc)(16)", f"set *(unsigned long*)$place = {place}", "set $socket = ((int(*)(int, int, int))socket)(2, 1, 0)"]
        (made, _), (value, code) = taken.call("$socket", "((int(*)(int, void*, unsigned))connect)($socket, $place, 16)", before=prepare)
        assert made >= 0, "the control: a socket it may have"
        assert value == -1 and code == EACCES
    (value, code), = taken.call(f"((int(*)(int, int))kill)({keeper}, 0)")
    assert value == -1 and code == EPERM
    os.kill(keeper, 0)  # the control: from outside it gets one


def frames(path, *sent):
    """What the program at `path` says to these frames, from a caller that has shown no key."""
    answers = []
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(10)
        caller.connect(str(path))
        for kind, body in sent:
            caller.sendall(struct.pack("<IH", len(body), kind) + body)
            head = b""
            while len(head) < 6:
                piece = caller.recv(6 - len(head))
                if not piece:
                    return answers
                head += piece
            length, answered = struct.unpack("<IH", head)
            body = b""
            while len(body) < length:
                body += caller.recv(length - len(body))
            answers.append((answered, body))
    return answers


@pytest.mark.parametrize("program, kinds", [("keeper", (PSEUDONYMISE, 12, 13, 32, 34, 35, 37, 38, 80, 82, 84, 85)), ("launcher", (LAUNCH, 44, 46, 47, 48))])
def test_without_the_key_nothing_is_done(taken, program, kinds):
    path = taken.instance.path / "run" / f"{program}.sock"
    assert frames(path, (GET_STATUS, b""))[0][0] == STATUS, "the control: how it is, it tells everybody"
    for kind in kinds:
        answered, body = frames(path, (kind, b""))[0]
        assert answered == FAILURE and b"wire.no_key" in body, (kind, body)
    key = (taken.instance.path / "run" / f"{program}.sock.key").read_bytes()
    answered, body = frames(path, (POWER, b"0" * len(key)))[0]
    assert answered == FAILURE and b"wire.wrong_key" in body
    with socket.socket(socket.AF_UNIX) as caller:  # the control: with the key the same question is looked at
        caller.settimeout(10)
        caller.connect(str(path))
        caller.sendall(struct.pack("<IH", len(key), POWER) + key + struct.pack("<IH", 0, kinds[0]))
        assert b"wire.no_key" not in caller.recv(4096)
