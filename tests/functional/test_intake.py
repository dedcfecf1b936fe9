"""Mail to the service becomes a case, is attached to one, or is set aside."""
import hashlib
import json
import os
import stat

import pytest

from support.mailbox import PDF, Mailbox, message


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with Mailbox(tmp_path_factory.mktemp("intake") / "i") as it:
        yield it


def kept(box, kind, sha256):
    return box.instance.path / "cases" / kind / sha256[:2] / sha256


def test_a_message_becomes_a_case_with_its_documents_and_a_receipt(box):
    content = message(subject="Ansøgning nr. 1", documents=[PDF, ("bilag.docx", "application/vnd.ms-word", b"PK\x03\x04 no")])
    got = box.receive(content)
    assert got["state"] == "filed" and got["authenticated"] and got["case"]
    assert [(d["name"], d["kind"]) for d in got["documents"]] == [("ansøgning.pdf", "pdf"), ("bilag.docx", "unknown")]
    assert "not what its name says" in " ".join(n["text"] for n in got["notes"])
    assert got["documents"][0]["sha256"] == hashlib.sha256(PDF[2]).hexdigest()
    for kind, digest in ("messages", hashlib.sha256(content).hexdigest()), ("documents", got["documents"][0]["sha256"]):
        file = kept(box, kind, digest)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 and hashlib.sha256(file.read_bytes()).hexdigest() == digest
    about = box.instance.json("application", "show", got["case"], user="karl")
    assert about["title"] == "Ansøgning nr. 1" and about["origin"] == "mail"
    [(to, subject, text)] = [each for each in box.letters() if got["case"] in each[1]]
    assert to == "anna@demo-kommune.example" and "ansøgning.pdf" in text


def test_the_same_bytes_are_one_message(box):
    content = message(subject="To gange", sender="to@demo-kommune.example")
    first, second = box.receive(content), box.receive(content)
    assert first["message"] == second["message"] and first["case"] == second["case"]
    assert sum(first["case"] in subject for _, subject, _ in box.letters()) == 1


def test_what_nobody_confirms_waits_for_a_person(box):
    content = message(subject="Ubekræftet", confirmed=False, documents=[PDF])
    got = box.receive(content)
    assert got["state"] == "quarantined" and not got["case"] and got["reason"] == "intake.not_authenticated"
    letters = len(box.letters())
    assert box.instance.fvm("application", "mail", "accept", got["message"], check=False, user="nobody").returncode != 0
    taken = box.instance.json("application", "mail", "accept", got["message"], user="karl")
    assert taken["state"] == "filed" and taken["case"]
    assert len(box.letters()) == letters, "no receipt to somebody who may not have written"
    again = box.instance.fvm("application", "mail", "accept", got["message"], check=False, user="karl")
    assert again.returncode == 1 and "not set aside" in again.stderr


def test_refused_with_a_reason(box):
    got = box.receive(message(subject="Reklame", confirmed=False))
    assert box.instance.fvm("application", "mail", "refuse", got["message"], check=False, user="karl").returncode == 2
    refused = box.instance.json("application", "mail", "refuse", got["message"], "--text", "reklame", user="karl")
    assert refused["state"] == "refused" and "reklame" in json.dumps(refused["notes"])


def test_a_reply_is_attached_to_its_case(box):
    first = box.receive(message(subject="Diabetes"))
    reply = box.receive(message(subject=f"Sv: {first['case']}", text="Bilag.", documents=[PDF]))
    assert reply["case"] == first["case"] and reply["reason"] == "intake.reply"
    thread = box.receive(message(subject="uden nummer", text="Mere", headers=[("In-Reply-To", f"<{mail_id(box, reply)}>")]))
    assert thread["case"] == first["case"]
    stranger = box.receive(message(subject=f"Sv: {first['case']}", sender="eve@evil.example", text="Luk sagen"))
    assert stranger["state"] == "quarantined" and stranger["reason"] == "intake.not_on_case"
    own = box.receive(message(subject="FVM-2099-9999", text="ukendt nummer"))
    assert own["reason"] == "intake.new_case", "a number that there is not is no case"


def mail_id(box, got):
    import email
    return email.message_from_bytes(kept(box, "messages", got["sha256"]).read_bytes())["Message-ID"].strip("<>")


@pytest.mark.parametrize("headers, flags", [
    ([("Auto-Submitted", "auto-replied")], ()), ([("Precedence", "bulk")], ()), ([("List-Id", "<x.example>")], ()),
    ([("Return-Path", "<>")], ()), ([("X-Auto-Response-Suppress", "All")], ()), ([], ("--sender", "<>")),
])
def test_machines_get_no_answer(box, headers, flags):
    letters = len(box.letters())
    got = box.receive(message(subject=f"Fraværende {headers}{flags}", headers=headers), *flags)
    assert got["state"] == "ignored" and not got["case"] and len(box.letters()) == letters


def test_encrypted_mail_is_a_case_and_says_so(box):
    mail = message(subject="Krypteret", sender="krypt@demo-kommune.example").replace(b'Content-Type: text/plain; charset="utf-8"',
                                                            b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m")
    got = box.receive(mail)
    assert got["state"] == "filed" and any(n["code"] == "mail.encrypted" for n in got["notes"])
    assert "encrypted" in [text for _, subject, text in box.letters() if got["case"] in subject][0]


def test_an_application_as_toml_is_the_text_of_the_case(box):
    text = b'[application]\ntitle = "Fra dokumentet"\n'
    got = box.receive(message(subject="Emnet", documents=[("ansoegning.toml", "application/toml", text)]))
    assert box.instance.json("application", "show", got["case"], user="karl")["title"] == "Fra dokumentet"


def test_receipts_to_one_address_have_an_end(box):
    sender = "robot@loop.example"
    for i in range(7):
        box.receive(message(subject=f"Sag {i}", sender=sender))
    assert sum(to == sender for to, _, _ in box.letters()) == 5


def test_the_documents_can_be_had_as_they_came(box, tmp_path):
    got = box.receive(message(subject="Gem", documents=[PDF]))
    box.instance.fvm("application", "mail", "save", got["message"], "--to", tmp_path / "ud")
    assert (tmp_path / "ud" / "1-ansøgning.pdf").read_bytes() == PDF[2]
    assert hashlib.sha256((tmp_path / "ud" / "message.eml").read_bytes()).hexdigest() == got["sha256"]


def test_too_large_and_no_message(box):
    box.configure(message_bytes_max="2048")
    try:
        done = box.receive(message(subject="Stor", documents=[("a.pdf", "application/pdf", b"%PDF-" + os.urandom(4000))]), "--mail-server", check=False)
        assert done.returncode == 65
    finally:
        box.configure(message_bytes_max=str(25 << 20))
    got = box.receive(b"\0\1\2 not a mail at all")
    assert got["state"] == "unreadable" and got["reason"] == "mail.not_a_message"


def test_a_maildir_is_emptied_by_the_steward(box, tmp_path):
    for folder in "new", "cur", "tmp":
        (tmp_path / "mail" / folder).mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1.M1.host").write_bytes(message(subject="Fra maildir", documents=[PDF]))
    (tmp_path / "mail" / "new" / "2.M2.host").write_bytes(message(subject="Ubekræftet maildir", confirmed=False))
    box.configure(maildir=f'"{tmp_path / "mail"}"')
    box.instance.down()
    box.instance.up()
    subjects = lambda: {m["subject"]: m["state"] for m in box.instance.json("application", "mail", "list")["messages"]}
    box.instance.wait_for(lambda: subjects().get("Fra maildir") == "filed", seconds=60)
    box.instance.wait_for(lambda: subjects().get("Ubekræftet maildir") == "quarantined")
    assert not list((tmp_path / "mail" / "new").iterdir()) and len(list((tmp_path / "mail" / "cur").iterdir())) == 2
    box.configure(maildir='""')


@pytest.mark.parametrize("point", ["intake.bytes_kept", "intake.documents_kept", "casework.begun"])
def test_killed_anywhere_it_becomes_one_case(box, point):
    content = message(subject=f"Dræbt ved {point}", sender=f"{point}@demo-kommune.example")  # an address of its own: receipts are counted
    done = box.instance.fvm("application", "receive", check=False, crash_at=point, stdin=None, input=content, text=False)
    assert done.returncode == -9
    got = box.receive(content)
    if got["state"] == "kept":
        box.instance.fvm("application", "mail", "take")
        got = box.show(got["message"])
    assert got["state"] == "filed" and got["case"]
    listed = [m for m in box.instance.json("application", "mail", "list")["messages"] if m["subject"] == f"Dræbt ved {point}"]
    assert len(listed) == 1
    assert sum(got["case"] in subject for _, subject, _ in box.letters()) == 1


def test_without_a_launcher_the_message_is_kept_for_later(tmp_path):
    with Mailbox(tmp_path / "i") as box:
        box.instance.down()
        got = box.receive(message(subject="Senere"))
        assert got["state"] == "kept"
        box.instance.up()
        box.instance.fvm("application", "mail", "take")
        assert box.show(got["message"])["state"] == "filed"
