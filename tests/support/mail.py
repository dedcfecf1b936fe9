"""A mail server for tests: tools/mail_server.py in a folder, started and stopped; what it got, read back."""
import email
import email.policy
import json
import os
import pathlib
import signal
import subprocess
import sys

from support.instance import ROOT, free_port


class MailServer:
    def __init__(self, folder, tls=True):
        self.folder, self.tls, self.port, self.process = pathlib.Path(folder), tls, free_port(), None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        command = [sys.executable, str(ROOT / "tools" / "mail_server.py"), "--port", str(self.port), "--dir", str(self.folder)]
        self.process = subprocess.Popen(command + (["--tls"] if self.tls else []), stdout=subprocess.PIPE, text=True,
                                        stdin=subprocess.DEVNULL)
        assert self.process.stdout.readline().strip() == "ready"

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
            self.process.stdout.close()
            self.process = None

    def answer(self, text=None):
        """How it answers from now on: "rcpt 451", "data 550", "drop"; None: as it should."""
        path = self.folder / "answer"
        path.write_text(text) if text else path.unlink(missing_ok=True)

    def mails(self):
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in sorted(self.folder.glob("*.eml"))]

    def envelopes(self):
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]


def attachments(mail):
    return {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
