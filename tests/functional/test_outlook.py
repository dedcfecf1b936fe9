"""What sending would lead to, told before anything is sent: watched outboxes, the API, and that it sends, keeps and counts nothing."""
import hashlib
import json
import os
import threading
import time
import urllib.parse

import pytest

from support.house import PROJECT, PSEUDONYMS, House

HARMLESS = "gruppe;antal\nA;120\nB;55\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("outlook")) as it:
        it.start("fvm-steward")
        it.portal()
        yield it


@pytest.fixture(autouse=True)
def empty(house):
    for path in house.outbox().iterdir():
        path.unlink()


def outbox(house, user="anna", together=None):
    query = "" if together is None else "?files=" + urllib.parse.quote(json.dumps(together))
    status, shown = house.ask("GET", f"projects/{PROJECT}/outbox" + query, user)
    assert status == 200, shown
    return shown


def answers(house, **more):
    return {each["name"]: each["outlook"]["answer"] for each in outbox(house, **more)["files"]}


def settled(house, seconds=20, **more):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        shown = outbox(house, **more)
        if all(each["outlook"]["answer"] != "pending" for each in shown["files"]):
            return shown
        time.sleep(0.1)
    raise AssertionError(shown)


def file(shown, name):
    return next(each for each in shown["files"] if each["name"] == name)


def traces(house):
    """What an attempt would leave behind."""
    kept = sorted(p for p in (house.instance.path / "kept").rglob("*") if p.is_file())
    return kept, house.instance.json("release", "list", PROJECT, user="olga"), len(house.actions())


def test_the_answers_and_why_cell_by_cell(house):
    house.put("ok.csv", HARMLESS)
    house.put("lille.csv", "gruppe;antal\nA;120\nB;2\n")
    house.put("person.csv", f"id;x\n{PSEUDONYMS[0]};7\n")
    house.put("stor.csv", "x" * (11 << 20))
    shown = settled(house)
    assert file(shown, "ok.csv")["outlook"] | {"da": "", "en": ""} == {"answer": "person", "reviewers": 1, "da": "", "en": "", "why": None, "so_far": None}
    person = file(shown, "person.csv")
    assert person["outlook"]["answer"] == "refused"
    assert 2 in [f["row"] for f in person["findings"] if f["severity"] == "block"]
    small = file(shown, "lille.csv")
    assert any((f["row"], f["column"]) == (3, 2) for f in small["findings"]), small["findings"]
    assert file(shown, "stor.csv")["outlook"]["answer"] == "refused" and file(shown, "stor.csv")["findings"][0]["rule"] == "too_large"
    assert str(PSEUDONYMS[0]) not in json.dumps(shown), "shapes, never values"
    assert shown["recipients"] == ["@kommune.dk", "ren@region.dk"]


def test_what_it_says_is_what_sending_leads_to(house):
    """The control of all of it: the same file sent meets the same check."""
    for name, content in (("a.csv", HARMLESS), ("b.csv", f"id;x\n{PSEUDONYMS[0]};7\n")):
        house.put(name, content)
    shown = settled(house)
    for name, state in (("a.csv", "in_review"), ("b.csv", "blocked")):
        sent = json.loads(house.send(name).stdout)
        assert sent["state"] == state
        assert sent["files"][0]["findings"] == file(shown, name)["findings"]
        assert sent["files"][0]["sha256"] == file(shown, name)["sha256"]


def test_nothing_is_sent_kept_or_counted(house):
    before = traces(house)
    house.put("person.csv", f"id;x\n{PSEUDONYMS[0]};7\n")
    assert file(settled(house), "person.csv")["outlook"]["answer"] == "refused"
    assert traces(house) == before
    house.send("person.csv")
    assert traces(house) != before, "the control: an attempt is kept and on record"


def test_what_is_saved_is_answered_by_itself(house):
    """How soon: ./run bench outlook."""
    settled(house)
    for i in range(3):
        house.put(f"t{i}.csv", HARMLESS.replace("120", str(1200 + i)))
        end = time.monotonic() + 30
        while answers(house).get(f"t{i}.csv", "pending") == "pending" and time.monotonic() < end:
            time.sleep(0.05)
        assert answers(house)[f"t{i}.csv"] == "person"


def test_a_file_that_changes_is_looked_at_again(house):
    house.put("t.csv", HARMLESS)
    first = file(settled(house), "t.csv")
    assert first["outlook"]["answer"] == "person"
    path = house.put("t.csv", f"id;x\n{PSEUDONYMS[0]};7\n")
    os.utime(path, (0, 0))  # nor does it help to set the clock back
    end = time.monotonic() + 10
    while answers(house)["t.csv"] != "refused" and time.monotonic() < end:
        time.sleep(0.1)
    again = file(outbox(house), "t.csv")
    assert again["outlook"]["answer"] == "refused" and again["sha256"] != first["sha256"]


def test_the_answer_is_never_of_other_bytes_than_its_digest(house):
    """Two contents of one length change places in the same file all the while: whatever is told fits the digest beside it."""
    harmless, bad = HARMLESS.encode(), f"id;x\n{PSEUDONYMS[0]};7\n".encode()
    bad += b"\n" * (len(harmless) - len(bad))
    fitting = {hashlib.sha256(harmless).hexdigest(): "person", hashlib.sha256(bad).hexdigest(): "refused"}
    path = house.put("x.csv", harmless)
    stop = threading.Event()

    def swap():
        i = 0
        while not stop.is_set():
            with open(path, "r+b") as it:
                it.write(bad if i % 2 else harmless)
            i += 1
            time.sleep(0.03)
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        seen = set()
        end = time.monotonic() + 6
        while time.monotonic() < end:
            each = file(outbox(house), "x.csv")
            if each["sha256"]:
                seen.add((each["sha256"], each["outlook"]["answer"]))
    finally:
        stop.set()
        thread.join()
    assert seen <= set(fitting.items()), seen
    house.put("x.csv", bad)
    assert file(settled(house), "x.csv")["outlook"]["answer"] == "refused", "the control: at rest it is told"


def test_the_same_bytes_are_scanned_once(house):
    def scans():
        return house.log("fvm-launcher").count("scan")
    house.put("en.csv", HARMLESS + "C;77\n")
    settled(house)
    before = scans()
    assert before > 0
    os.utime(house.outbox() / "en.csv")
    time.sleep(1.2)
    assert file(settled(house), "en.csv")["outlook"]["answer"] == "person"
    assert scans() == before
    house.put("en.csv", HARMLESS + "C;78\n")
    time.sleep(1.2)
    settled(house)
    assert scans() > before, "the control"


def test_what_is_no_file_is_refused_and_not_followed(house):
    secret = house.instance.path / "config.toml"
    os.symlink(secret, house.outbox() / "link.csv")
    os.mkfifo(house.outbox() / "pipe.csv")
    (house.outbox() / "mappe").mkdir()
    with open(os.fsencode(house.outbox()) + b"/\xff.csv", "w") as bad:
        bad.write(HARMLESS)
    try:
        shown = settled(house)
        told = {each["name"]: (each["outlook"]["answer"], each["outlook"]["why"]["code"], each["sha256"]) for each in shown["files"]}
        assert told == {"": ("refused", "release.bad_file_name", ""), "link.csv": ("refused", "release.not_a_file", ""),
                        "pipe.csv": ("refused", "release.not_a_file", ""), "mappe": ("refused", "release.not_a_file", "")}
    finally:
        (house.outbox() / "mappe").rmdir()


def test_rows_dealt_out_over_files_are_seen_together(house):
    """Each alone is a table of counts; their totals differ by one person."""
    house.put("a.csv", "gruppe;antal\nA;120\nB;55\nI alt;175\n")
    house.put("b.csv", "gruppe;antal\nA;120\nB;56\nI alt;176\n")
    shown = settled(house)
    together = outbox(house, together=["a.csv", "b.csv"])["together"]
    assert together["files"] == ["a.csv", "b.csv"] == shown["together"]["files"]
    sent = json.loads(house.send("a.csv", "b.csv").stdout)
    own = file(shown, "a.csv")["findings"]
    assert sent["files"][0]["findings"] == own + together["findings"]
    assert outbox(house, together=["a.csv", "findes-ikke.csv"])["together"] is None


def test_nobody_sees_anothers_outbox(house):
    house.put("hemmelig.csv", HARMLESS)
    assert "hemmelig.csv" in answers(house), "the control"
    assert answers(house, user="bo") == {}
    for user in ("eve", "rita", "olga"):
        status, problem = house.ask("GET", f"projects/{PROJECT}/outbox", user)
        assert status == 403 and "hemmelig" not in json.dumps(problem), user
        there, nowhere = (house.ask("GET", f"projects/{each}/outbox", user) for each in (PROJECT, "FVM-2026-9999"))
        assert json.dumps(there[1]).replace(PROJECT, "P") == json.dumps(nowhere[1]).replace("FVM-2026-9999", "P"), user
    assert house.ask("GET", f"projects/{PROJECT}/outbox", None)[0] == 401


def test_sending_from_the_browser(house):
    house.put("t.csv", HARMLESS)
    status, begun = house.ask("POST", f"projects/{PROJECT}/releases", body={
        "files": ["t.csv"], "recipient": "mia@kommune.dk", "purpose": "Tabel 1", "declared": True})
    assert status == 201 and begun["state"] == "staged" and begun["author"] == "anna"
    house.wait_for_state(begun["release"], "in_review", seconds=10)
    numbers = [each["release"] for each in house.ask("GET", f"releases?project={PROJECT}")[1]["releases"]]
    assert begun["release"] in numbers and house.ask("GET", "releases?project=FVM-2026-9999")[1]["releases"] == []
    assert house.ask("POST", f"releases/{begun['release']}/review", "rita", {"verdict": "return", "reason": "række 2"})[0] == 200
    house.put("t2.csv", "gruppe;antal\nA;120\n")
    status, again = house.ask("POST", f"releases/{begun['release']}/resubmit", body={"files": ["t2.csv"], "declared": True})
    assert (status, again["revision"]) == (200, 2)
    house.wait_for_state(begun["release"], "in_review", seconds=10)
    assert house.ask("POST", f"releases/{begun['release']}/review", "rita", {"verdict": "approve", "revision": 2})[0] == 200
    house.wait_for_state(begun["release"], "sent", seconds=10)


@pytest.mark.parametrize("change,status,code", [
    ({"declared": False}, 403, "release.not_declared"), ({"declared": "yes"}, 400, "api.bad_member"),
    ({"recipient": "x@elsewhere.dk"}, 403, "release.recipient_not_allowed"), ({"purpose": " "}, 400, "release.no_purpose"),
    ({"files": []}, 400, "release.files_count"), ({"files": "t.csv"}, 400, "api.bad_member"), ({"files": [1]}, 400, "api.bad_member"),
    ({"files": ["../t.csv"]}, 400, "release.bad_file_name")])
def test_what_may_not_be_sent_is_refused_and_begins_nothing(house, change, status, code):
    house.put("t.csv", HARMLESS)
    body = {"files": ["t.csv"], "recipient": "mia@kommune.dk", "purpose": "Tabel 1", "declared": True} | change
    before = len(house.ask("GET", "releases")[1]["releases"])
    got, problem = house.ask("POST", f"projects/{PROJECT}/releases", body=body)
    assert got == status and code in json.dumps(problem), problem
    assert len(house.ask("GET", "releases")[1]["releases"]) == before


def test_a_file_that_is_gone_ends_the_request(house):
    status, begun = house.ask("POST", f"projects/{PROJECT}/releases", body={
        "files": ["findes-ikke.csv"], "recipient": "mia@kommune.dk", "purpose": "Tabel 1", "declared": True})
    assert status == 201
    house.wait_for_state(begun["release"], "withdrawn", seconds=10)


def test_the_command_line_tells_the_same(house):
    house.put("person.csv", f"id;x\n{PSEUDONYMS[0]};7\n")
    house.put("ok.csv", HARMLESS)
    shown = settled(house)
    done = house.release("outlook", PROJECT, check=False)
    assert done.returncode == 1 and "person.csv" in done.stdout and "ok.csv" in done.stdout
    done = house.release("outlook", PROJECT, "ok.csv", check=False)
    assert done.returncode == 0 and "person.csv" not in done.stdout
    told = house.instance.json("release", "outlook", PROJECT, "ok.csv", user="anna")
    assert told["files"] == [file(shown, "ok.csv")]
    assert house.release("outlook", PROJECT, "findes-ikke.csv", check=False).returncode == 2
    assert house.release("outlook", PROJECT, user="eve", check=False).returncode == 1
