"""A service with cases: an instance with the people of two authorities and of the service, and a whole application.

Nothing runs unless a test starts it: `fvm application …` works on the store alone.
"""
import http.client
import json
import socket
import subprocess
import time

from support.instance import BIN, ROOT, Instance
from support.mail import MailServer

APPLICATION = """[application]
title = "Type 2-diabetes i kommunerne"
applicant = { name = "Anna Andersen", email = "anna@demo-kommune.example", phone = "12345678" }
authority = { name = "Demo Kommune", cvr = "29189846", unit = "Sundhed" }
contact = { name = "Anna Andersen", email = "anna@demo-kommune.example" }
signatory = { name = "Sofie Sand", email = "sofie@demo-kommune.example" }
task = "Planlægning af kommunens diabetesindsats"
purpose = "Statistik over forekomst og forløb"
legal_basis = "Databeskyttelsesloven § 10"
necessity = "Opgaven kan ikke løses med tabeller"
place = "Demo Kommune, rådhuset"
period = { from = 2026-01-01, to = 2099-11-30 }
users = [ { name = "Anna Andersen", email = "anna@demo-kommune.example", account = "anna" } ]
payer = { name = "Demo Kommune", ean = "5798009811578" }

[population]
description = "Personer med type 2-diabetes"
any = [ { table = "LMDB.lmdb", where = "atc LIKE 'A10%'", at_least = 2 } ]

[[grant]]
table = "LMDB.lmdb"
variables = ["pnr12", "atc", "eksd"]
period = { variable = "eksd", from = 2015-01-01, to = 2025-12-31 }
reason = "Køb af diabetesmedicin viser behandlingens start"
"""

PEOPLE = (("anna", "29189846", "applicant"), ("sofie", "29189846", "signatory"), ("nils", "28856075", "applicant"),
          ("karl", "10000009", "caseworker"), ("kirsten", "10000009", "caseworker"), ("dorte", "10000009", "decision-maker"),
          ("olga", "10000009", "operator"))


class Cases:
    def __init__(self, folder, settings=None):
        self.folder, self.instance, self.settings = folder, Instance(folder / "i", up=False), settings or {}

    def __enter__(self):
        fvm = self.instance.fvm
        fvm("init")
        config = self.instance.path / "config.toml"
        for old, new in self.settings.items():
            assert old in config.read_text(), old
            config.write_text(config.read_text().replace(old, new))
        for name, cvr, domain in (("Demo Kommune", "29189846", "@demo-kommune.example"), ("Region Nord", "28856075", "@nord.example"),
                                  ("Styrelsen", "10000009", "@styrelsen.example")):
            fvm("institution", "add", name, "--cvr", cvr, "--recipient", domain)
        fvm("catalogue", "import", ROOT / "share" / "catalogue" / "denmark.toml")
        for name, cvr, role in PEOPLE:
            fvm("user", "add", name, "--institution", cvr, "--role", role)
        return self

    def __exit__(self, *_):
        self.instance.down()

    def file(self, text=APPLICATION, name="ansoegning.toml"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *words, user, **more):
        """What `fvm --json application …` answers: exit code and document."""
        done = self.instance.fvm("--json", "application", *words, user=user, check=False, **more)
        return done.returncode, json.loads(done.stdout) if done.stdout else {}

    def do(self, *words, user):
        code, document = self.run(*words, user=user)
        assert code == 0, document
        return document

    def new(self, text=APPLICATION, user="anna"):
        return self.do("new", self.file(text), user=user)["case"]

    def submitted(self):
        number = self.new()
        self.do("submit", number, user="anna")
        return number

    def under_assessment(self):
        number = self.submitted()
        self.do("assign", number, "--to", "karl", user="karl")
        return number

    def show(self, number, user="karl"):
        return self.do("show", number, user=user)

    def records(self, start="casework."):
        """What the ledger's files say, oldest first."""
        out = []
        for path in sorted((self.instance.path / "audit").glob("ledger-*.jsonl")):
            out += [json.loads(line) for line in path.read_text().splitlines()]
        return [r for r in out if r["action"].startswith(start)]

    def ask(self, method, path, user=None, body=None, tag=None):
        """The API on its Unix socket: status, headers and body."""
        status, headers, content = ask_socket(self.instance, method, path, user, body, tag)
        return status, headers, content.decode()


def ask_socket(instance, method, path, user=None, body=None, tag=None, **headers):
    """The portal's API on its Unix socket: status, headers and body as bytes; `tag`: of the text that `body` (text or bytes) replaces; more headers by name."""
    connection = UnixConnection(str(instance.path / "run" / "casework.sock"))
    named = {"Fvm-Actor": user, "If-Match": tag} | {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        try:
            connection.request(method, path, (body.encode() if isinstance(body, str) else body) or None, {name: value for name, value in named.items() if value})
        except BrokenPipeError:  # refused before all of it was read; the answer is there
            pass
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


class Post:
    """A courier whose letters go to a mail server of ours."""

    def __init__(self, folder):
        self.mail = MailServer(folder / "mail")
        self.cases = Cases(folder, {})
        self.program = None

    def __enter__(self):
        self.mail.start()
        self.cases.__enter__()
        config = self.cases.instance.path / "config.toml"
        text = config.read_text()
        for old, new in (('host = "127.0.0.1"', 'host = "localhost"'), ("port = 25\n", f"port = {self.mail.port}\n"),
                         ('ca_file = ""', f'ca_file = "{self.mail.folder / "ca.pem"}"')):
            assert old in text, old
            text = text.replace(old, new)
        config.write_text(text)
        return self

    def __exit__(self, *_):
        self.stop()
        self.cases.__exit__()
        self.mail.stop()

    def start(self, crash_at=None):
        environment = dict(self.cases.instance.environment, **({"FVM_CRASH_AT": crash_at} if crash_at else {}))
        log = open(self.cases.instance.path / "log" / "fvm-courier.log", "ab")
        self.program = subprocess.Popen([BIN / "fvm-courier", "--instance", self.cases.instance.path], env=environment, stderr=log,
                                        stdout=log, stdin=subprocess.DEVNULL)
        log.close()

    def stop(self):
        if self.program and self.program.poll() is None:
            self.program.terminate()
            self.program.wait(20)
        self.program = None

    def wait_for_letter(self, number, state, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            letters = self.cases.show(number)["letters"]
            if letters and letters[-1]["state"] == state:
                return letters
            time.sleep(0.3)
        raise AssertionError((self.cases.instance.path / "log" / "fvm-courier.log").read_text())
