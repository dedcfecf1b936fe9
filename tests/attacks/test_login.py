"""Attacks on logging in, from the browser's side; test_login_broker.py has those from the broker's. The provider is npm oidc-provider. An honest
login succeeds before or after each: that is the positive control."""
import http.client
import json
import sqlite3
import threading
import time

import pytest

from support import mitid
from support.instance import Instance
from support.mitid import Broker, person

pytestmark = pytest.mark.skipif(mitid.reason_why_not() is not None, reason=mitid.reason_why_not() or "")

PASSWORD = "fire ord uden sammenhaeng"
NAMES = ("anna", "bo", "guesser", "victim", "timed")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attack-login")
    persons = [person(name) for name in (*NAMES, "unknown")]
    with Instance(folder / "i", up=False) as instance, Broker(folder / "broker", f"http://127.0.0.1:{instance.port}", persons) as broker:
        broker.settings(instance)
        instance.fvm("institution", "add", "Demo Kommune", "--cvr", "29189846")
        for name in NAMES:
            instance.fvm("user", "add", name, "--institution", "29189846", "--role", "applicant")
        instance.up()
        town = Town(instance, broker)
        instance.wait_for(lambda: town.reachable())
        for name in NAMES:
            mitid.Browser.first_day(instance, broker, name, PASSWORD)
        yield town


class Town(mitid.Site):
    def gets_in(self, name="anna"):
        browser = self.browser()
        page = browser.mitid(name)
        return page.status == 200 and browser.password(name, PASSWORD).status == 200


def callback_of(browser, who, **more):
    return browser.to_broker(who, until="/login/callback", **more)


def test_the_callback_of_another_browser(town):
    """Login CSRF: the attacker's own callback in the victim's browser, and the victim's stolen callback in the attacker's."""
    attacker, victim = town.browser(), town.browser()
    victim.request("/login/mitid")  # has begun too: there is a cookie, with another state
    stolen = callback_of(attacker, "bo")
    assert victim.request(stolen).status == 403 and victim.way()["stage"] == "none"
    assert town.browser().request(stolen).status == 403
    assert attacker.follow(attacker.request(stolen)).status == 200  # the control: in the browser that began


def test_a_callback_used_again(town):
    browser = town.browser()
    callback = callback_of(browser, "anna")
    kept = dict(browser.cookies["portal"])
    assert browser.follow(browser.request(callback)).status == 200
    browser.cookies["portal"] = dict(kept)
    assert browser.request(callback).status == 403  # the provider refuses the code


def test_a_callback_used_again_at_a_provider_that_takes_codes_twice(town):
    town.broker.control(fault="code_taken_twice")
    try:
        browser = town.browser()
        callback = callback_of(browser, "anna")
        kept = dict(browser.cookies["portal"])
        assert browser.follow(browser.request(callback)).status == 200
        browser.cookies["portal"] = dict(kept)
        assert browser.request(callback).status == 403  # we remember it ourselves
    finally:
        town.broker.control(fault=None)


@pytest.mark.parametrize("change", [
    lambda url: url.replace("state=", "state=x"), lambda url: url.replace("code=", "code=x"), lambda url: url.split("&iss=")[0] + "&iss=https%3A%2F%2Fevil.example",
    lambda url: url.split("&iss=")[0], lambda url: url.split("?")[0], lambda url: url.split("?")[0] + "?error=access_denied",
    lambda url: url.replace("code=", "error=access_denied&code=")],
    ids=["another state", "another code", "another issuer", "no issuer", "nothing", "an error without state", "an error beside a code"])
def test_a_callback_with_one_thing_wrong(town, change):
    browser = town.browser()
    callback = callback_of(browser, "anna")
    assert browser.request(change(callback)).status == 403
    assert town.gets_in()


def test_a_sealed_cookie_that_was_changed_or_comes_from_elsewhere(town):
    browser = town.browser()
    browser.mitid("anna")
    sealed = browser.cookies["portal"]["__Host-fvm-login"]
    for bad in (sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB"), sealed[4:], "", "x", sealed + "=", "A" * 8000):
        browser.cookies["portal"]["__Host-fvm-login"] = bad
        assert browser.way()["stage"] == "none"
    browser.cookies["portal"]["__Host-fvm-login"] = sealed
    assert browser.way()["stage"] == "mitid"  # the control


def test_the_cookie_of_the_way_out_is_no_proof(town):
    """Sealed when the browser left for the broker; MitID has said nothing yet."""
    browser = town.browser()
    browser.request("/login/mitid")
    assert browser.way()["stage"] == "none" and browser.password("anna", PASSWORD).status == 401


def test_where_one_is_sent_afterwards_is_our_own(town):
    for evil in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/%5c%5cevil.example", "evil", "/../x"):
        browser = town.browser()
        browser.mitid("anna", f"/login/mitid?next={evil}")
        assert browser.password("anna", PASSWORD).json["next"] == "/me", evil
    assert town.browser().request("/login/mitid?next=/%0d%0aSet-Cookie:x=y").status == 400
    browser = town.browser()
    browser.mitid("anna", "/login/mitid?next=/en/me")
    assert browser.password("anna", PASSWORD).json["next"] == "/en/me"  # the control


@pytest.mark.parametrize("headers, wrong", [({"Fvm-Csrf": ""}, True), ({"Fvm-Csrf": "0" * 64}, True), ({"Origin": "https://evil.example"}, True),
                                            ({"Origin": "null"}, True), ({"Sec-Fetch-Site": "cross-site"}, True), ({"Sec-Fetch-Site": "same-site"}, True),
                                            ({"Sec-Fetch-Site": "same-origin"}, False), ({}, False)])
def test_a_request_that_another_site_makes(town, headers, wrong):
    browser = town.browser()
    browser.log_in("bo", PASSWORD)
    answer = browser.send("POST", "/logout", headers=headers)
    assert answer.status == (403 if wrong else 200)
    assert browser.request("/api/me").status == (200 if wrong else 401)


def test_the_token_of_one_session_is_not_good_in_another(town):
    one, two = town.browser(), town.browser()
    one.log_in("anna", PASSWORD)
    two.log_in("bo", PASSWORD)
    assert two.send("POST", "/logout", csrf=one.request("/api/me").json["csrf"]).status == 403
    assert two.request("/api/me").status == 200


def test_a_stolen_session_in_another_browser(town):
    browser = town.browser()
    browser.log_in("anna", PASSWORD)
    thief = town.browser(agent="curl/8.0")
    thief.cookies["portal"] = dict(browser.cookies["portal"])
    assert thief.request("/api/me").status == 401
    for bad in ("x", "0" * 64, browser.request("/api/me").json["session"]["session"]):
        thief = town.browser()
        thief.cookies["portal"]["__Host-fvm"] = bad
        assert thief.request("/api/me").status == 401
    assert browser.request("/api/me").status == 200  # the control


def test_two_cookies_of_one_name_are_none(town):
    browser = town.browser()
    browser.log_in("anna", PASSWORD)
    token = browser.cookies["portal"]["__Host-fvm"]
    assert browser.request("/api/me", headers={"Cookie": f"__Host-fvm=x; __Host-fvm={token}"}).status == 401
    assert browser.request("/api/me", headers={"Cookie": f"other=x; __Host-fvm={token}"}).status == 200


def test_a_session_that_asks_without_end_is_told_to_wait_and_nobody_else(town):
    hasty, other = town.browser(), town.browser()
    for browser, name in ((hasty, "anna"), (other, "bo")):
        browser.mitid(name)
        assert browser.password(name, PASSWORD).status == 200
    line = http.client.HTTPConnection("127.0.0.1", town.instance.port, timeout=20)
    cookie = {"Cookie": "; ".join(f"{k}={v}" for k, v in hasty.cookies["portal"].items()), "User-Agent": hasty.agent}

    def ask():
        line.request("GET", "/api/me", headers=cookie)
        answer = line.getresponse()
        return answer, answer.read()

    answers = []
    for _ in range(5000):
        answer, body = ask()
        answers.append(answer.status)
        if answer.status != 200:
            break
    assert answers[-1] == 429 and len(answers) > 300, (answers[-1], len(answers))
    assert b"api.too_fast" in body and 1 <= int(answer.getheader("Retry-After")) <= 2
    assert other.request("/api/me").status == 200, "another session has a pace of its own"
    time.sleep(int(answer.getheader("Retry-After")))
    assert ask()[0].status == 200, "the control: after the wait it is let in again"


class Stranger:
    """One connection of our proxy (which asks from this very machine), on behalf of whom X-Forwarded-For names."""

    def __init__(self, town):
        self.line = http.client.HTTPConnection("127.0.0.1", town.instance.port, timeout=20)

    def ask(self, *forwarded, path="/api/login", cookie=""):
        self.line.putrequest("GET", path)
        for value in forwarded:
            self.line.putheader("X-Forwarded-For", value)
        if cookie:
            self.line.putheader("Cookie", cookie)
        self.line.endheaders()
        answer = self.line.getresponse()
        return answer.status, answer.read(), answer.getheader("Retry-After")

    def until_told(self, asks, most=3000):
        """How many were answered before one was told to wait."""
        return next((i for i in range(most) if asks(i)[0] == 429), most)


def test_strangers_that_ask_without_end_are_told_to_wait_by_address(town):
    stranger, friend = Stranger(town), town.browser()
    friend.log_in("bo", PASSWORD)
    cookie = "; ".join(f"{name}={value}" for name, value in friend.cookies["portal"].items())
    flood = lambda _: stranger.ask("203.0.113.7")
    assert 400 <= stranger.until_told(flood) < 3000
    made_up = lambda _: stranger.ask("203.0.113.7", cookie="__Host-fvm=" + "0" * 64)
    assert stranger.until_told(made_up) < 400, "a cookie that is none of ours does not help"
    told = next(answer for answer in map(flood, range(400)) if answer[0] == 429)
    document = json.loads(told[1])
    assert document["type"].endswith("api.too_fast") and document["title"] != document["title_da"] and 1 <= int(told[2]) <= 2
    assert stranger.ask("203.0.113.8")[0] == 200, "the control: somebody else"
    assert stranger.ask()[0] == 200, "and the machine itself"
    kept = {"Cookie": cookie, "User-Agent": friend.agent, "X-Forwarded-For": "203.0.113.7"}
    assert friend.request("/api/me", headers=kept).status == 200, "and who has a session, behind the same address"
    time.sleep(2)
    assert flood(0)[0] == 200, "after the wait"


@pytest.mark.parametrize("asks", [lambda s, i: s.ask(f"198.51.{i % 250}.{i // 250}, 203.0.113.17"), lambda s, i: s.ask(f"198.51.{i % 250}.{i // 250}", "203.0.113.18"),
                                  lambda s, i: s.ask(f"2001:db8:7:7::{i:x}")], ids=["in one line", "in two lines", "within one IPv6 network"])
def test_saying_one_is_somebody_else_does_not_help(town, asks):
    stranger = Stranger(town)
    assert stranger.until_told(lambda i: asks(stranger, i)) < 3000


def test_control_so_many_addresses_that_the_proxy_has_seen_are_so_many(town):
    stranger = Stranger(town)
    assert stranger.until_told(lambda i: stranger.ask(f"198.51.{i % 250}.{i // 250}"), 1000) == 1000


def test_the_way_in_is_narrower(town):
    stranger = Stranger(town)
    assert 60 <= stranger.until_told(lambda _: stranger.ask("203.0.113.30", path="/login/mitid"), 200) < 120
    assert stranger.ask("203.0.113.30", path="/login")[0] == 200, "a page is still there"
    assert stranger.ask("203.0.113.31", path="/login/mitid")[0] == 303, "the control: somebody else"


def test_guessing_locks_out_the_guesser_and_not_the_victim(town):
    guesser = town.browser()
    guesser.mitid("guesser")
    answers = [guesser.password("victim", f"gaet nummer {i} er lang") for i in range(6)]
    assert {answer.status for answer in answers} == {403}
    assert guesser.password("guesser", PASSWORD).status == 403  # even his own, for a while
    assert town.gets_in("victim")
    assert town.instance.json("user", "show", "guesser")["locked_until"] is not None
    town.instance.fvm("user", "unlock", "guesser")
    assert town.gets_in("guesser")


def test_the_wait_after_mistakes_doubles_and_ends_at_an_hour(town):
    """A wait is made to be over in the store, as if its time had passed."""
    browser = town.browser()
    browser.mitid("guesser")
    def over():
        with sqlite3.connect(town.instance.path / "store" / "fvm.sqlite", timeout=60) as store:
            store.execute("UPDATE login_failure SET until = until - 3601000000")
        store.close()
    for _ in range(4):
        assert browser.password("guesser", "gaet gaet gaet").status == 403
    for _ in range(8):
        assert browser.password("guesser", "gaet gaet gaet").status == 403
        assert browser.password("guesser", PASSWORD).status == 403  # the right one, while it lasts
        over()
    records = [json.loads(line) for line in town.instance.fvm("audit", "export").stdout.splitlines() if '"locked_seconds"' in line]
    waits = [int(record["facts"]["locked_seconds"]) for record in records if record["subject"] == "guesser"]
    assert waits[-8:] == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert browser.password("guesser", PASSWORD).status == 200  # the control: afterwards it is the right one again


def refusals(town):
    """The same refusal for different reasons: (what is asked, by whom)."""
    town.instance.fvm("user", "unlock", "timed")
    return {"wrong password": ("timed", "timed", "en helt forkert adgangskode"), "no such user": ("timed", "nobody", PASSWORD),
            "another's name": ("timed", "victim", PASSWORD), "no account for this MitID": ("unknown", "timed", PASSWORD)}


def test_why_a_password_is_refused_cannot_be_read(town):
    """Nor timed: src/account/work_test.cpp counts the work of each reason, `./run bench login` shows the medians."""
    texts = set()
    for who, user, password in refusals(town).values():
        browser = town.browser()
        browser.mitid(who)
        answer = browser.password(user, password)
        shown = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in ("date",)}
        texts.add((answer.status, answer.text, tuple(sorted(shown.items()))))
    town.instance.fvm("user", "unlock", "timed")
    assert len(texts) == 1, texts


def test_a_code_is_not_found_by_asking_who_has_one(town):
    code = town.instance.json("user", "code", "victim")["code"]
    texts = set()
    for user, tried in (("victim", "00000-00000-00000-00000"), ("nobody", code), ("bo", code), ("victim", code)):
        browser = town.browser()
        browser.mitid("anna", "/login/mitid?then=activate")
        answer = browser.activate(user, tried, "noget helt andet 7")
        texts.add((answer.status, answer.text))
    assert len(texts) == 1 and next(iter(texts))[0] == 403, texts
    town.instance.fvm("user", "unlock", "anna")
    browser = town.browser()
    browser.mitid("victim", "/login/mitid?then=activate")
    assert browser.activate("victim", code, PASSWORD).status == 200  # the control


def test_a_code_used_by_many_at_once_is_used_once(town):
    code = town.instance.json("user", "code", "bo")["code"]
    browsers = [town.browser() for _ in range(4)]
    for browser in browsers:
        browser.mitid("bo", "/login/mitid?then=activate")
    tokens, answers = [browser.way()["csrf"] for browser in browsers], []

    def use(browser, csrf):
        answers.append(browser.send("POST", "/api/login/activate", {"user": "bo", "code": code, "password": PASSWORD}, csrf=csrf).status)
    threads = [threading.Thread(target=use, args=pair) for pair in zip(browsers, tokens)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(200) == 1 and set(answers) <= {200, 403, 503}, answers  # 503: on a busy machine it was not their turn in time
    town.instance.fvm("user", "unlock", "bo")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"user": 1, "password": "x"}', b'{"user": "anna"}', b'{"user": "anna", "password": "' + b"x" * 5000 + b'"}',
                                  b"\xff\xfe", b'{"user": "\\u0000", "password": "\\ud800"}', b"[" * 5000])
def test_rubbish_for_a_password(town, body):
    browser = town.browser()
    browser.mitid("anna")
    csrf = browser.way()["csrf"]
    answer = browser.request("/api/login/password", "POST", body, {"Fvm-Csrf": csrf})
    assert answer.status in (400, 403)
    town.instance.fvm("user", "unlock", "anna")
    assert browser.password("anna", PASSWORD).status == 200


def test_a_long_password_costs_no_more(town):
    browser = town.browser()
    browser.mitid("anna")
    connection = http.client.HTTPConnection("127.0.0.1", town.instance.port, timeout=20)
    connection.request("POST", "/api/login/password", body=b"x" * (2 << 20), headers={"Cookie": "__Host-fvm-login=" + browser.cookies["portal"]["__Host-fvm-login"]})
    assert connection.getresponse().status == 413
