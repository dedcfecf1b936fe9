"""Agreements after access has begun: amendment, extension, closing."""
import json
import re
import shutil
import subprocess

import pytest

from support import applications, duck
from support.applications import (PERSONS, VISITS, ORDERED, accept_all, agreements, answer, application, codes, decide, grant, user, write)
from support.instance import FVM
from support.projects import FINDING, column, filled

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="needs libreoffice-writer-nogui")
NARROW = VISITS.replace("from = 2000-01-01", "from = 2020-01-01").replace(', "diagnosis"', "")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with filled(tmp_path_factory.mktemp("changes") / "i") as instance:
        applications.settle(instance)
        yield instance


def active(instance, text=None):
    number = grant(instance, text)
    accept_all(instance, number)
    assert instance.json("application", "show", number, user="anna")["state"] == "active"
    return number


def child(instance, verb, number, text):
    """An amendment or extension with that text, handed in."""
    made = instance.json("application", verb, number, "--text", "Vi har brug for det", user="anna")
    instance.fvm("application", "save", made["case"], write(instance, text), user="anna")
    instance.fvm("application", "submit", made["case"], user="anna")
    return made["case"]


def state(instance, number):
    return instance.json("application", "show", number, user="anna")["state"]


def on_disk(instance, number):
    files = sorted((instance.path / "projects" / number / "data").rglob("*.parquet"))
    return {(file.parent.name, name) for file in files
            for (name,) in duck.rows(f"SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet('{file}'))")}


def test_an_amendment_changes_the_same_project_when_it_is_accepted(running):
    number = active(running)
    before = column(running, number, "person", "pnr")
    more = application(grants=PERSONS + VISITS.replace('"diagnosis"', '"diagnosis", "amount"') + ORDERED)
    change = child(running, "amend", number, more)
    assert state(running, number) == "amended"
    decide(running, change)
    assert ("visit", "amount") not in on_disk(running, number), "the former agreement holds until the new one is accepted"
    asked = agreements(running, change)
    assert asked["project"] == number and asked["version"] == 2
    accept_all(running, change)
    assert ("visit", "amount") in on_disk(running, number)
    assert column(running, number, "person", "pnr") == before, "the same pseudonyms"
    assert state(running, number) == "active" and state(running, change) == "closed"
    assert running.json("project", "show", number)["specification_sha256"] == asked["specification_sha256"]


def test_whoever_accepted_the_same_text_is_not_asked_again(running):
    number = active(running)
    change = child(running, "amend", number, application(users=(user("Ulla"), user("Ib"))))
    decide(running, change)
    asked = {(each["kind"], each["name"]): (each["state"], each["how"]) for each in agreements(running, change)["agreements"]}
    assert asked == {("data_processing", "Signe"): ("open", "none"), ("disclosure", "Signe"): ("open", "none"),
                     ("user_declaration", "Ulla"): ("accepted", "earlier"), ("user_declaration", "Ib"): ("open", "none")}
    assert running.json("project", "show", number)["members"] == ["ulla"]
    accept_all(running, change)
    assert running.json("project", "show", number)["members"] == ["ib", "ulla"]


def test_a_narrowed_agreement_leaves_nothing_of_the_wider_one(running):
    number = active(running, application(users=(user("Ulla"), user("Ib"))))
    assert ("visit", "diagnosis") in on_disk(running, number), "positive control"
    change = child(running, "amend", number, application(grants=PERSONS + NARROW, users=(user("Ib"),)))
    decide(running, change)
    accept_all(running, change)
    assert on_disk(running, number) == {("person", "pnr"), ("visit", "pnr"), ("visit", "id"), ("visit", "day")}
    assert running.json("project", "show", number)["members"] == ["ib"]
    assert running.fvm("session", number, "--", "true", user="ulla", check=False).returncode == 1


def test_an_amendment_that_is_given_up_changes_nothing(running):
    number = active(running)
    before = running.json("project", "show", number)
    change = child(running, "amend", number, application(grants=PERSONS))
    decide(running, change)
    sentence = codes(running, change)
    running.fvm("application", "withdraw", change, user="anna")
    assert answer(running, sentence["signe@demo.example"], "signe@demo.example", check=False).returncode == 1
    assert running.json("project", "show", number) == before and state(running, number) == "active"


def test_an_extension_carries_the_project_on(running):
    number = active(running, application(period="{ from = 2020-01-01, to = 2098-12-31 }"))
    before = column(running, number, "person", "pnr")
    longer = child(running, "extend", number, application())
    assert re.fullmatch(r"FVM-\d{4}-\d{4}", longer) and longer != number, "a new application"
    decide(running, longer)
    assert {each["state"] for each in agreements(running, longer)["agreements"]} == {"open"}, "everybody declares anew"
    accept_all(running, longer)
    assert state(running, number) == "closed" and state(running, longer) == "active"
    project = running.json("project", "show", number)
    assert project["state"] == "open" and project["valid_to"] == "2099-12-31"
    assert column(running, number, "person", "pnr") == before


def test_closing_ends_the_access(running):
    number = active(running)
    assert running.fvm("session", number, "--", "true", user="ulla").returncode == 0, "positive control"
    running.fvm("application", "close", number, "--text", "Opgaven er løst", user="anna")
    assert running.json("project", "show", number)["state"] == "closed"
    assert running.fvm("session", number, "--", "true", user="ulla", check=False).returncode == 1
    assert not (running.path / "projects" / number / "data").exists()


# --- somebody is at work when the agreement changes


def at_work(instance, number, account):
    """A session whose command runs."""
    session = subprocess.Popen([str(FVM), "--instance", str(instance.path), "--as", account, "session", number, "--", "sh", "-c",
                                f"touch /work/{account}; exec sleep 1000"], env=instance.environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    instance.wait_for((instance.path / "projects" / number / "work" / account).exists)
    return session


def changed(instance, number, text):
    """An amendment that everybody accepts; what the ledger then says of sessions that were stopped."""
    change = child(instance, "amend", number, text)
    decide(instance, change)
    accept_all(instance, change)
    records = []
    for path in sorted((instance.path / "audit").glob("ledger-*.jsonl")):
        records += [json.loads(line) for line in path.read_text().splitlines()]
    return [(r["facts"]["user"], r["facts"]["reason"], r["actor"]) for r in records
            if r["action"] == "session.stopped" and r["facts"]["project"] == number]


@pytest.fixture
def busy(running):
    number = active(running, application(users=(user("Ulla"), user("Ib"))))
    ulla, ib = at_work(running, number, "ulla"), at_work(running, number, "ib")
    yield number, ulla, ib
    for session in (ulla, ib):
        session.kill()
        session.wait()


def test_a_user_who_is_taken_out_is_out_at_once(running, busy):
    number, ulla, ib = busy
    assert changed(running, number, application(users=(user("Ib"),))) == [("ulla", "enclave.not_member", "fvm-agreement")]
    assert ulla.wait(20) == 137
    assert ib.poll() is None, "the others go on"


def test_sessions_that_see_more_than_is_granted_now_end_at_once(running, busy):
    number, ulla, ib = busy
    both = (user("Ulla"), user("Ib"))
    stopped = changed(running, number, application(grants=PERSONS + NARROW + ORDERED, users=both))
    assert sorted(stopped) == [("ib", "enclave.former_data", "fvm-agreement"), ("ulla", "enclave.former_data", "fvm-agreement")]
    assert ulla.wait(20) == 137 and ib.wait(20) == 137
    seen = running.fvm("session", number, "--", "psql", "-At", "-c", "SELECT * FROM tst.visit LIMIT 0", "-c",
                       "SELECT column_name FROM information_schema.columns WHERE table_name = 'visit'", user="ulla").stdout.split()
    assert sorted(seen) == ["day", "id", "pnr"], "a new session sees what is granted now"


def test_more_disturbs_nobody(running, busy):
    """A table and a user more: who is at work goes on with what he had."""
    number, ulla, ib = busy
    wider = application(grants=PERSONS + VISITS + FINDING + ORDERED, users=(user("Ulla"), user("Ib"), user("Per")))
    assert changed(running, number, wider) == []
    assert ulla.poll() is None and ib.poll() is None
    assert running.json("project", "show", number)["members"] == ["ib", "per", "ulla"]
