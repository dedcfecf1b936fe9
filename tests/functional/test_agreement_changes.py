"""Agreements after access has begun: amendment, extension, closing."""
import re
import shutil

import pytest

from support import applications, duck
from support.applications import (PERSONS, VISITS, ORDERED, accept_all, agreements, answer, application, codes, decide, grant, user, write)
from support.projects import column, filled

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
