"""Deliveries that are unusual wait for an operator: what is held, what nobody is bothered with, deciding by command and through the API."""
import contextlib
import json
import re
import signal
import subprocess
import time

import pytest

from support import duck
from support.cases import ask_socket
from support.deliveries import CATALOGUE, deliver, fingerprint, mirror, put, text, visit
from support.instance import FVM, Instance
from support.settings import change

ROWS = 1200
BLOCK = 50_000  # of a long file, again and again


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("held") / "i", up=False) as instance:
        change(instance.path, **{"portal.port": str(instance.port)})
        instance.up()
        (instance.path / "inbox" / "c.toml").write_text(CATALOGUE)
        instance.fvm("catalogue", "import", instance.path / "inbox" / "c.toml")
        instance.fvm("institution", "add", "Styrelsen", "--cvr", "10150817")
        for name, role in (("olga", "operator"), ("anna", "analyst")):
            instance.fvm("user", "add", name, "--institution", "Styrelsen", "--role", role)
        yield instance


@pytest.fixture(autouse=True)
def a_usual_table(running):
    """The table as it is before each test, whatever the one before held."""
    for line in listed(running):
        if line["status"] == "held":
            running.fvm("delivery", "refuse", line["delivery"], "--reason", "end of a test")
    change(running.path, **{"deliver.hold": '"never"'})
    code, answer = deliver(running, put(running, content()), "--mode", "replace")
    assert code == 0, answer
    change(running.path, **{"deliver.hold": '"unusual"'})


serial = iter(range(100, 10_000))


def content(rows=ROWS, **change_all):
    """Different every time, or it would be recognised."""
    mark = next(serial)
    return text([visit(i, note=f"note {i} {mark}", **change_all) for i in range(rows)])


def listed(instance):
    return [json.loads(line) for line in instance.fvm("--json", "delivery", "list").stdout.splitlines()]


def count(instance):
    return int(mirror(instance, "SELECT count(*) FROM t")[0][0])


def actions(instance, number):
    records = [json.loads(line) for file in sorted((instance.path / "audit").glob("ledger-*.jsonl")) for line in file.read_text().splitlines()]
    return [record["action"] for record in records if record["subject"] == f"delivery {number}"]


def held(instance, body, *more):
    code, answer = deliver(instance, put(instance, body), "--mode", "replace", *more)
    assert code == 1 and answer["status"] == "held", answer
    return answer


def test_what_is_as_before_goes_in_without_anybody(running):
    code, answer = deliver(running, put(running, content(ROWS + 100)), "--mode", "replace")
    assert code == 0 and answer["status"] == "accepted" and count(running) == ROWS + 100


@pytest.mark.parametrize("body, rule", [(content(500), "deliver.odd_few_rows"), (content(3000), "deliver.odd_many_rows"),
                                        (content(ydernr=""), "deliver.odd_empty"), (content(day="2099-01-01"), "deliver.odd_future")],
                         ids=["cut off", "twice", "a column came empty", "dates to come"])
def test_what_is_unusual_waits_and_changes_nothing(running, body, rule):
    before, version = count(running), running.json("mirror", "freshness")
    answer = held(running, body)
    assert [finding["rule"] for finding in answer["findings"]] == [rule] and "fvm delivery" not in answer["findings"][0]["message"]
    assert count(running) == before and running.json("mirror", "freshness") == version
    line = next(line for line in listed(running) if line["delivery"] == answer["number"])
    assert line["status"] == "held" and len(line["why"]) == 1
    refused = running.fvm("deliver", "TST.visit", put(running, content()), check=False)
    assert refused.returncode == 2 and f"{answer['number']}" in refused.stderr, "the order of deliveries is kept"


def test_taken_in_it_stands_in_the_mirror_once(running):
    number = held(running, content(500))["number"]
    running.fvm("delivery", "take", number, "--reason", "registeret siger, at det er så", user="olga")
    assert count(running) == 500 and listed(running)[0]["status"] == "accepted"
    assert actions(running, number)[1:] == ["delivery.hashed", "delivery.held", "delivery.hold_lifted", "delivery.accepted"] or \
        actions(running, number) == ["delivery.started", "delivery.held", "delivery.hold_lifted", "delivery.accepted"]
    again = running.fvm("delivery", "take", number, "--reason", "igen", user="olga", check=False)
    assert again.returncode == 2 and count(running) == 500
    assert duck.table(running.path / "mirror" / "tst" / "visit", "SELECT count(DISTINCT id) FROM t")[0][0] == "500"


def test_refused_nothing_of_it_is_left(running):
    number = held(running, content(500))["number"]
    before = fingerprint(running)
    running.fvm("delivery", "refuse", number, "--reason", "filen var klippet over", user="olga")
    staged = f"/.staging/{number}/"
    assert any(staged in path for path in before) and not any(staged in path for path in fingerprint(running))
    assert {path: at for path, at in before.items() if staged not in path} == fingerprint(running)
    assert listed(running)[0]["status"] == "refused" and count(running) == ROWS
    code, _ = deliver(running, put(running, content()), "--mode", "replace")
    assert code == 0, "and the next one comes in"


def test_decided_in_the_portal_and_carried_out_by_the_steward(running):
    number = held(running, content(500))["number"]
    ask = lambda method, path, user, body=None: ask_socket(running, method, f"/api/v1/{path}", user, None if body is None else json.dumps(body))
    status, _, view = ask("GET", "operations", "olga")
    line = json.loads(view)["deliveries"][0]
    assert status == 200 and (line["delivery"], line["status"]) == (number, "held") and "500" in line["unusual"][0]["da"]
    assert ask("POST", f"deliveries/{number}/take", "anna", {"reason": "x"})[0] == 403
    assert ask("POST", f"deliveries/{number}/take", "olga", {"reason": ""})[0] == 400
    assert ask("POST", "deliveries/99999/take", "olga", {"reason": "x"})[0] == 400
    assert ask("POST", f"deliveries/{number}/take", "olga", {"reason": "efterset"})[0] == 200
    running.wait_for(lambda: count(running) == 500)
    assert next(line for line in listed(running) if line["delivery"] == number)["status"] == "accepted"


def stopped_in_the_middle(running, rows):
    """A delivery of so many, stopped when it has told how far it is: its file and process. None: it was over before that, as it tells
    twice a second."""
    head, rest = content(BLOCK).split("\n", 1)
    file = put(running, f"{head}\n{rest * (rows // BLOCK)}")
    process = subprocess.Popen([FVM, "--instance", running.path, "deliver", "TST.visit", file, "--mode", "replace"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        for note in (running.path / "jobs").glob("*.json"):
            with contextlib.suppress(FileNotFoundError):  # it has just ended
                if re.search(r'"done":[1-9].*"rows":[1-9]', note.read_text()):
                    process.send_signal(signal.SIGSTOP)
                    return file, process
        time.sleep(0.02)
    assert process.returncode == 0
    return None


def test_what_runs_is_told_with_how_far_it_is(running):
    """The delivery is stopped in the middle, looked at, and goes on. It is as large as this machine needs to be caught at it."""
    jobs = lambda user="olga": [job for job in json.loads(ask_socket(running, "GET", "/api/v1/operations", user)[2]).get("jobs", [])]
    assert jobs() == []
    change(running.path, **{"deliver.hold": '"never"'})
    sizes = (150_000, 1_000_000, 4_000_000)
    rows, (file, process) = next((rows, caught) for rows in sizes if (caught := stopped_in_the_middle(running, rows)))
    try:
        [job] = jobs()
        assert (job["kind"], job["subject"], job["unit"], job["total"]) == ("delivery", "TST.visit", "bytes", file.stat().st_size)
        assert 0 < job["done"] <= job["total"] and 0 < job["rows"] <= rows
        assert jobs("anna") == [], "operators alone are told"
    finally:
        process.send_signal(signal.SIGCONT)
    assert process.wait(timeout=60) == 0 and jobs() == [] and count(running) == rows


def test_the_catalogue_changed_while_it_waited(running):
    """Its files were written for a table that is another one now: given up, and the register delivers again."""
    number = held(running, content(500))["number"]
    changed = running.path / "inbox" / "changed.toml"
    changed.write_text(CATALOGUE.replace('{ name = "count", type = "integer" }', '{ name = "count", type = "decimal" }'))
    running.fvm("catalogue", "import", changed)
    running.fvm("delivery", "take", number, "--reason", "x", user="olga", check=False)
    assert next(line for line in listed(running) if line["delivery"] == number)["status"] == "abandoned" and count(running) == ROWS
    running.fvm("catalogue", "import", running.path / "inbox" / "c.toml")
