#!/usr/bin/env python3
"""A mail server for the demo and the tests: takes every mail and keeps it as a file.

  mail_server.py --port N --dir FOLDER [--tls]

With --tls it offers STARTTLS with a certificate that it makes for localhost: FOLDER/ca.pem, for `[mail] ca_file`.
Each mail becomes FOLDER/NNNN.eml, its envelope FOLDER/NNNN.json (from, to, encrypted). The file FOLDER/answer, read anew for
each mail, makes it misbehave: "rcpt 451", "rcpt 550", "data 451", "data 550", "drop" (keeps the mail, closes without an answer),
"slow 4" (waits so many seconds before it wants the mail).
Prints "ready" when it listens; SIGTERM ends it.
"""
import argparse
import asyncio
import itertools
import json
import pathlib
import signal
import ssl
import subprocess
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(len(list(folder.glob("*.eml"))) + 1)

    def answer(self, step):
        path = self.folder / "answer"
        words = path.read_text().split() if path.exists() else []
        if words[:1] == [step] and len(words) == 2:
            return f"{words[1]} told to say so"
        return "drop" if words[:1] == ["drop"] and step == "data" else None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if wait := self.answer("slow"):
            await asyncio.sleep(float(wait.split()[0]))
        refusal = self.answer("rcpt")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        refusal = self.answer("data")
        if refusal and refusal != "drop":
            return refusal
        name = f"{next(self.numbers):04}"
        facts = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "encrypted": session.ssl is not None}
        (self.folder / f"{name}.json").write_text(json.dumps(facts))
        temporary = self.folder / f".{name}.eml"
        temporary.write_bytes(envelope.original_content)
        temporary.rename(self.folder / f"{name}.eml")
        if refusal == "drop":
            server.transport.abort()
            return "421 gone"
        return "250 kept"


def make_certificate(folder):
    """A certificate for localhost that signs itself; kept, so that a restart is the same server."""
    certificate, key = folder / "ca.pem", folder / "key.pem"
    if not certificate.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


class Server(Controller):
    tls = None

    def factory(self):
        return SMTP(self.handler, hostname="localhost", tls_context=self.tls, data_size_limit=64 << 20, ident="fvm test server")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=pathlib.Path, required=True)
    parser.add_argument("--tls", action="store_true")
    options = parser.parse_args()
    options.dir.mkdir(parents=True, exist_ok=True)
    server = Server(Keeper(options.dir), hostname="127.0.0.1", port=options.port)
    server.tls = make_certificate(options.dir) if options.tls else None
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server.start()
    print("ready", flush=True)
    ended.wait()
    server.stop()


if __name__ == "__main__":
    sys.exit(main())
