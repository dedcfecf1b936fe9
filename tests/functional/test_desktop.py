"""A desktop from the portal's page to a typed command: ticket, MitID at fvm-desk, the screen over a WebSocket, its end, and what is on record."""
import json
import select
import shutil
import struct
import time

import pytest

from support import mitid
from support.cases import ask_socket
from support.desk import OTHER, PROJECT
from support.desktops import CVR, PASSWORD, House
from support.mitid import Browser
from support.rfb import Screen

WHY_NOT = mitid.reason_why_not() or (None if shutil.which("Xvnc") else "Xvnc is missing: ./run setup")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("h")) as made:
        yield made


def shown(screen):
    end = time.monotonic() + 20
    while screen.update() and screen.colours() < 8:
        assert time.monotonic() < end, "the screen stays blank"
        time.sleep(0.2)


def test_a_command_typed_in_the_browser_has_its_effect(house):
    anna = house.person("anna").sit_down()
    work = house.root() / "work"
    with anna.screen() as (line, screen):
        assert screen.name == PROJECT
        shown(screen)
        house.at_prompt(screen)
        screen.type("cp /data/note.txt /work/seen; psql -Atc 'SELECT 40 + 2' > /work/answer; echo a,b > /outbox/t.csv; touch /work/done\n")
        house.instance.wait_for((work / "done").exists)
    assert (work / "seen").read_text() == f"data of {PROJECT}\n" and (work / "answer").read_text() == "42\n"
    assert (house.root() / "outbox" / "anna" / "t.csv").read_text() == "a,b\n"
    seen = anna.ask("GET").json
    assert seen["open"] and seen["offered"]
    house.instance.wait_for(lambda: not anna.ask("GET").json["shown"])
    # The line was lost: the same browser takes it up again, and finds the desktop as it was.
    with anna.screen() as (line, screen):
        shown(screen)
        screen.type("echo again > /work/again\n")
        house.instance.wait_for((work / "again").exists)
    anna.end()
    records = house.actions("desktop.") + house.actions("session.")
    actions = [r["action"] for r in records]
    assert actions.count("desktop.shown") >= 2 and actions.count("desktop.left") >= 2 and "session.ended" in actions
    assert all(r["subject"] == seen["session"] for r in records if r["action"].startswith("desktop."))


def test_the_window_takes_the_size_that_the_browser_wishes(house):
    anna = house.person("anna").sit_down()
    with anna.line() as line:
        screen = Screen(line.read, line.write, encodings=(0, -308, -223))
        screen.ask()
        end = time.monotonic() + 20
        line.write(struct.pack(">BBHHBB", 251, 0, 900, 700, 1, 0) + struct.pack(">IHHHHI", 0, 0, 0, 900, 700, 0))
        while time.monotonic() < end:
            kind = line.read(1)[0]
            assert kind == 0
            _, count = struct.unpack(">BH", line.read(3))
            sizes = []
            for _ in range(count):
                x, y, width, height, encoding = struct.unpack(">HHHHi", line.read(12))
                if encoding == -308:
                    line.read(4 + 16 * line.read(4)[0] - 4)
                    sizes.append((width, height))
                elif encoding == 0:
                    line.read(width * height * 4)
            if (900, 700) in sizes:
                break
            screen.ask(incremental=True)
        assert (900, 700) in sizes
    anna.end()


def test_opening_twice_goes_on_with_the_same_one_and_another_screen_takes_it_over(house):
    anna = house.person("anna").sit_down()
    first = anna.ask("GET").json["session"]
    with anna.screen() as (line, screen):
        shown(screen)
        anna.sit_down()
        assert anna.ask("GET").json["session"] == first
        with anna.screen() as (other_line, other):
            shown(other)
            assert line.close_code() in (4000, 4001)
            shown(other)
    anna.end()


def test_what_ends_a_session_ends_its_desktop_at_once(house):
    """Ended by its user, logged out, no longer a member, account closed, project closed: the WebSocket is dead within seconds, the sandbox too."""
    bo = house.person("bo")

    def dies(act, undo=lambda: None):
        bo.sit_down()
        with bo.screen() as (line, screen):
            shown(screen)
            started = time.monotonic()
            act()
            assert line.close_code() in (4000, 4001)
            took = time.monotonic() - started
        with pytest.raises(Exception):
            bo.line()
        house.instance.wait_for(lambda: not [s for s in house.sessions() if s["user"] == "bo" and s["ended"] is None])
        undo()
        return took

    took = [dies(lambda: bo.ask("DELETE"))]
    back = "INSERT INTO member SELECT ?, id, 0 FROM user WHERE name = 'bo'"
    took.append(dies(lambda: house.instance.fvm("project", "member", "remove", PROJECT, "bo"), lambda: house.change(back, PROJECT)))
    took.append(dies(lambda: bo.portal.send("POST", "/logout")))
    assert max(took) < 5, took
    house.browsers.pop("bo")


def test_the_window_manager_s_end_is_the_session_s(house):
    anna = house.person("anna").sit_down()
    with anna.screen() as (line, screen):
        shown(screen)
        house.at_prompt(screen)
        screen.type("pkill openbox\n")
        assert line.close_code() == 4000
    house.instance.wait_for(lambda: not anna.ask("GET").json["open"])
    assert house.sessions()[0]["ending"] == "exited"


def test_another_project_s_desktop_is_another_session(house):
    bo = house.person("eve")
    answer = bo.ask("POST")
    assert answer.status == 403 and answer.code == "enclave.not_member"
    assert house.person("anna").ask("POST", OTHER).code == "enclave.not_member"
    assert house.person("anna").ask("GET", OTHER).status == 403


def test_no_contents_in_the_logs(house):
    anna = house.person("anna").sit_down()
    with anna.screen() as (line, screen):
        shown(screen)
        house.at_prompt(screen)
        screen.type("echo very-secret-words; echo very-secret-words >&2; touch /work/secret\n")
        house.instance.wait_for((house.root() / "work" / "secret").exists)
    anna.end()
    for log in (house.instance.path / "log").iterdir():
        assert "very-secret" not in log.read_text(), log


# --- closings: the last tests of this house, for they close it


class AtWork:
    """Somebody with all that one can have open: a browser that is logged in, a desktop, and SQL at a prompt."""

    def __init__(self, house, name, number):
        self.house = house
        self.visitor = house.person(name).sit_down(number)
        self.line = self.visitor.line()
        self.screen = Screen(self.line.read, self.line.write)
        self.psql = house.start("psql", "-At", user=name, number=number, text=True, bufsize=1)
        assert self.goes_on(), "the control, before anything is closed"

    def answer(self):
        self.psql.stdin.write("SELECT 40 + 2;\n")
        return self.psql.stdout.readline() if select.select([self.psql.stdout], [], [], 20)[0] else "nothing"

    def goes_on(self):
        return self.visitor.portal.request("/api/me").status == 200 and self.answer() == "42\n" and bool(self.screen.update())

    def leave(self):
        self.psql.kill()
        self.line.__exit__()


@pytest.fixture(scope="module")
def elsewhere(house):
    """Another institution: an operator and a security officer who close, and ulla, whom nothing of it is to reach."""
    house.instance.fvm("institution", "add", "Anden Region", "--cvr", "29189846")
    for name, role in (("ulla", "analyst"), ("oscar", "operator"), ("sofus", "security")):
        house.instance.fvm("user", "add", name, "--institution", "29189846", "--role", role)
    house.project("FVM-2026-0019", ["ulla"])
    house.change("UPDATE project SET cvr = '29189846', authority = 'Anden Region' WHERE number = 'FVM-2026-0019'")
    ulla = AtWork(house, "ulla", "FVM-2026-0019")
    yield ulla
    ulla.leave()


def told(house, actor, path, **body):
    status, _, content = ask_socket(house.instance, "POST", f"/api/v1/{path}", actor, json.dumps({"reason": "prøve", "words": "prøve", **body}))
    assert status in (200, 201), content
    return json.loads(content)


def sanctioned(house, user):
    number = told(house, "sofus", "breaches", user=user, project=PROJECT)["case"]
    told(house, "sofus", f"breaches/{number}/steps/interim", reach="user")


CLOSINGS = {"account paused": ("eve", lambda house: told(house, "oscar", "accounts/eve/pause")),
            "account sanctioned": ("eve", lambda house: sanctioned(house, "eve")),
            "account closed": ("eve", lambda house: told(house, "oscar", "accounts/eve/close")),
            "institution paused": ("bo", lambda house: told(house, "oscar", f"institutions/{CVR}/pause")),
            "institution closed": ("bo", lambda house: told(house, "oscar", f"institutions/{CVR}/close"))}


@pytest.mark.parametrize("what", CLOSINGS)
def test_a_closing_ends_all_that_is_open_at_once(house, elsewhere, what):
    """Decided in the portal, so that nobody but the portal and the steward has a part in it; fvm-steward looks by itself only once an hour here."""
    name, act = CLOSINGS[what]
    house.change("INSERT OR IGNORE INTO member SELECT ?, id, 0 FROM user WHERE name = ?", PROJECT, name)
    house.browsers.pop(name, None)
    closed = AtWork(house, name, PROJECT)
    started = time.monotonic()
    act(house)
    assert closed.visitor.portal.request("/api/me").status == 401, "the very next request"
    assert closed.line.close_code() in (4000, 4001)
    assert closed.psql.wait(10) == 137
    assert time.monotonic() - started < 8
    again = Browser(house.instance.port, house.broker)
    again.mitid(name)
    assert again.password(name, PASSWORD).code == "account.refused"
    assert house.session("true", user=name).returncode == 1
    assert elsewhere.goes_on(), "the control: another institution's goes on"
    house.change("UPDATE suspension SET ended = 1 WHERE ended IS NULL")
