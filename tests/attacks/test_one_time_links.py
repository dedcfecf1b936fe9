"""One-time links under attack; each with the control that the same link opens for whom it is meant."""
import hashlib
import json
import pathlib
import sqlite3
import threading

import pytest

from support import courier_client
from support.links import LinkHouse

CONTENT = "gruppe;antal\nA;120\nB;55\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with LinkHouse(tmp_path_factory.mktemp("links")) as it:
        it.change("INSERT INTO user(name, institution, created) SELECT 'mallory', id, 0 FROM institution WHERE cvr = '12345674'")
        it.change("INSERT INTO user_role SELECT id, 'analyst' FROM user WHERE name = 'mallory'")
        yield it


def still_opens(house, number, token, user="eve"):
    status, _, body = house.fetch(number, token, user)
    assert status == 200 and body.decode().startswith("gruppe"), "the control"


def test_guessed_cut_and_changed_tokens(house):
    number, token = house.mailed()
    other = ("0" if token[0] != "0" else "1") + token[1:]
    for guess in ("", token[:-1], token + "0", other, token.upper(), "%", "' OR 1=1 --", hashlib.sha256(token.encode()).hexdigest(), "\u0000" * 64):
        for what in ("", "/files/1", "/files/1/arrived"):
            assert house.why(house.link(number, guess, what=what)) == "release.link_unknown", guess
    assert house.why(house.link(number, 7)) == "api.bad_member"
    still_opens(house, number, token)


def test_another_users_login(house):
    number, token = house.mailed()
    for user in ("mallory", "ruth", "sofus"):
        assert house.why(house.fetch(number, token, user)) == "release.link_not_yours", user
        assert house.why(house.link(number, token, user)) == "release.link_not_yours", user
    assert house.fetch(number, token, None)[0] == 401, "no login"
    still_opens(house, number, token)
    assert house.why(house.fetch(number, token, "bo")) == "release.link_not_yours", "one account fetches"
    refused = [r for r in house.actions() if r["action"] == "release.link_refused" and r["subject"] == number]
    assert {r["actor"] for r in refused} == {"mallory", "ruth", "sofus", "bo"}


def test_scanners_that_follow_the_link_use_nothing_up(house):
    number, token = house.mailed()
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        for what in ("", "/files/1", "/files/1/arrived"):
            assert house.link(number, token, what=what, method=method)[0] == 405, method
    for path in (f"/hent/{number}", f"/en/fetch/{number}"):  # what a scanner gets: a page that holds nothing of it
        import urllib.request
        for method in ("GET", "HEAD", "GET"):
            with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{house.instance.port}{path}", method=method)) as answer:
                assert answer.status == 200 and token not in answer.read().decode()
    for _ in range(5):
        house.link(number, token)
    assert house.show(number)["link"]["files"] == []
    still_opens(house, number, token)


def test_an_answer_is_not_given_again_to_whoever_repeats_the_question(house):
    number, token = house.mailed()
    first = house.fetch(number, token, Idempotency_Key="k1")
    assert first[0] == 200
    house.release("recall", number, "--reason", "fejl")
    assert house.why(house.fetch(number, token, Idempotency_Key="k1")) == "release.link_recalled"


def test_used_twice_and_many_at_once(house):
    number, token = house.mailed()
    got = []

    def fetch(user):
        got.append((user, house.fetch(number, token, user)[0]))

    threads = [threading.Thread(target=fetch, args=(("eve", "bo", "rita", "olga")[i % 4],)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    served = [user for user, status in got if status == 200]
    told = house.show(number)["link"]
    assert len(set(served)) == 1 and len(served) == told["files"][0]["fetches"] <= 3 and told["opener"] == served[0]
    house.link(number, token, served[0], "/files/1/arrived")
    assert house.why(house.fetch(number, token, served[0])) == "release.link_used"


@pytest.mark.parametrize("end, back", [
    (["UPDATE recipient SET address = '@andre.dk' WHERE address = '@kommune.dk'"], ["UPDATE recipient SET address = '@kommune.dk' WHERE address = '@andre.dk'"]),
    (["INSERT INTO suspension(scope, subject, reference, began) VALUES ('institution', '10150817', 'B-9', 1)"], ["DELETE FROM suspension"]),
    (["INSERT INTO suspension(scope, subject, reference, began) VALUES ('user', 'anna', 'B-9', 1)"], ["DELETE FROM suspension"]),
    (["INSERT INTO suspension(scope, subject, reference, began) VALUES ('project', 'FVM-2026-0017', 'B-9', 1)"], ["DELETE FROM suspension"]),
    (["UPDATE project SET state = 'closed'"], ["UPDATE project SET state = 'open'"]),
])
def test_closed_institution_author_project_or_address_off_the_list(house, end, back):
    number, token = house.mailed()
    for sql in end:
        house.change(sql)
    why = house.why(house.fetch(number, token))
    direct = courier_client.fetch_link(house.instance, number, token, "eve")[0]
    for sql in back:
        house.change(sql)
    assert why == direct and why in ("release.link_stopped", "identity.user_suspended")
    still_opens(house, number, token)


def test_the_portal_asks_for_another_release_than_the_links(house):
    """As a portal would that was taken over: raw frames to the courier."""
    first, token = house.mailed("en.csv")
    second, _ = house.mailed("to.csv", CONTENT.replace("120", "130"))
    waiting = house.sent_for_review("venter.csv", CONTENT.replace("120", "140"))
    for number in (second, waiting, "H-999999", "../../kept", ""):
        assert courier_client.fetch_link(house.instance, number, token, "eve")[0] == "release.link_unknown", number
    assert courier_client.fetch_link(house.instance, first, token, "eve", 2)[0] == "release.link_no_file"
    code, name, content = courier_client.fetch_link(house.instance, first, token, "eve")
    assert (code, name, content.decode()) == ("", "en.csv", CONTENT)


def test_the_store_alone_makes_no_link_and_turns_none_to_other_bytes(house):
    """The portal's to write is the store: with a row of its own it still gets no byte of a kept copy."""
    sent, token = house.mailed("ud.csv", CONTENT)
    house.put("stoppet.csv", "cpr;navn\n0101901234;Anna\n")
    blocked = json.loads(house.send("stoppet.csv").stdout)["release"]
    secret = house.show(blocked)["files"][0]["sha256"]
    mine = "b" * 64
    house.change("UPDATE release_file SET sha256 = ?, approved_sha256 = ? WHERE request = ?", secret, secret, int(sent[2:]))
    assert courier_client.fetch_link(house.instance, sent, token, "eve")[0] == "release.link_stopped"
    house.change("UPDATE release_file SET sha256 = ?, approved_sha256 = ? WHERE request = ?", *[hashlib.sha256(CONTENT.encode()).hexdigest()] * 2, int(sent[2:]))
    with sqlite3.connect(house.instance.path / "store" / "fvm.sqlite") as store:
        (word,) = store.execute("SELECT word FROM release_link WHERE request = ?", (int(sent[2:]),)).fetchone()
    store.close()
    house.change("UPDATE release_request SET state = 'sent' WHERE id = ?", int(blocked[2:]))
    house.change("INSERT INTO release_link(request, revision, token_sha256, word, made, expires) VALUES (?, 1, ?, ?, 1, 9000000000000000)",
                 int(blocked[2:]), hashlib.sha256(mine.encode()).hexdigest(), word)
    assert courier_client.fetch_link(house.instance, blocked, mine, "eve")[0] == "release.link_stopped"
    house.change("DELETE FROM release_link WHERE request = ?", int(blocked[2:]))
    house.change("UPDATE release_request SET state = 'blocked' WHERE id = ?", int(blocked[2:]))
    still_opens(house, sent, token)


def test_swapped_and_damaged_copies_are_not_handed_out(house):
    first, token = house.mailed("swap.csv", CONTENT.replace("A", "SWAP"))
    second, other = house.mailed("swop.csv", CONTENT.replace("A", "SWOP"))
    copies = [pathlib.Path(house.copy_of(house.show(number)["files"][0]["sha256"])) for number in (first, second)]
    whole = [copy.read_bytes() for copy in copies]

    def write(copy, content):
        copy.chmod(0o600)
        copy.write_bytes(content)

    for content in (whole[1], whole[0][:-1], whole[0][:-9] + bytes([whole[0][-9] ^ 1]) + whole[0][-8:], b""):
        write(copies[0], content)
        assert house.why(house.fetch(first, token)) == "release.not_approved_bytes"
    write(copies[0], whole[0])
    assert house.show(first)["link"]["files"] == [], "nothing was used up"
    still_opens(house, first, token)
    still_opens(house, second, other)


@pytest.mark.parametrize("name, plain", [
    ("../../etc/passwd.csv", None), ("a\"; filename=\"evil.exe.csv", "a___filename=_evil.exe.csv"), ("..csv", None), (".htaccess.csv", "fil.htaccess.csv"),
    ("tabel\u202egnp.csv", None), ("tabel æøå.csv", None), ("C:\\x.csv", None),
])
def test_names_that_mean_something_elsewhere(house, name, plain):
    """Names that the check lets pass are made safe; what it refuses never becomes a link."""
    if "/" in name:
        assert house.send(name).returncode == 2, "no name of a file"
        return
    house.put(name, CONTENT)
    done = house.send(name)
    if done.returncode == 1:
        return  # refused by the check, with its finding
    number = json.loads(done.stdout)["release"]
    house.approve(number)
    house.wait_for_state(number, "sent")
    status, headers, _ = house.fetch(number, house.token(number))
    said = headers["Content-Disposition"]
    assert status == 200 and said.startswith('attachment; filename="') and said.count('"') == 2
    inside = said.split('"')[1]
    assert all(c.isascii() and (c.isalnum() or c in "._-") for c in inside) and not inside.startswith("."), inside
    assert "\u202e" not in said and "%E2%80%AE" not in said
    if plain:
        assert inside == plain.replace("=", "_")


def test_neither_store_nor_ledger_nor_logs_have_a_token(house):
    number, token = house.mailed()
    house.fetch(number, token)
    digest = hashlib.sha256(token.encode()).hexdigest().encode()
    found = {True: 0, False: 0}
    for path in house.instance.path.rglob("*"):
        if path.is_file() and path.stat().st_size < 64 << 20:
            content = path.read_bytes()
            assert token.encode() not in content, path
            found[digest in content] += 1
    assert found[True] > 0, "the control: the digest is there"
