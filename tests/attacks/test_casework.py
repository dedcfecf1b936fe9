"""Hostile applications: what an applicant writes reaches mails, the store, the ledger and other people's screens."""
import json
import sqlite3

import pytest

from support.cases import APPLICATION, Cases, Post

INJECTION = "Svar\\r\\nBcc: eve@attacker.example\\r\\n\\r\\nHej"


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    with Cases(tmp_path_factory.mktemp("attacks")) as it:
        yield it


def test_a_title_cannot_begin_another_header(tmp_path):
    """Positive control: the same bytes, put into a mail without our composer, do reach the attacker's address."""
    import smtplib
    with Post(tmp_path) as post:
        with smtplib.SMTP("localhost", post.mail.port) as client:
            client.sendmail("a@example.org", ["b@example.org"],
                            ("Subject: " + INJECTION.encode().decode("unicode_escape") + "\r\n\r\n").encode())
        assert post.mail.mails()[-1]["bcc"] == "eve@attacker.example"
        number = post.cases.new(APPLICATION.replace("Type 2-diabetes i kommunerne", INJECTION))
        post.cases.do("submit", number, user="anna")
        post.start()
        post.wait_for_letter(number, "sent")
        mail = post.mail.mails()[-1]
        assert number in mail["subject"] and mail["bcc"] is None and mail["to"] == "anna@demo-kommune.example"
        assert post.mail.envelopes()[-1]["to"] == ["anna@demo-kommune.example"]


@pytest.mark.parametrize("address", ["anna@x.example\\r\\nBcc: eve@attacker.example", "a@x.example, eve@attacker.example", "<eve@attacker.example>",
                                     "-oQ/tmp@x.example x", "eve@attacker.example\\u0000@x.example"])
def test_an_address_that_is_more_than_one_is_none(cases, address):
    contact = 'contact = { name = "Anna Andersen", email = "anna@demo-kommune.example" }'
    assert contact in APPLICATION
    code, made = cases.run("new", cases.file(APPLICATION.replace(contact, f'contact = {{ name = "A", email = "{address}" }}')), user="anna")
    if code == 0:
        assert any(f["code"] == "application.bad_email" for f in made["findings"])
        assert cases.run("submit", made["case"], user="anna")[0] == 1
    else:
        assert code == 1 and made["findings"]


@pytest.mark.parametrize("number", ["' OR '1'='1", "FVM-2026-0001' --", "%", "FVM-2026-____", "../../etc/passwd", "", "x" * 100_000],
                         ids=["or", "comment", "percent", "underscores", "path", "empty", "long"])
def test_a_number_is_only_ever_looked_up(cases, number):
    """Positive control: the true number is found."""
    true = cases.submitted()
    assert cases.run("show", true, user="karl")[0] == 0
    assert cases.run("show", number, user="karl")[0] == 2
    assert cases.run("withdraw", number, "--text", "x", user="anna")[0] == 2
    assert cases.show(true)["state"] == "submitted"
    assert cases.instance.fvm("audit", "verify", check=False).returncode == 0


@pytest.mark.parametrize("text", ["a = " + "[" * 5000 + "]" * 5000, "a" + ".a" * 5000 + " = 1", "[[grant]]\n" * 30_000,
                                  "x = '" + "y" * 900_000 + "'", "\ufeff" + APPLICATION, "a = \"\\U00110000\"", "[a]\n[a]\n", "\x00" * 1000],
                         ids=["arrays", "dotted keys", "many grants", "long text", "byte order mark", "no character", "twice", "zeros"])
def test_bombs_are_findings(cases, text):
    path = cases.folder / "bomb.toml"
    path.write_text(text, encoding="utf-8")
    done = cases.instance.fvm("--json", "application", "new", path, user="anna", check=False, timeout=60)
    assert done.returncode in (0, 1, 2), (done.returncode, done.stderr[-300:])
    assert json.loads(done.stdout)


def test_what_people_wrote_is_not_in_the_ledger(cases):
    number = cases.under_assessment()
    secret = "patient 010203-1234 i sagen"
    cases.do("comment", number, "--internal", "--text", secret, user="karl")
    cases.do("decide", number, "--reject", "--text", secret, user="dorte")
    ledger = "".join(p.read_text() for p in (cases.instance.path / "audit").glob("ledger-*.jsonl"))
    assert number in ledger and "patient" not in ledger and "010203" not in ledger
    with sqlite3.connect(cases.instance.path / "store" / "fvm.sqlite") as store:  # the positive control: the case does hold it
        kept = store.execute("SELECT count(*) FROM casework_step WHERE words = ?", (secret,)).fetchone()[0]
    store.close()
    assert kept == 2


def test_no_way_round_four_eyes(cases):
    """One person with both roles: handle it, give it away, decide it."""
    fvm = cases.instance.fvm
    fvm("user", "add", "begge", "--institution", "10000009", "--role", "caseworker", "--role", "decision-maker")
    number = cases.submitted()
    cases.do("assign", number, "--to", "begge", user="begge")
    assert cases.run("decide", number, "--approve", "--text", "x", user="begge")[1]["error"] == "casework.not_decision_maker"
    cases.do("assign", number, "--to", "karl", user="begge")
    assert cases.run("decide", number, "--approve", "--text", "x", user="begge")[1]["error"] == "casework.not_decision_maker"
    other = cases.under_assessment()  # the positive control: a case that he never had
    assert cases.do("decide", other, "--approve", "--text", "x", user="begge")["state"] == "awaiting_agreement"


def test_a_closed_account_does_nothing(cases):
    fvm = cases.instance.fvm
    fvm("user", "add", "gerda", "--institution", "29189846", "--role", "applicant")
    number = cases.new(user="gerda")
    fvm("user", "close", "gerda", "--reason", "fratrådt")
    assert cases.run("submit", number, user="gerda")[0] == 2
    assert cases.run("show", number, user="gerda")[0] == 2
    assert cases.run("new", cases.file(), user="gerda")[0] in (1, 2)
