"""Messages to the service's mailbox, and an instance that takes them."""
import email.message
import email.policy

from support.instance import Instance
from support.settings import change

SERVER = "mx.service.example"


def message(subject="Ansøgning om adgang", sender="anna@demo-kommune.example", text="Vi søger om adgang.", documents=(), confirmed=True, headers=()):
    """RFC 5322 bytes as our mail server would hand them over. `documents`: (name, type/subtype, bytes)."""
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    if confirmed:
        mail["Authentication-Results"] = f"{SERVER}; dmarc=pass header.from={sender.split('@')[1]}"
    mail["From"], mail["To"], mail["Subject"] = f"Anna Hansen <{sender}>", "data@service.example", subject
    mail["Message-ID"] = f"<{abs(hash((subject, text, tuple(headers))))}@demo-kommune.example>"
    mail["Date"] = "Fri, 27 Nov 2026 10:00:00 +0100"
    for name, value in headers:
        del mail[name]
        mail[name] = value
    mail.set_content(text)
    for name, kind, content in documents:
        mail.add_attachment(content, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name)
    return mail.as_bytes()


PDF = ("ansøgning.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj\n%%EOF\n")


class Mailbox:
    """An instance with a caseworker (karl), unless the test brings its own people."""

    def __init__(self, path, authentication="required", people=True):
        self.instance = Instance(path)
        self.authentication, self.people = authentication, people

    def __enter__(self):
        it = self.instance
        it.fvm("init")
        self.configure(server=f'"{SERVER}"', authentication=f'"{self.authentication}"')
        it.up()
        if not self.people:
            return self
        it.fvm("institution", "add", "Styrelsen", "--cvr", "33257872", "--recipient", "@service.example")
        it.fvm("user", "add", "karl", "--institution", "33257872", "--role", "caseworker")
        return self

    def __exit__(self, *_):
        self.instance.down()

    def configure(self, **settings):
        change(self.instance.path, "mailbox", **settings)

    def receive(self, content, *flags, check=True):
        import json
        done = self.instance.fvm("--json", "application", "receive", *flags, check=check, stdin=None, input=content, text=False)
        return json.loads(done.stdout) if check else done

    def show(self, number):
        return self.instance.json("application", "mail", "show", number)

    def letters(self):
        """(to, subject, text) of every letter that is queued or sent."""
        import sqlite3
        with sqlite3.connect(f"file:{self.instance.path}/store/fvm.sqlite?mode=ro", uri=True) as store:
            return store.execute("SELECT recipient, subject, text FROM notify_letter ORDER BY id").fetchall()
