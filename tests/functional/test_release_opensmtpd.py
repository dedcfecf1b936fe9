"""The courier against a mail server that is nobody's test double: Debian's OpenSMTPD, on a high port.

In the clear only: Debian 12's OpenSMTPD (6.8.0p2 with OpenSSL 3) offers STARTTLS but fails its own handshake. That is the second
test: an offer that fails must not become a mail in the clear. TLS that works: test_release.py.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import pytest

from support.house import House
from support.instance import free_port
from support.mail import attachments

SMTPD = shutil.which("smtpd") or "/usr/sbin/smtpd"

pytestmark = [
    pytest.mark.skipif(not os.path.exists(SMTPD), reason="opensmtpd is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="opensmtpd starts as root only"),
    pytest.mark.skipif(os.path.exists("/run/smtpd.sock") and subprocess.run(["pgrep", "-x", "smtpd"], capture_output=True).returncode == 0,
                       reason="another smtpd runs on this machine"),
]


class OpenSmtpd:
    """Keeps every mail in a Maildir that `nobody` may write."""

    def __init__(self, tls):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="smtpd-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        (self.folder / "mail").mkdir()
        shutil.chown(self.folder / "mail", "nobody")
        self.certificate = self.folder / "ca.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost", "-keyout", self.folder / "key.pem", "-out", self.certificate],
                       check=True, capture_output=True)
        (self.folder / "key.pem").chmod(0o600)
        pki = f'pki localhost cert "{self.certificate}"\npki localhost key "{self.folder}/key.pem"\n' if tls else ""
        (self.folder / "smtpd.conf").write_text(
            f'{pki}table everybody {{ "@" = "nobody" }}\n'
            f'listen on 127.0.0.1 port {self.port}{" tls pki localhost" if tls else ""} hostname localhost\n'
            f'action "keep" maildir "{self.folder}/mail" virtual <everybody>\nmatch from any for any action "keep"\n')
        self.process = subprocess.Popen([SMTPD, "-d", "-f", self.folder / "smtpd.conf"], stderr=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def mails(self):
        return [p.read_bytes() for p in (self.folder / "mail" / "new").glob("*")] if (self.folder / "mail" / "new").exists() else []

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def house(tmp_path, request):
    server = OpenSmtpd(tls=request.param)
    try:
        with House(tmp_path, tls=False) as it:
            it.stop("fvm-courier")
            it.configure(**{"mail.port": str(server.port), "mail.ca_file": f'"{server.certificate}"'})
            it.start("fvm-courier")
            it.server = server
            yield it
    finally:
        server.stop()


@pytest.mark.parametrize("house", [False], indirect=True)
def test_a_mail_arrives(house):
    import email
    import email.policy
    number = house.sent_for_review("tabel.csv", "g;antal\nx;50\n")
    house.approve(number)
    for _ in range(5):  # the server may still be starting
        if house.wait_for_state(number, "sent", "failed") == "sent":
            break
        time.sleep(1)
        house.release("resume", user="olga")
    house.wait_for_state(number, "sent")
    house.instance.wait_for(lambda: any(f"<{number}.".encode() in m for m in house.server.mails()))
    [mail] = [m for m in house.server.mails() if f"<{number}.".encode() in m]  # the machine's own queue may hold older ones
    assert attachments(email.message_from_bytes(mail, policy=email.policy.default)) == {"tabel.csv": b"g;antal\nx;50\n"}


@pytest.mark.parametrize("house", [True], indirect=True)
def test_an_offer_of_tls_that_fails_is_not_a_mail_in_the_clear(house):
    number = house.sent_for_review("tabel.csv", "g;antal\nx;50\n")
    time.sleep(1)
    house.approve(number)
    state = house.wait_for_state(number, "failed", "sent")
    assert state == "failed" or "encrypted=yes" in house.log(), "it went in the clear"
    assert state == "sent" or house.server.mails() == []
