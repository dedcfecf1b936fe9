"""A house for release tests: an instance with its keeper, launcher and courier, people, a project with members, a mail server.

The programs are started here one by one, so that a test can kill one, or start it to kill itself at a crash point.
"""
import json
import sqlite3
import subprocess
import time

from support.cases import ask_socket
from support.duck import rows as query
from support.instance import BIN, Instance
from support.keeper_client import copy_of
from support.mail import MailServer
from support.number_list import number_list
from support.settings import change

PROJECT = "FVM-2026-0017"
PSEUDONYMS = (1234567890123, 3456789012345678)


class House:
    def __init__(self, folder, tls=True):
        self.instance = Instance(folder / "i", up=False)
        self.mail = MailServer(folder / "mail", tls)
        self.programs = {}
        self.tls = tls

    def __enter__(self):
        self.mail.start()
        self.instance.fvm("init")
        self.configure()
        self.people()
        self.project()
        self.start("fvm-keeper")
        self.start("fvm-launcher")
        self.start("fvm-courier")
        return self

    def __exit__(self, *_):
        for name in list(self.programs):
            self.stop(name)
        self.mail.stop()

    def configure(self, **settings):
        wanted = {"mail.host": '"localhost"', "mail.port": str(self.mail.port), **settings}
        if self.tls:
            wanted["mail.ca_file"] = f'"{self.mail.folder / "ca.pem"}"'
        change(self.instance.path, **wanted)

    def people(self):
        fvm = self.instance.fvm
        fvm("institution", "add", "Demo Kommune", "--cvr", "10150817", "--recipient", "@kommune.dk", "--recipient", "ren@region.dk")
        for name, *roles in (("anna", "analyst"), ("bo", "analyst", "reviewer"), ("rita", "reviewer"), ("olga", "operator"),
                             ("eve", "analyst")):
            fvm("user", "add", name, "--institution", "Demo Kommune", *[w for role in roles for w in ("--role", role)])
        self.change("INSERT INTO institution(name, folded, cvr, created) VALUES ('Styrelsen', 'styrelsen', '12345674', 0)")
        for name, role in (("ruth", "reviewer"), ("sif", "reviewer"), ("sofus", "security"), ("dorte", "decision-maker"),
                           ("dan", "decision-maker")):
            self.change("INSERT INTO user(name, institution, created) SELECT ?, id, 0 FROM institution WHERE cvr = '12345674'", name)
            self.change("INSERT INTO user_role SELECT id, ? FROM user WHERE name = ?", role, name)

    def project(self):
        """A project as the release path sees it: members, and a population with pseudonyms that were built."""
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite", timeout=60) as store:
            store.execute("INSERT INTO project(number, title, authority, cvr, valid_from, valid_to, state, specification,"
                          " specification_sha256, version, created) VALUES (?, 'Test', 'Demo Kommune', '10150817', '2020-01-01',"
                          " '2099-12-31', 'open', '', '', 1, 0)", (PROJECT,))
            build = store.execute("INSERT INTO project_build(project, state, started) VALUES (?, 'done', 0)", (PROJECT,)).lastrowid
            store.execute("INSERT INTO project_version(project, version, build, built, persons, population_file, catalogue_version,"
                                  " specification_sha256, sources) VALUES (?, 1, ?, 0, 3, 'population.parquet', 1, '', '[]')", (PROJECT, build))
            store.execute("INSERT INTO member SELECT ?, id, 0 FROM user WHERE name IN ('anna', 'bo')", (PROJECT,))
        store.close()
        population = self.instance.path / "projects" / PROJECT / "population"
        population.mkdir(parents=True)
        rows = ", ".join(f"({i}::BIGINT, {p}::BIGINT)" for i, p in enumerate(PSEUDONYMS))
        query(f"COPY (SELECT * FROM (VALUES {rows}) t(mirror, project)) TO '{population}/population.parquet' (FORMAT parquet)")
        (population / "population.pseudonyms").write_bytes(number_list(PSEUDONYMS))
        self.outbox().mkdir(parents=True)

    def change(self, sql, *values):
        """Something that other rooms' verbs would do to the store, done by hand."""
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite", timeout=60) as store:
            store.execute(sql, values)
        store.close()

    def rows(self, sql, *values):
        """What stands in the store."""
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite", timeout=60) as store:
            found = store.execute(sql, values).fetchall()
        store.close()
        return found

    def outbox(self, user="anna"):
        return self.instance.path / "projects" / PROJECT / "outbox" / user

    def put(self, name, content):
        path = self.outbox() / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def start(self, name, crash_at=None, socket=None):
        environment = dict(self.instance.environment, **({"FVM_CRASH_AT": crash_at} if crash_at else {}))
        log = open(self.instance.path / "log" / f"{name}.log", "ab")
        self.programs[name] = subprocess.Popen([BIN / name, "--instance", self.instance.path], env=environment, stderr=log,
                                               stdout=log, stdin=subprocess.DEVNULL)
        log.close()
        place = self.instance.path / "run" / (socket or f"{name.removeprefix('fvm-')}.sock")
        self.instance.wait_for(lambda: answers(place))

    def portal(self):
        """Started on a port of its own."""
        self.configure(**{"portal.port": str(self.instance.port)})
        self.start("fvm-portal", socket="casework.sock")
        self.instance.wait_for(lambda: "portal.ready" in self.log("fvm-portal"))

    def ask(self, method, path, user="anna", body=None):
        """The portal's API on its Unix socket: status and document."""
        status, _, content = ask_socket(self.instance, method, "/api/v1/" + path, user, None if body is None else json.dumps(body))
        return status, json.loads(content)

    def stop(self, name):
        program = self.programs.pop(name, None)
        if program and program.poll() is None:
            program.terminate()
            program.wait(20)

    def log(self, name="fvm-courier"):
        return (self.instance.path / "log" / f"{name}.log").read_text()

    # what people do
    def release(self, *words, user="anna", check=True, **more):
        return self.instance.fvm("release", *words, user=user, check=check, **more)

    def send(self, *files, to="mia@kommune.dk", purpose="Tabel 1", user="anna", declare=True, **more):
        words = ["send", PROJECT, *files, "--to", to, "--purpose", purpose] + (["--declare"] if declare else [])
        return self.instance.fvm("--json", "release", *words, user=user, check=False, **more)

    def sent_for_review(self, name="tabel.csv", content="gruppe;antal\nA;120\nB;55\n", **more):
        """A harmless file on its way; returns its release number."""
        self.put(name, content)
        done = self.send(name, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)["release"]

    def show(self, number, user="anna"):
        return self.instance.json("release", "show", number, user=user)

    def state(self, number, user="anna"):
        return self.show(number, user)["state"]

    def wait_for_state(self, number, *states, seconds=20):
        end = time.monotonic() + seconds
        while (state := self.state(number)) not in states and time.monotonic() < end:
            time.sleep(0.2)
        assert state in states, f"{number} is {state}, not {states}\n{self.log()}"
        return state

    def approve(self, number, user="rita", **more):
        return self.release("review", number, "--approve", user=user, **more)

    def review(self, number, verdict, user="rita", reason="set igennem", **more):
        return self.release("review", number, f"--{verdict}", "--reason", reason, user=user, check=False, **more)

    def for_two(self, name="tabel.csv", content="gruppe;antal\nA;120\nB;55\n"):
        """On its way to two reviewers: one asked for the other, and has not voted."""
        number = self.sent_for_review(name, content)
        self.release("escalate", number, "--reason", "små byer", user="rita")
        return number

    def sanction(self, *words, user, check=True, **more):
        return self.instance.fvm("--json", "sanction", *words, user=user, check=check, **more)

    def heard(self, severity="serious", by="ruth", **about):
        """A case about anna that can be decided; its number."""
        words = [w for key, value in (about or {"user": "anna", "project": PROJECT}).items() for w in (f"--{key}", value)]
        number = json.loads(self.sanction("report", *words, "--reason", "tre personer", user=by).stdout)["case"]
        self.sanction("assess", number, "--severity", severity, "--reason", "række 7", user="sofus")
        self.sanction("answer", number, "--reason", "en fejl", user="anna")
        return number

    def kept(self):
        return sorted(p.name for p in (self.instance.path / "kept").glob("*/*"))

    def copy_of(self, sha256):
        return copy_of(self.instance.path, sha256)

    def verified(self):
        """What the store says of itself: {attempts, copies, …}, and its faults by kind."""
        done = self.instance.fvm("--json", "release", "verify", check=False)
        report = json.loads(done.stdout)
        assert (done.returncode == 0) == (report["faults"] == []), done.stdout
        return report, [fault["fault"] for fault in report["faults"]]

    def actions(self):
        """What the ledger's files say, oldest first: (action, subject, facts)."""
        records = []
        for path in sorted((self.instance.path / "audit").glob("ledger-*.jsonl")):
            records += [json.loads(line) for line in path.read_text().splitlines()]
        return records


def answers(path):
    import socket
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(path))
            return True
        except OSError:
            return False


