"""A desk to sit at: an instance with people and two projects that count as built, put into the store by hand, so that tests of
sessions need no delivery. Only the launcher (and what the test asks for) runs."""
import json
import pty
import os
import select
import sqlite3
import subprocess
import time

from support.instance import FVM, Instance

PROJECT, OTHER = "FVM-2026-0017", "FVM-2026-0018"
YEAR = 2026


class Desk:
    def __init__(self, folder, settings=None):
        self.instance = Instance(folder / "i", up=False)
        self.settings = settings or {}

    def __enter__(self):
        fvm = self.instance.fvm
        fvm("init")
        path = self.instance.path / "config.toml"
        # Tests change the store by hand for a moment: no duty is to act on that. The first round, at start, is over by then.
        self.settings.setdefault("interval_seconds = 10", "interval_seconds = 3600")
        for old, new in self.settings.items():
            text = path.read_text()
            assert old in text, f"{old} is not in config.toml"
            path.write_text(text.replace(old, new))
        fvm("institution", "add", "Demo Kommune", "--cvr", "10150817", "--recipient", "@kommune.dk")
        for name, role in (("anna", "analyst"), ("bo", "analyst"), ("olga", "operator"), ("eve", "analyst")):
            fvm("user", "add", name, "--institution", "Demo Kommune", "--role", role)
        self.project(PROJECT, ["anna", "bo"])
        self.project(OTHER, ["bo"])
        self.instance.up()
        return self

    def __exit__(self, *_):
        self.instance.down()

    def project(self, number, members):
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite", timeout=60) as store:
            store.execute("INSERT INTO project(number, title, authority, cvr, valid_from, valid_to, state, specification,"
                          " specification_sha256, version, created) VALUES (?, 'Test', 'Demo Kommune', '10150817', '2020-01-01',"
                          " '2099-12-31', 'open', '', '', 1, 0)", (number,))
            build = store.execute("INSERT INTO project_build(project, state, started) VALUES (?, 'done', 0)", (number,)).lastrowid
            store.execute("INSERT INTO project_version(project, version, build, built, persons, population_file, catalogue_version,"
                                  " specification_sha256, sources) VALUES (?, 1, ?, 0, 3, 'population.parquet', 1, '', '[]')", (number, build))
            marks = ",".join("?" * len(members))
            store.execute(f"INSERT INTO member SELECT ?, id, 0 FROM user WHERE name IN ({marks})", (number, *members))
        store.close()
        root = self.root(number)
        for folder in ("data", "population"):
            (root / folder).mkdir(parents=True, mode=0o700)
        (root / "data" / "note.txt").write_text(f"data of {number}\n")
        (root / "population" / "map.txt").write_text("population\n")

    def change(self, sql, *values):
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite", timeout=60) as store:
            store.execute(sql, values)
        store.close()

    def root(self, number=PROJECT):
        return self.instance.path / "projects" / number

    def session(self, *command, user="anna", number=PROJECT, check=False, **more):
        return self.instance.fvm("session", number, "--", *command, user=user, check=check, **more)

    def start(self, *command, user="anna", number=PROJECT, **more):
        more = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        return subprocess.Popen([str(FVM), "--instance", str(self.instance.path), "--as", user, "session", number, "--", *command],
                                env=self.instance.environment, **more)

    def at_terminal(self, *command, user="anna", number=PROJECT, rows=31, columns=97):
        return Terminal([str(FVM), "--instance", str(self.instance.path), "--as", user, "session", number, "--", *command],
                        self.instance.environment, rows, columns)

    def sessions(self, number=PROJECT):
        done = self.instance.fvm("--json", "session", number, "--list")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def actions(self, start="session."):
        """What the ledger's files say, oldest first."""
        records = []
        for path in sorted((self.instance.path / "audit").glob("ledger-*.jsonl")):
            records += [json.loads(line) for line in path.read_text().splitlines()]
        return [r for r in records if r["action"].startswith(start)]


class Terminal:
    """A person at a terminal: what a program run in it shows, and what is typed."""

    def __init__(self, command, environment, rows, columns):
        import fcntl
        import struct
        import termios
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, dict(environment, TERM="xterm"))
        self.shown = b""
        self.resize = lambda r, c: fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", r, c, 0, 0))
        self.resize(rows, columns)
        self.mode = lambda: termios.tcgetattr(self.master)

    def type(self, text):
        os.write(self.master, text.encode())

    def expect(self, text, seconds=20):
        end = time.monotonic() + seconds
        while text.encode() not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            assert ready, f"waited for {text!r}, was shown {self.shown!r}"
            try:
                self.shown += os.read(self.master, 65536)
            except OSError:
                raise AssertionError(f"ended; waited for {text!r}, was shown {self.shown!r}") from None
        self.shown = self.shown.split(text.encode(), 1)[1]

    def wait(self, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.shown += os.read(self.master, 65536)
                except OSError:
                    pass
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                os.close(self.master)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        raise AssertionError(f"did not end; was shown {self.shown!r}")
