"""kill -9 when what follows a step of an agreed case was done and not crossed off: carried on, and nothing done twice."""
import json
import shutil
import sqlite3

import pytest

from support import applications
from support.applications import (PERSONS, VISITS, ORDERED, accept_all, agreements, application, codes, decide, grant, submit, user, write)
from support.projects import filled

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="needs libreoffice-writer-nogui")
NARROW = application(grants=PERSONS + VISITS.replace(', "diagnosis"', ""), users=(user("Ib"),))


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with filled(tmp_path_factory.mktemp("crashes") / "i") as instance:
        applications.settle(instance)
        yield instance


def assessed(instance):
    number = submit(instance)
    instance.fvm("application", "assign", number, "--to", "karl", user="karl")
    return number, number, ("application", "decide", number, "--approve", "--text", "Ja"), "dorte"


def first_signature(instance):
    number = grant(instance)
    agreements(instance, number)
    return number, number, ("application", "accept", number), "signe"


def mailed(instance, case, name):
    """The last answer, as it arrives by mail."""
    sentence = codes(instance, case)[f"{name}@demo.example"]
    instance.fvm("application", "accept", case, user="signe")
    file = instance.path / "inbox" / f"{case}.txt"
    file.write_text(sentence, encoding="utf-8")
    return ("application", "accept-mail", "--from", f"{name}@demo.example", file)


def last_signature(instance):
    number = grant(instance)
    agreements(instance, number)
    return number, number, mailed(instance, number, "ulla"), None


def active(instance):
    number = grant(instance)
    accept_all(instance, number)
    return number


def change(instance):
    number = active(instance)
    made = instance.json("application", "amend", number, "--text", "Mindre", user="anna")["case"]
    instance.fvm("application", "save", made, write(instance, NARROW), user="anna")
    instance.fvm("application", "submit", made, user="anna")
    decide(instance, made)
    agreements(instance, made)
    return number, made, mailed(instance, made, "ib"), None


def closing(instance):
    number = active(instance)
    return number, number, ("application", "close", number, "--text", "Løst"), "anna"


def records(instance, number, start):
    out = []
    for path in sorted((instance.path / "audit").glob("ledger-*.jsonl")):
        out += [json.loads(line) for line in path.read_text().splitlines()]
    return [r for r in out if r["subject"] == number and r["action"].startswith(start)]


def followed(instance):
    with sqlite3.connect(f"file:{instance.path}/store/fvm.sqlite?mode=ro", uri=True) as store:
        left = store.execute("SELECT count(*) FROM casework_pending").fetchone()[0]
    store.close()
    return left == 0


def shape(instance, project, case):
    """All that came of it, but for numbers and times."""
    shown = instance.json("application", "show", case, user="karl")
    made = agreements(instance, case)
    built = instance.fvm("--json", "project", "show", project, check=False)
    about = json.loads(built.stdout) if built.returncode == 0 else {}
    clean = lambda text: str(text).replace(case, "C").replace(project, "P")
    return {"state": shown["state"], "parent": instance.json("application", "show", project, user="karl")["state"],
            "history": [(step["event"], step["to"]) for step in shown["history"]],
            "letters": sorted((letter["to"], clean(letter["subject"])) for letter in shown["letters"]),
            "told": sorted((notice["audience"], clean(notice["en"])) for notice in shown["notices"]),
            "agreements": [(each["kind"], each["name"], each["state"], each["how"], each["account"]) for each in made["agreements"]],
            "version": made["version"], "in_force": made["in_force"],
            "project": {key: about.get(key) for key in ("state", "version", "persons", "members")},
            "ended": [r["action"] for r in records(instance, project, "project.") if r["action"] in ("project.closed", "project.amended", "project.created")]}


# What stands behind each, and which passing of the point it is.
POINTS = [("approve", assessed, "casework.after_step"), ("sign", first_signature, "casework.after_step"),
          ("activate", last_signature, "casework.after_step:1"), ("sign, the last", last_signature, "casework.after_step:2"),
          ("adopt", change, "casework.after_step:1"), ("resume", change, "casework.after_step:2"),
          ("close", closing, "casework.after_step")]


@pytest.mark.parametrize("prepare,point", [(prepare, point) for _, prepare, point in POINTS], ids=[name for name, _, _ in POINTS])
def test_killed_behind_what_follows_it_is_done_once(running, expected, prepare, point):
    project, case, command, who = prepare(running)
    killed = running.fvm(*command, user=who, crash_at=point, check=False)
    assert killed.returncode == -9, killed.stdout + killed.stderr
    running.wake_steward()
    running.wait_for(lambda: followed(running), 90)
    again = running.fvm(*command, user=who, check=False)
    assert again.returncode != 0, "it was taken"
    assert shape(running, project, case) == expected(prepare)
    events = [r["facts"]["event"] for r in records(running, case, "casework.followed")]
    for event in ("approve", "activate", "adopt", "close"):
        assert events.count(event) == [step["event"] for step in running.json("application", "show", case, user="karl")["history"]].count(event)
    assert running.fvm("audit", "verify").returncode == 0


@pytest.fixture(scope="module")
def expected(running):
    """What comes of the same when nobody is killed."""
    known = {}

    def of(prepare):
        if prepare not in known:
            project, case, command, who = prepare(running)
            running.fvm(*command, user=who)
            running.wait_for(lambda: followed(running), 90)
            running.fvm(*command, user=who, check=False)
            known[prepare] = shape(running, project, case)
        return known[prepare]
    return of
