"""The store is the portal's to write. Whoever has taken the portal over writes a release as it pleases him: decisions, digests, records, states.
What the check refused (rows of persons) is neither mailed nor shown all the same; nor is it checked as another project's. Controls: the same
forgery with bytes that passed the check goes through (SECURITY.md says so), and honest files are shown.
"""
import hashlib
import json

import pytest

from support import courier_client
from support.house import PROJECT, House

ROWS = "cpr;navn\n0101901234;Anna\n"
TABLE = "gruppe;antal\nA;120\nB;55\n"


@pytest.fixture
def house(tmp_path):
    with House(tmp_path) as it:
        yield it


def refused(house):
    """The number and digest of a file that the check refused."""
    house.put("personer.csv", ROWS)
    number = json.loads(house.send("personer.csv").stdout)["release"]
    file = house.show(number)["files"][0]
    assert house.state(number) == "blocked" and file["sha256"] == hashlib.sha256(ROWS.encode()).hexdigest()
    return number, file["sha256"]


def forge(house, number, sha256, word=None):
    """Puts other bytes into an approved release: digest, approval and disclosure record, as if they had been these ever since."""
    key = int(number[2:])
    ((document,),) = house.rows("SELECT document FROM release_record WHERE request = ?", key)
    ((before,),) = house.rows("SELECT sha256 FROM release_file WHERE request = ?", key)
    document = document.replace(before, sha256)
    house.change("UPDATE release_file SET sha256 = ?, approved_sha256 = ? WHERE request = ?", sha256, sha256, key)
    house.change("UPDATE release_record SET document = ?, sha256 = ? WHERE request = ?", document, hashlib.sha256(document.encode()).hexdigest(), key)
    if word is not None:
        house.change("UPDATE release_file SET word = ? WHERE request = ?", word, key)


def approved_but_not_sent(house, name="tabel.csv", content=TABLE):
    number = house.sent_for_review(name, content)
    house.stop("fvm-courier")
    house.approve(number)
    return number


def word_of(house, number):
    return house.rows("SELECT word FROM release_file WHERE request = ?", int(number[2:]))[0][0]


@pytest.mark.parametrize("whose", ["none", "own", "refused", "made up"])
def test_what_was_refused_is_not_mailed_whatever_the_store_says(house, whose):
    blocked, secret = refused(house)
    number = approved_but_not_sent(house)
    words = {"none": "", "own": None, "refused": word_of(house, blocked), "made up": hashlib.sha256(secret.encode()).hexdigest()}
    forge(house, number, secret, words[whose])
    house.start("fvm-courier")
    house.wait_for_state(number, "held")
    assert house.mail.mails() == [] and house.show(number)["history"][-1]["reason"] == "release.not_checked"


def test_control_the_same_forgery_with_checked_bytes_is_mailed(house):
    other = house.sent_for_review("anden.csv", TABLE.replace("120", "130"))
    number = approved_but_not_sent(house)
    forge(house, number, house.show(other)["files"][0]["sha256"], word_of(house, other))
    house.start("fvm-courier")
    house.wait_for_state(number, "sent")


def test_what_was_refused_is_shown_to_nobody_who_says_he_reviews_it(house):
    blocked, _ = refused(house)
    waiting = house.sent_for_review()
    house.change("UPDATE release_request SET state = 'in_review' WHERE id = ?", int(blocked[2:]))
    house.change("UPDATE release_file SET word = ? WHERE request = ?", word_of(house, waiting), int(blocked[2:]))
    code, document = courier_client.look(house.instance, blocked, "rita")
    assert (code, document) == ("release.not_checked", None)
    assert [r for r in house.actions() if r["action"] == "release.refused" and r["subject"] == blocked], "on record"
    code, document = courier_client.look(house.instance, waiting, "rita")
    assert code == "" and "120" in json.dumps(document), "the control"


def test_bytes_of_one_project_are_not_checked_as_anothers(house):
    """Its pseudonyms would mean nothing there."""
    house.stop("fvm-courier")
    other = "FVM-2026-0018"
    for table, key in (("project", "number"), ("project_build", "project"), ("project_version", "project"), ("member", "project")):
        columns = [name for _, name, *_ in house.rows(f"PRAGMA table_info({table})") if name != "id"]
        instead = {key: f"'{other}'", "build": "(SELECT max(id) FROM project_build)"}
        picked = ", ".join(instead.get(c, c) for c in columns)
        house.change(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {picked} FROM {table} WHERE {key} = '{PROJECT}'")
    (house.instance.path / "projects" / other).mkdir()
    (house.instance.path / "projects" / other / "population").symlink_to(house.instance.path / "projects" / PROJECT / "population")
    house.start("fvm-courier")
    blocked, _ = refused(house)
    mine = house.sent_for_review()
    for number, wanted in ((blocked, "check_failed"), (mine, "check_failed")):
        house.change("UPDATE release_request SET state = 'captured', project = ?, changed = 0 WHERE id = ?", other, int(number[2:]))
        house.wait_for_state(number, wanted)
        assert house.show(number, user="olga")["history"][-1]["reason"] == "release.not_checked"
    house.change("UPDATE release_request SET state = 'captured', project = ?, changed = 0 WHERE id = ?", PROJECT, int(mine[2:]))
    house.wait_for_state(mine, "in_review")
