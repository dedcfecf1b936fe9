"""Safe tables with a courier and a mail server: `with Leaving(folder, persons) as it: it.tables.table(...); it.send("t.csv")`."""
import json
import time

from support.instance import Instance
from support.mail import MailServer, attachments
from support.tables import PROJECT, Tables

CVR = "29189846"
TO = "mia@example.dk"


class Leaving:
    def __init__(self, folder, persons, up=True):
        self.instance = Instance(folder / "i", up=False)
        self.mail = MailServer(folder / "mail")
        self._persons = persons

    def __enter__(self):
        self.mail.start()
        self.instance.__enter__()
        for line, other in (('host = ""', 'host = "localhost"'), ('ca_file = ""', f'ca_file = "{self.mail.folder / "ca.pem"}"')):
            self.setting("mail", line, other)
        self.setting("mail", "port = 25", f"port = {self.mail.port}")
        self.instance.up()
        self.tables = Tables(self.instance, self._persons)
        for name, role in (("rita", "reviewer"), ("olga", "operator")):
            self.instance.fvm("user", "add", name, "--institution", CVR, "--role", role)
        return self

    def __exit__(self, *_):
        self.instance.down()
        self.mail.stop()

    def setting(self, section, line, other):
        """Changes a setting of one section; `line` may have any value."""
        file, now, out = self.instance.path / "config.toml", "", []
        key, found = line.split(" = ")[0], False
        for text in file.read_text().splitlines():
            now = text.strip("[]") if text.startswith("[") else now
            hit = now == section and text.split(" = ")[0] == key
            found |= hit
            out.append(other if hit else text)
        assert found, line
        file.write_text("\n".join(out) + "\n")

    def outbox(self, user="anna", project=PROJECT):
        folder = self.instance.path / "projects" / project / "outbox" / user
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def put(self, name, content, **where):
        (self.outbox(**where) / name).write_bytes(content)

    def write(self, *words, name="t.csv", **more):
        """A safe table as a file in /outbox: its record and its bytes."""
        record = self.tables.table(*words, "--out", self.outbox() / name, **more)
        return record, (self.outbox() / name).read_bytes()

    def run(self, *files, to=TO, user="anna", project=PROJECT, **more):
        words = ["release", "send", project, *files, "--to", to, "--purpose", "Tabel 1", "--declare"]
        return self.instance.fvm("--json", *words, user=user, check=False, **more)

    def send(self, *files, **more):
        """The request as it is when `fvm release send` is done."""
        done = self.run(*files, **more)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def show(self, number, user="anna"):
        return self.instance.json("release", "show", number, user=user)

    def wait(self, number, *states, seconds=20):
        end = time.monotonic() + seconds
        while (state := self.show(number)["state"]) not in states and time.monotonic() < end:
            time.sleep(0.1)
        assert state in states, f"{number} is {state}, not {states}"
        return self.show(number)

    def arrived(self, number):
        """Attachments of the mails that came for it: one dict a mail."""
        return [attachments(mail) for mail in self.mail.mails() if number in mail["subject"] and "tilbage" not in mail["subject"]]

    def change(self, sql, *values):
        import sqlite3
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite") as store:
            store.execute(sql, values)
        store.close()

    def actions(self, subject):
        return [r for r in self.tables.records("") if r["subject"] == subject]


def rules(document, position=0):
    return [f["rule"] for f in document["files"][position]["findings"]]
