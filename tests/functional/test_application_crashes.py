"""kill -9 between any two steps of a case: nothing is lost, done twice or skipped."""
import sqlite3
import subprocess

import pytest

from support.cases import APPLICATION, Cases, Post
from support.instance import BIN
from support.mail import attachments


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    with Cases(tmp_path_factory.mktemp("crashes")) as it:
        yield it


def crash(cases, at, *words, user):
    done = cases.instance.fvm("application", *words, user=user, check=False, crash_at=at)
    assert done.returncode == -9, f"did not reach {at}: {done.stdout}{done.stderr}"


def whole(cases):
    """The ledger's files follow the store, and every step stands there once."""
    assert cases.instance.fvm("audit", "verify", check=False).returncode == 0


class TestKilled:
    def test_after_a_case_was_begun_it_is_there_once(self, cases):
        before = {c["case"] for c in cases.do("list", user="anna")["cases"]}
        crash(cases, "casework.begun", "new", cases.file(), user="anna")
        after = {c["case"] for c in cases.do("list", user="anna")["cases"]}
        assert len(after - before) == 1
        assert cases.show((after - before).pop(), "anna")["state"] == "draft"
        whole(cases)

    def test_while_the_text_is_checked_nothing_was_handed_in(self, cases):
        number = cases.new()
        crash(cases, "casework.checked", "submit", number, user="anna")
        shown = cases.show(number, "anna")
        assert shown["state"] == "draft" and shown["submitted_version"] == 0 and not shown["letters"]
        assert cases.do("submit", number, user="anna")["state"] == "submitted"
        whole(cases)

    @pytest.mark.parametrize("point", ["audit.after_commit", "casework.stepped"])
    def test_after_a_step_it_is_taken_once_with_its_letter(self, cases, point):
        number = cases.new()
        crash(cases, point, "submit", number, user="anna")
        shown = cases.show(number, "anna")
        assert shown["state"] == "submitted" and len(shown["letters"]) == 1
        again = cases.run("submit", number, user="anna")
        assert again[0] == 1 and again[1]["error"] == "casework.not_allowed"
        assert len(cases.show(number, "anna")["letters"]) == 1
        taken = [r["action"] for r in cases.records() if r["subject"] == number and r["action"] != "casework.followed"]
        assert taken == ["casework.begun", "casework.submit", "casework.refused"]
        whole(cases)

    @pytest.mark.parametrize("point", ["audit.after_commit", "casework.stepped"])
    def test_a_decision_is_taken_once(self, cases, point):
        number = cases.under_assessment()
        crash(cases, point, "decide", number, "--reject", "--text", "Ikke statistik", user="dorte")
        assert cases.show(number)["state"] == "rejected"
        assert cases.run("decide", number, "--approve", "--text", "Fortrudt", user="dorte")[0] == 1
        assert [s["event"] for s in cases.show(number)["history"]].count("reject") == 1
        whole(cases)


@pytest.fixture
def post(tmp_path):
    with Post(tmp_path) as it:
        yield it


class TestLetters:
    def test_a_letter_arrives_in_both_languages_with_what_was_asked(self, post):
        number = post.cases.under_assessment()
        post.cases.do("request", number, "--text", "Hvorfor Ærø?", user="karl")
        post.start()
        post.wait_for_letter(number, "sent")
        mails = post.mail.mails()
        assert len(mails) == 2 and {m["to"] for m in mails} == {"anna@demo-kommune.example"}
        text = mails[1].get_body().get_content()
        assert number in mails[1]["subject"] and "Hvorfor Ærø?" in text and "Vi kan ikke gå videre" in text and "We cannot go on" in text
        assert attachments(mails[1]) == {} and post.mail.envelopes()[1]["encrypted"]
        assert [r["action"] for r in post.cases.records("letter.")] == ["letter.opened", "letter.sent"] * 2

    @pytest.mark.parametrize("point,copies", [("letter.opened", 1), ("letter.sent", 2)])
    def test_a_courier_that_was_killed_sends_it_again_with_the_same_message_id(self, post, point, copies):
        number = post.cases.submitted()
        post.start(crash_at=point)
        assert post.program.wait(30) == -9
        post.start()
        post.wait_for_letter(number, "sent")
        mails = post.mail.mails()
        assert len(mails) == copies and len({m["message-id"] for m in mails}) == 1

    def test_a_silent_server_is_tried_again_and_one_that_refuses_ends_it(self, post):
        number = post.cases.submitted()
        post.mail.answer("rcpt 451")
        post.start()
        post.cases.instance.wait_for(lambda: any(r["action"] == "letter.deferred" for r in post.cases.records("letter.")), 30)
        post.mail.answer("rcpt 550")
        post.wait_for_letter(number, "failed", 60)
        notices = post.cases.show(number)["notices"]
        assert any(n["audience"] == "role:caseworker" and "could not be delivered" in n["en"] for n in notices)
        assert not post.mail.mails()


# --- killed when everything that follows a step was done, and not yet crossed off


AFTER = APPLICATION.replace("from = 2015-01-01", "from = 2018-01-01")
TO_DECISION = [("anna", "submit"), ("karl", "assign", "--to", "karl"), ("karl", "request", "--text", "Begrund perioden"),
               ("anna", "comment", "--text", "Svar følger"), ("anna", "save", "{after}"), ("anna", "answer", "--text", "Afkortet"),
               ("karl", "comment", "--internal", "--text", "Bedre nu"), ("karl", "ask", "--to", "kirsten", "--text", "Enig?"),
               ("kirsten", "opinion", "--text", "Ja"), ("karl", "recommend", "approve", "--text", "Nødvendigt")]
APPROVED = TO_DECISION + [("dorte", "decide", "--approve", "--text", "Betingelserne er opfyldt")]
WALKS = {"approved and reopened": APPROVED + [("dorte", "reopen", "--text", "En fejl"), ("dorte", "decide", "--reject", "--text", "Ikke statistik")],
         "withdrawn": TO_DECISION[:2] + [("anna", "withdraw", "--text", "Ikke nødvendigt")],
         "changed, carried on and closed": APPROVED + ["active", ("anna", "amend", "--text", "En bruger mere"), ("anna", "extend", "--text", "Et år mere"),
                                                       ("anna", "close", "--text", "Opgaven er løst")]}


def walk(cases, steps, at=None):
    """A case that takes these steps, each killed at that point; what became of it and of the cases that it made."""
    number = cases.new()
    for step in steps:
        if step == "active":  # no program that makes projects runs here
            force(cases, number)
            continue
        user, verb, *words = step
        words = [verb, number, *(str(cases.file(AFTER, "after.toml")) if word == "{after}" else word for word in words)]
        # What follows an approval, the agreements, needs a launcher: test_agreement_crashes.py.
        if at and not (at == "casework.after_step" and "--approve" in words):
            crash(cases, at, *words, user=user)
        else:
            cases.do(*words, user=user)
    return shape(cases, number)


def force(cases, number, until="2099-11-30"):
    with sqlite3.connect(cases.instance.path / "store" / "fvm.sqlite", timeout=30) as store:
        store.execute("UPDATE casework_case SET state = 'active', in_force_version = submitted_version WHERE number = ?", (number,))
        store.execute("UPDATE casework_version SET text = replace(text, '2099-11-30', ?) WHERE case_id = "
                      "(SELECT id FROM casework_case WHERE number = ?)", (until, number))
    store.close()


def pending(cases):
    with sqlite3.connect(f"file:{cases.instance.path}/store/fvm.sqlite?mode=ro", uri=True) as store:
        out = store.execute("SELECT s.event FROM casework_pending p JOIN casework_step s ON s.id = p.step").fetchall()
    store.close()
    return [event for (event,) in out]


def shape(cases, number):
    """All of a case but its number and the times."""
    shown = cases.show(number, "anna")
    said = lambda rows, *names: [tuple(str(row.get(name)).replace(number, "N") for name in names) for row in rows]
    inside = cases.show(number)  # a caseworker, who sees everything
    return {"state": shown["state"], "versions": (shown["version"], shown["submitted_version"], shown["in_force_version"]),
            "history": said(inside["history"], "event", "from", "to", "version", "words", "subject"),
            "letters": sorted(said(shown["letters"], "to", "subject")), "told": sorted(said(inside["notices"], "audience", "en")),
            "children": [(child.replace(number, "N")[:1], cases.show(child, "anna")["state"]) for child in shown["children"]],
            "records": [r["action"] for r in cases.records() if r["subject"] == number and r["action"] not in ("casework.followed", "casework.refused")]}


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    with Cases(tmp_path_factory.mktemp("followed")) as it:
        yield it


@pytest.mark.parametrize("point", ["casework.after_step", "casework.stepped"])
@pytest.mark.parametrize("name", WALKS)
def test_each_step_killed_behind_it_makes_a_case_like_any_other(followed, name, point):
    expected = walk(followed, WALKS[name])
    assert walk(followed, WALKS[name], at=point) == expected
    whole(followed)


class Steward:
    """A steward of our own, which may be told where to die."""

    def __init__(self, cases):
        self.cases = cases

    def run(self, until=None, crash_at=None):
        environment = dict(self.cases.instance.environment, **({"FVM_CRASH_AT": crash_at} if crash_at else {}))
        with open(self.cases.instance.path / "log" / "fvm-steward.log", "ab") as log:
            program = subprocess.Popen([BIN / "fvm-steward", "--instance", self.cases.instance.path], env=environment, stderr=log, stdout=log,
                                       stdin=subprocess.DEVNULL)
        try:
            if crash_at:
                assert program.wait(60) == -9
            else:
                self.cases.instance.wait_for(until, 60)
        finally:
            program.kill()
            program.wait()


@pytest.mark.parametrize("end", ["close", "expire"])
def test_an_end_that_was_cut_off_is_followed_once_by_the_steward(tmp_path, end):
    """The steward is killed too, before and behind what follows; the next one does it, and then nobody again."""
    with Cases(tmp_path) as cases:
        steward = Steward(cases)
        number = cases.under_assessment()
        cases.do("decide", number, "--approve", "--text", "Opfyldt", user="dorte")
        force(cases, number, "2026-02-01" if end == "expire" else "2099-11-30")
        with sqlite3.connect(cases.instance.path / "store" / "fvm.sqlite", timeout=30) as store:
            store.execute("DELETE FROM casework_pending")  # of the approval, whose agreements nobody can make here
        store.close()
        if end == "close":
            crash(cases, "casework.stepped", "close", number, "--text", "Løst", user="anna")
        else:
            steward.run(crash_at="casework.stepped")
        assert cases.show(number)["state"] == "closed" and pending(cases) == [end]
        steward.run(crash_at="casework.after_step")
        assert pending(cases) == [end], "not crossed off, so it is done again"
        steward.run(until=lambda: pending(cases) == [])
        ends = [r for r in cases.records("casework.followed") if r["subject"] == number and r["facts"]["event"] == end]
        assert len(ends) == 1 and [step["event"] for step in cases.show(number)["history"]].count(end) == 1
        assert len([n for n in cases.show(number)["notices"] if n["audience"] in ("anna", "karl")]) == len(
            {(n["audience"], n["en"]) for n in cases.show(number)["notices"] if n["audience"] in ("anna", "karl")}), "nobody is told twice"
        whole(cases)
