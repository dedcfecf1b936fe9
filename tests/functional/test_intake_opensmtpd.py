"""A message through a mail server that is nobody's test double: Debian's OpenSMTPD, once into a pipe to `fvm application receive`, once
into a maildir that fvm-steward empties."""
import os
import pathlib
import shutil
import smtplib
import subprocess
import tempfile
import time

import pytest

from support.instance import free_port
from support.mailbox import PDF, Mailbox, message

SMTPD = shutil.which("smtpd") or "/usr/sbin/smtpd"

pytestmark = [
    pytest.mark.skipif(not os.path.exists(SMTPD), reason="opensmtpd is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="opensmtpd starts as root only"),
    pytest.mark.skipif(os.path.exists("/run/smtpd.sock") and subprocess.run(["pgrep", "-x", "smtpd"], capture_output=True).returncode == 0,
                       reason="another smtpd runs on this machine"),
]


class OpenSmtpd:
    def __init__(self, action, owner):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="smtpd-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        (self.folder / "smtpd.conf").write_text(
            f'table everybody {{ "@" = "{owner}" }}\nlisten on 127.0.0.1 port {self.port} hostname localhost\n'
            f'action "in" {action.format(folder=self.folder)} virtual <everybody>\nmatch from any for any action "in"\n')
        self.process = subprocess.Popen([SMTPD, "-d", "-f", self.folder / "smtpd.conf"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stdin=subprocess.DEVNULL)

    def send(self, content, sender="anna@demo-kommune.example"):
        for attempt in range(50):  # it may still be starting
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as smtp:
                    smtp.sendmail(sender, ["data@service.example"], content)
                return
            except (ConnectionRefusedError, smtplib.SMTPServerDisconnected):
                if attempt == 49:
                    raise
                time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def messages(box):
    return {m["subject"]: m for m in box.instance.json("application", "mail", "list")["messages"]}


def test_into_a_pipe(tmp_path):
    with Mailbox(tmp_path / "i") as box:
        # OpenSMTPD refuses to run a delivery as root, and the instance is root's here: a helper set up as an operator would, with the right to this one command.
        spool = pathlib.Path(tempfile.mkdtemp(prefix="pipe-"))
        spool.chmod(0o755)
        script = spool / "receive"
        fifo_in, result = spool / "message", spool / "result"
        for file in fifo_in, result:
            file.touch()
            shutil.chown(file, "nobody")
        script.write_text(f"#!/bin/sh\ncat > {fifo_in}\necho \"$SENDER\" > {result}\n")
        script.chmod(0o755)
        server = OpenSmtpd(f'mda "{script}"', "nobody")
        try:
            server.send(message(subject="Gennem røret", documents=[PDF]))
            box.instance.wait_for(lambda: result.read_text().strip() != "")
            content, sender = fifo_in.read_bytes(), result.read_text().strip()
            assert sender == "anna@demo-kommune.example"
            got = box.receive(content, "--mail-server", "--sender", sender)
            assert got["state"] == "filed" and got["documents"][0]["kind"] == "pdf", got
            assert b"Received: from" in content, "the server's own header is in it"
        finally:
            server.stop()
            shutil.rmtree(spool, ignore_errors=True)


def test_into_a_maildir(tmp_path):
    with Mailbox(tmp_path / "i") as box:
        server = OpenSmtpd('maildir "{folder}/mail"', "nobody")
        (server.folder / "mail").mkdir()
        shutil.chown(server.folder / "mail", "nobody")
        try:
            box.configure(maildir=f'"{server.folder}/mail"')
            box.instance.down()
            box.instance.up()
            server.send(message(subject="Bekræftet", documents=[PDF]))
            server.send(message(subject="Ubekræftet", confirmed=False))
            server.send(message(subject="Retur", sender="mailer-daemon@demo-kommune.example", headers=[("Auto-Submitted", "auto-replied")]), sender="")
            box.instance.wait_for(lambda: len([m for m in messages(box).values() if m["state"] != "kept"]) == 3, seconds=60)
            found = messages(box)
            assert found["Bekræftet"]["state"] == "filed" and found["Bekræftet"]["case"]
            assert found["Ubekræftet"]["state"] == "quarantined"
            assert found["Retur"]["state"] == "ignored", "this server writes no Return-Path for a null sender; what else a bounce says must do"
            assert len(box.letters()) == 1
        finally:
            server.stop()
