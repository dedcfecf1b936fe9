"""A client of fvm-launcher in Python, written from wire/messages.hpp and wire/socket.hpp: for tests that ask it for
things that fvm itself never would."""
import array
import os
import pathlib
import select
import socket
import struct
import subprocess
import time

BIN = pathlib.Path(os.environ.get("FVM_BIN", pathlib.Path(__file__).resolve().parents[2] / "build" / "bin"))
FAILURE, LAUNCH, LAUNCHED, EXITED, GET_STATUS, STATUS, POWER = 1, 30, 31, 32, 70, 71, 72


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<I", len(raw)) + raw


def texts(values):
    return struct.pack("<I", len(values)) + b"".join(map(text, values))


class Reader:
    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def number(self, kind):
        (value,) = struct.unpack_from("<" + kind, self.raw, self.at)
        self.at += struct.calcsize("<" + kind)
        return value

    def text(self):
        count = self.number("I")
        self.at += count
        return self.raw[self.at - count:self.at].decode()

    def texts(self):
        return [self.text() for _ in range(self.number("I"))]


class Refused(Exception):
    """The launcher's Failure: its code is args[0], its arguments args[1]."""


class Launcher:
    """A fvm-launcher of one's own, in an instance folder that is made up for it."""

    def __init__(self, root, environment=None):
        self.root = pathlib.Path(root)
        for folder in ("run", "keys", "store", "audit", "projects"):
            (self.root / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.root / "config.toml").touch()
        self.log = open(self.root / "launcher.log", "ab")
        self.process = subprocess.Popen([BIN / "fvm-launcher", "--instance", self.root], stderr=self.log,
                                        env=environment, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while self.status() is None:
            assert time.monotonic() < deadline and self.process.poll() is None, "fvm-launcher did not start"
            time.sleep(0.01)

    @property
    def socket_path(self):
        return str(self.root / "run" / "launcher.sock")

    def connect(self):
        caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        caller.connect(self.socket_path)
        key = pathlib.Path(self.socket_path + ".key")
        if key.exists():
            send(caller, POWER, key.read_bytes(), [])
        return caller

    def status(self):
        try:
            with self.connect() as caller:
                send(caller, GET_STATUS, b"", [])
                kind, body = receive(caller)
                return body if kind == STATUS else None
        except OSError:
            return None

    def project(self, number="FVM-2026-0001", user="anna"):
        """The folders of a project, with a file in each, as a session's mounts."""
        root = self.root / "projects" / number
        mounts = []
        for inside, folder, writable in (("/data", "data", 0), ("/work", "work", 1), (f"/home/{user}", f"home/{user}", 1),
                                         ("/outbox", f"outbox/{user}", 1)):
            (root / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
            mounts.append((root / folder, inside, writable))
        (root / "data" / "rows.txt").write_text(f"data of {number}\n")
        (root / "population").mkdir(exist_ok=True)
        (root / "population" / "map.txt").write_text("population\n")
        return mounts

    def launch(self, profile, arguments, mounts=(), label="FVM-2026-0001", environment=(), passed=(), streams=None, memory_mib=0,
               time_seconds=0, terminal=0):
        """Starts a job; streams are (in, out, error) descriptors. Returns the open connection and the pid."""
        opened = [os.open(outside, os.O_PATH) for outside, _, _ in mounts]
        body = text(profile) + text(label) + struct.pack("<I", len(mounts))
        for _, inside, writable in mounts:
            body += text(inside) + struct.pack("<B", writable)
        body += struct.pack("<B", len(passed)) + texts(arguments) + texts(environment)
        body += struct.pack("<BQIH", terminal, memory_mib, time_seconds, 0)
        caller = self.connect()
        try:
            send(caller, LAUNCH, body, [*streams, *opened, *passed])
            kind, reply = receive(caller)
        finally:
            for fd in opened:
                os.close(fd)
        if kind == FAILURE:
            raise failure(reply)
        assert kind == LAUNCHED
        return caller, Reader(reply).number("i")

    def run(self, profile, arguments, data=b"", timeout=60, **more):
        """Runs a job to its end: (code, output, error, facts)."""
        with open(os.devnull, "rb") if not data else as_file(data) as stdin:
            out_read, out_write = os.pipe()
            error_read, error_write = os.pipe()
            refusal = None
            try:
                caller, _ = self.launch(profile, arguments, streams=(stdin.fileno(), out_write, error_write), **more)
            except Refused as reason:
                refusal = reason
            finally:
                os.close(out_write), os.close(error_write)
        output = read_all({out_read: b"", error_read: b""}, timeout)
        if refusal:
            raise Refused(*refusal.args[:2], output[error_read].decode(errors="replace"))
        with caller:
            kind, body = receive(caller, timeout)
        if kind == FAILURE:
            raise failure(body, output[error_read])
        reader = Reader(body)
        facts = dict(zip(("code", "signal", "timed_out", "memory_exhausted"), map(reader.number, "iiBB")))
        return facts["code"], output[out_read].decode(errors="replace"), output[error_read].decode(errors="replace"), facts

    def session(self, command, mounts=None, user="anna", number="FVM-2026-0001", **more):
        """A command in a session sandbox, as fvm session asks for it (no SQL: these tests need none)."""
        mounts = self.project(number, user) if mounts is None else mounts
        environment = [f"USER={user}", f"HOME=/home/{user}", "PGHOST=/run/fvm", "TERM=dumb"]
        return self.run("session", ["enter", "--no-sql", "--", *command], mounts=mounts, label=number, environment=environment, **more)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.log.close()


def as_file(data):
    import tempfile
    stored = tempfile.TemporaryFile()
    stored.write(data)
    stored.seek(0)
    return stored


def failure(body, words=b""):
    reader = Reader(body)
    reader.number("B")
    code, names, values = reader.text(), reader.texts(), reader.texts()
    return Refused(code, dict(zip(names, values)), words.decode(errors="replace"))


def send(caller, kind, body, descriptors):
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    caller.sendmsg([struct.pack("<IH", len(body), kind) + body], ancillary)


def receive(caller, timeout=60):
    caller.settimeout(timeout)

    def exactly(count):
        raw = b""
        while len(raw) < count:
            more = caller.recv(count - len(raw))
            if not more:
                raise ConnectionError("the launcher closed the connection")
            raw += more
        return raw

    length, kind = struct.unpack("<IH", exactly(6))
    return kind, exactly(length)


def read_all(pipes, timeout):
    deadline, still_open = time.monotonic() + timeout, set(pipes)
    while still_open:
        ready, _, _ = select.select(list(still_open), [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError(f"no end of output within {timeout} s: {pipes}")
        for fd in ready:
            piece = os.read(fd, 65536)
            pipes[fd] += piece
            if not piece:
                os.close(fd)
                still_open.discard(fd)
    return pipes
