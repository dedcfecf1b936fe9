"""A service with cases: an instance with the people of two authorities and of the service, and a whole application.

Nothing runs unless a test starts it: `fvm application …` works on the store alone.
"""
import http.client
import json
import socket

from support.instance import Instance

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
        for name, cvr in (("Demo Kommune", "29189846"), ("Region Nord", "28856075"), ("Styrelsen", "10000009")):
            fvm("institution", "add", name, "--cvr", cvr)
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

    def ask(self, method, path, user=None, body=None):
        """The API on its Unix socket: status, headers and body."""
        connection = UnixConnection(str(self.instance.path / "run" / "casework.sock"))
        try:
            connection.request(method, path, body.encode() if body else None, {"Fvm-Actor": user} if user else {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
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
