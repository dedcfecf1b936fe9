"""Hostile messages. Each with its positive control: the same trick works on a reader that takes mail at its word."""
import email
import email.policy
import os
import pathlib
import sys

import pytest

from support.mailbox import PDF, SERVER, Mailbox, message


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with Mailbox(tmp_path_factory.mktemp("mail") / "i") as it:
        yield it


def is_alive(box, subject):
    """The next honest message is filed as if nothing had been."""
    got = box.receive(message(subject=subject, documents=[PDF]))
    return got["state"] == "filed" and got["documents"][0]["kind"] == "pdf"


def test_a_name_that_leads_outside(box, tmp_path):
    content = message(subject="Sti", documents=[("x", "application/pdf", b"%PDF-evil")]).replace(b'filename="x"', b'filename="../../../evil.pdf"')
    inside = tmp_path / "a" / "b" / "c"
    inside.mkdir(parents=True)
    for part in email.message_from_bytes(content, policy=email.policy.default).iter_attachments():  # the control
        pathlib.Path(os.path.normpath(inside / part.get_filename())).write_bytes(part.get_content())
    assert (tmp_path / "evil.pdf").exists(), "a naive reader writes outside its folder"
    got = box.receive(content)
    assert got["documents"][0]["name"] == "evil.pdf" and any(n["code"] == "mail.name_changed" for n in got["notes"])
    box.instance.fvm("application", "mail", "save", got["message"], "--to", tmp_path / "ud" / "her")
    assert sorted(p.name for p in tmp_path.rglob("*evil*")) == ["1-evil.pdf", "evil.pdf"]


@pytest.mark.parametrize("results", [
    "evil.example; dmarc=pass header.from=demo-kommune.example",
    f"{SERVER}.evil.example; dmarc=pass header.from=demo-kommune.example",
    f"{SERVER}; dmarc=pass header.from=evil.example",
    f"{SERVER}; spf=pass (dmarc=pass header.from=demo-kommune.example)",
    f'{SERVER}; x="; dmarc=pass header.from=demo-kommune.example"',
])
def test_a_forged_sender(box, results):
    def sent(field):
        return box.receive(message(subject=f"Forfalsket {field}", confirmed=False, headers=[("Authentication-Results", field)]))
    control = sent(f"{SERVER}; dmarc=pass header.from=demo-kommune.example")
    assert control["state"] == "filed", "the control: what our server confirms is taken"
    got = sent(results)
    assert got["state"] == "quarantined" and not got["authenticated"]


def test_a_forged_result_beside_the_true_one(box):
    true = f"Authentication-Results: {SERVER}; dmarc=fail header.from=demo-kommune.example\r\n"
    content = true.encode() + message(subject="To udsagn")
    assert b"dmarc=pass" in content
    assert box.receive(content)["state"] == "quarantined"


def test_two_senders(box):
    """One in sight, one for the reader."""
    content = message(subject="To afsendere").replace(b"From: Anna", b"From: eve@evil.example\r\nFrom: Anna")
    assert len(email.message_from_bytes(content).get_all("From")) == 2
    got = box.receive(content)
    assert got["state"] == "quarantined" and got["reason"] in ("intake.sender_unclear", "intake.not_authenticated")


def test_a_header_in_the_subject(box):
    """An encoded line break that becomes a header of whatever is written with it."""
    content = message(subject="x").replace(b"Subject: x", b"Subject: =?utf-8?Q?Hej=0D=0ABcc:_evil@evil.example?=")
    assert "\r\nBcc:" in str(email.header.make_header(email.header.decode_header(email.message_from_bytes(content)["Subject"]))), "the control"
    got = box.receive(content)
    assert "\n" not in got["subject"] and "\r" not in got["subject"]
    assert all("\n" not in subject and "\r" not in subject for _, subject, _ in box.letters())
    title = box.instance.json("application", "show", got["case"], user="karl")["title"]
    assert "\n" not in title


def test_a_subject_that_writes_toml(box):
    got = box.receive(message(subject='x" \\ [application] title = "y'))
    assert got["state"] == "filed" and box.instance.json("application", "show", got["case"], user="karl")["title"].startswith('x" \\')


@pytest.mark.parametrize("what", ["deep messages", "deep multiparts", "many parts", "long header", "endless boundary"])
def test_bombs(box, what):
    start = b"From: a@demo-kommune.example\r\nMessage-ID: <%s@x>\r\nMIME-Version: 1.0\r\n" % what.replace(" ", "").encode()
    content = {
        "deep messages": start + b"Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\n" * 20_000,
        "deep multiparts": start + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(20_000)),
        "many parts": start + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 500_000,
        "long header": start + b"Subject: " + b"x " * 5_000_000 + b"\r\n\r\nx",
        "endless boundary": start + b"Content-Type: multipart/mixed; boundary=" + b"b" * 1_000_000 + b"\r\n\r\n" + b"--b\r\n" * 100_000,
    }[what]
    if what == "deep messages":  # the control: a reader without limits goes down with it
        with pytest.raises(RecursionError):
            sys.setrecursionlimit(1000)
            email.message_from_bytes(content, policy=email.policy.default).as_string()
    got = box.receive(content)
    assert got["state"] in ("unreadable", "quarantined"), got
    assert len(got["documents"]) <= 100 and len(got["subject"]) <= 1000
    assert is_alive(box, f"efter {what}")


def test_programs_and_test_virus_are_told(box):
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    got = box.receive(message(subject="Program", documents=[("regning.pdf", "application/pdf", b"MZ\x90\0\3"), ("note.txt", "text/plain", eicar)]))
    assert {"mail.executable", "mail.type_pretended", "mail.test_virus"} <= {n["code"] for n in got["notes"]}


def test_a_loop_of_two_machines_ends(box):
    """A vacation responder that does not say what it is answers each receipt; without a limit (the control: each message is answered) it never ends."""
    answered = 0
    for i in range(12):
        before = len(box.letters())
        box.receive(message(subject=f"Re: kvittering {i}", sender="ferie@loop.example", text=f"Jeg er på ferie {i}"))
        answered += len(box.letters()) - before
    assert 1 <= answered <= 5

