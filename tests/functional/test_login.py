"""Logging in as a person does: MitID Erhverv at a real provider of OpenID Connect, then user name and password, then sessions."""
import json
import re
import time

import pytest

from support import mitid
from support.instance import Instance
from support.mitid import Broker, person

pytestmark = pytest.mark.skipif(mitid.reason_why_not() is not None, reason=mitid.reason_why_not() or "")

PASSWORD = "fire ord uden sammenhaeng"
PERSONS = [person("anna"), person("bo"), person("karl", cvr="33257872"), person("newcomer"), person("leaver"), person("idler"), person("stepper"),
           person("forgetful"), person("stranger", cvr="10000009")]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """An instance whose portal knows the broker, with some accounts that have been activated."""
    folder = tmp_path_factory.mktemp("login")
    with Instance(folder / "i", up=False) as instance, Broker(folder / "broker", f"http://127.0.0.1:{instance.port}", PERSONS) as broker:
        broker.settings(instance)
        for name, cvr in (("Demo Kommune", "29189846"), ("Styrelsen", "33257872")):
            instance.fvm("institution", "add", name, "--cvr", cvr)
        for name in ("anna", "bo", "newcomer", "leaver", "idler", "stepper", "forgetful"):
            instance.fvm("user", "add", name, "--institution", "29189846", "--role", "applicant")
        instance.fvm("user", "add", "karl", "--institution", "33257872", "--role", "caseworker")
        instance.up()
        world = World(instance, broker)
        instance.wait_for(lambda: world.reachable())
        for name in ("anna", "bo", "karl", "leaver", "stepper", "forgetful"):
            world.activate(name)
        yield world


class World(mitid.Site):
    def code(self, name, *more):
        return self.instance.json("user", "code", name, *more)["code"]

    def activate(self, name, password=PASSWORD):
        mitid.Browser.first_day(self.instance, self.broker, name, password)

    def logged_in(self, name, **more):
        browser = self.browser(**more)
        browser.log_in(name, PASSWORD)
        return browser

    def ledger(self):
        return [json.loads(line) for line in self.instance.fvm("audit", "export").stdout.splitlines()]


def test_from_the_first_code_to_ones_own_page(world):
    browser = world.browser()
    page = browser.mitid("newcomer", "/login/mitid?then=activate&language=en")
    assert page.url.endswith("/en/login/activate") and 'lang="en"' in page.text
    assert browser.way()["stage"] == "mitid"
    assert browser.password("newcomer", PASSWORD).code == "account.refused"  # there is no password yet
    code = world.code("newcomer")
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", code)
    assert browser.activate("newcomer", code, "kort").code == "account.password_short"  # which costs no attempt and no code
    assert browser.activate("newcomer", code, "Sommer2026!!!!").code == "account.password_common"
    assert browser.activate("newcomer", code, "polniypizdec0211").code == "account.password_common"  # of the list from breaches
    assert browser.activate("newcomer", code, "Demo-Kommune-26").code == "account.password_guessable"  # his institution and a year
    assert browser.activate("newcomer", code.lower().replace("-", " "), PASSWORD).json == {"next": "/en/login/password"}
    assert browser.request("/api/me").status == 401  # chosen is not yet logged in
    answer = browser.password("newcomer", PASSWORD)
    assert answer.json == {"next": "/en/me"}
    me = browser.request("/api/me").json
    assert (me["user"], me["institution"], me["roles"]) == ("newcomer", "Demo Kommune", ["applicant"])
    assert me["session"]["browser"] == "Firefox, Linux" and me["session"]["current"]
    assert browser.way() == {"configured": True, "stage": "none"}  # the proof of MitID is used up


def test_pages_can_be_read_before_anything_is_known(world):
    browser = world.browser()
    for path, language in (("/login", "da"), ("/en/login", "en"), ("/login/password", "da"), ("/en/login/activate", "en"), ("/me", "da"), ("/en/me", "en")):
        page = browser.request(path)
        assert page.status == 200 and f'<html lang="{language}"' in page.text, path
        assert len(re.findall(r"<h1[ >]", page.text)) == 1
        assert not re.search(r">\s*(web|login|account|oidc)\.[a-z_.]+\s*<", page.text), "a key without a text"
        assert page.headers["Cache-Control"] == "no-store"
    assert "/login/mitid?next=" in browser.request("/login").text


def test_after_login_one_is_where_one_wanted_to_go(world):
    browser = world.browser()
    browser.mitid("anna", "/login/mitid?next=/sag/FVM-2026-0001%3Ftab%3D2")
    assert browser.password("anna", PASSWORD).json == {"next": "/sag/FVM-2026-0001?tab=2"}


def test_cookies_are_bound_to_this_host_and_hidden_from_scripts(world):
    browser = world.browser()
    start = browser.request("/login/mitid")
    (way,) = start.headers.get_all("Set-Cookie")
    assert way.startswith("__Host-fvm-login=") and {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(way.split("; "))
    browser.mitid("anna")
    answer = browser.password("anna", PASSWORD)
    session = next(line for line in answer.headers.get_all("Set-Cookie") if line.startswith("__Host-fvm="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(session.split("; ")) and "Domain" not in session
    assert "Strict-Transport-Security" in answer.headers and answer.headers["Cache-Control"] == "no-store"


def test_one_sees_ones_sessions_and_ends_them(world):
    one, two = world.logged_in("bo"), world.logged_in("bo", agent="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0")
    listed = one.request("/api/me/sessions").json["sessions"]
    assert {each["browser"] for each in listed} >= {"Firefox, Linux", "Edge, Windows"} and sum(each["current"] for each in listed) == 1
    other = next(each["session"] for each in listed if each["browser"] == "Edge, Windows")
    assert one.send("DELETE", f"/api/me/sessions/{other}").status == 200
    assert two.request("/api/me").status == 401 and one.request("/api/me").status == 200
    assert one.send("DELETE", f"/api/me/sessions/{other}").status == 404  # it has ended
    assert one.send("POST", "/logout").status == 200
    assert one.request("/api/me").status == 401 and "__Host-fvm" not in one.cookies["portal"]


def test_nobody_ends_somebody_elses_session(world):
    mine, theirs = world.logged_in("anna"), world.logged_in("bo")
    session = theirs.request("/api/me").json["session"]["session"]
    assert mine.send("DELETE", f"/api/me/sessions/{session}").status == 404
    assert theirs.request("/api/me").status == 200


def test_an_operator_ends_all(world):
    browser = world.logged_in("anna")
    assert len(world.instance.json("user", "sessions", "anna")["sessions"]) >= 1
    world.instance.fvm("user", "end-sessions", "anna")
    assert browser.request("/api/me").status == 401
    assert world.instance.json("user", "sessions", "anna") == {"sessions": []}


def test_leaving_the_institution_closes_access_at_once(world):
    browser = world.logged_in("leaver")
    assert browser.request("/api/me").status == 200
    world.instance.fvm("user", "close", "leaver", "--reason", "left the institution")
    assert browser.request("/api/me").status == 401
    again = world.browser()
    again.mitid("leaver")
    refused, wrong = again.password("leaver", PASSWORD), again.password("leaver", "noget andet")
    assert refused.status == 403 and refused.text == wrong.text  # not even that it was right


def test_a_forgotten_password_needs_mitid_and_a_code(world):
    world_code = world.code("forgetful")
    old = world.logged_in("forgetful")
    thief = world.browser()
    thief.mitid("bo", "/login/mitid?then=activate")  # has the code, but another's MitID
    assert thief.activate("forgetful", world_code, "noget helt andet 7").code == "account.code_refused"
    assert world.browser().activate("forgetful", world_code, "noget helt andet 7").status == 401  # and none at all
    browser = world.browser()
    browser.mitid("forgetful", "/login/mitid?then=activate")
    assert browser.activate("forgetful", world_code, "noget helt andet 7").status == 200
    assert old.request("/api/me").status == 401  # a new password ends what the old one opened
    assert browser.password("forgetful", PASSWORD).code == "account.refused"
    assert browser.password("forgetful", "noget helt andet 7").status == 200


def test_the_api_of_cases_is_behind_the_login(world):
    browser = world.browser()
    assert browser.request("/api/v1/applications").status == 401
    assert browser.request("/api/v1/applications", headers={"Fvm-Actor": "karl"}).status == 401
    browser = world.logged_in("anna")
    text = world.instance.fvm("application", "form").stdout
    made = browser.request("/api/v1/applications", "POST", text, {"Fvm-Csrf": browser.request("/api/me").json["csrf"], "Fvm-Actor": "karl"})
    assert made.status in (201, 422), made.text
    listed = browser.request("/api/v1/applications", headers={"Fvm-Actor": "karl"}).json["cases"]
    assert all(case["applicant"] == "anna" for case in listed)  # who acts is the session's user, whatever is claimed


def test_acts_of_weight_ask_for_mitid_anew(world):
    path = "/api/v1/applications/FVM-2026-0001/steps/approve"
    browser = world.logged_in("stepper")
    # Just logged in is fresh enough: the answer is the case's own.
    assert browser.send("POST", path, {"text": "x"}).code != "login.step_up"
    world.instance.setting("step_up_seconds = 600", "step_up_seconds = 15")
    world.instance.down()
    world.instance.up()
    world.instance.wait_for(lambda: world.reachable())
    time.sleep(16)
    refused = browser.send("POST", path, {"text": "x"})
    assert refused.status == 403 and refused.code == "login.step_up"
    assert browser.send("POST", "/api/v1/applications/FVM-2026-0001/steps/note", {"text": "x"}).code != "login.step_up"
    before = browser.cookies["portal"]["__Host-fvm"]
    # Another person's MitID does not do.
    browser.cookies["broker"] = {}
    assert browser.mitid("anna", "/login/step-up?next=/sag/1").status == 403
    browser.cookies["broker"] = {}
    assert browser.to_broker("stepper", "/login/step-up?next=/sag/1", until="/sag/1").endswith("/sag/1")
    assert browser.cookies["portal"]["__Host-fvm"] != before
    assert browser.send("POST", path, {"text": "x"}).code != "login.step_up"
    stolen = world.browser()
    stolen.cookies["portal"]["__Host-fvm"] = before
    assert stolen.request("/api/me").status == 401
    actions = [record["action"] for record in world.ledger() if record.get("subject") == "stepper"]
    assert "login.stepped_up" in actions and "login.step_up_refused" in actions


def test_everything_of_it_stands_in_the_ledger_and_no_secret_does(world):
    actions = {record["action"] for record in world.ledger()}
    assert {"account.code_issued", "account.activated", "account.password_reset", "login.opened", "login.failed", "login.ended", "login.all_ended"} <= actions
    text = world.instance.fvm("audit", "export").stdout
    assert PASSWORD not in text and "8f1c2d3e-0000" not in text
    world.instance.fvm("audit", "verify")


def test_without_a_broker_the_pages_say_so(tmp_path):
    with Instance(tmp_path / "i") as instance:
        world = World(instance, type("Nobody", (), {"issuer": "https://nobody"})())
        instance.wait_for(lambda: world.reachable())
        assert "ikke åbent" in world.browser().request("/login").text
        assert world.browser().request("/login/mitid").status == 403
        assert world.browser().request("/api/login").json == {"configured": False, "stage": "none"}
