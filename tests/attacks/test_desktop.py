"""Attacks on desktops in the browser, each with its control: who gets no screen, what gets no further than the gate, what a slow or greedy browser
costs, and what somebody has who runs code of his own inside fvm-portal or fvm-desk."""
import http.client
import os
import shutil
import socket
import struct
import subprocess
import time

import pytest

from support import mitid
from support.desk import OTHER, PROJECT
from support.desktops import House
from support.instance import BIN
from support.rfb import Closed, Refused, Screen, WebSocket

WHY_NOT = mitid.reason_why_not() or (None if shutil.which("Xvnc") else "Xvnc is missing: ./run setup")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")
FAILURE, POWER, GET_STATUS, STATUS = 1, 72, 70, 71
ASK_DESKTOP, REDEEM, TAKE, NOTE = 90, 91, 93, 95


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("h")) as made:
        yield made


@pytest.fixture(scope="module")
def anna(house):
    return house.person("anna").sit_down()


def refused(status, open_line):
    with pytest.raises(Refused) as seen:
        open_line()
    assert seen.value.args[0] == status, seen.value.args
    return seen.value.args[1]


# ---- who gets in

def test_without_having_shown_a_ticket_there_is_no_screen(house, anna):
    stranger = {"Origin": house.origin, "User-Agent": anna.portal.agent}
    assert "desk.no_visit" in refused(401, lambda: WebSocket(house.port, "/screen", stranger))
    assert "desk.no_visit" in refused(401, lambda: WebSocket(house.port, "/screen", {**stranger, "Cookie": "__Host-fvm-desk=" + "0" * 64}))
    with anna.line() as line:  # the control
        Screen(line.read, line.write)


def test_a_cookie_is_good_in_its_own_browser_only(house, anna):
    assert "desk.no_visit" in refused(401, lambda: anna.line(headers={"User-Agent": "another browser"}))


@pytest.mark.parametrize("origin", ["http://evil.example", None, "null", "http://127.0.0.1:1", "PORTAL"])
def test_a_page_of_another_site_opens_none_also_the_portal_s(house, anna, origin):
    origin = f"http://127.0.0.1:{house.instance.port}" if origin == "PORTAL" else origin
    assert "desk.foreign_origin" in refused(403, lambda: anna.line(headers={"Origin": origin}))


def test_a_ticket_is_good_once(house, anna):
    address = anna.open()
    assert anna.arrive(address)[0] == 200  # the control
    status, text = anna.arrive(address)
    assert status == 403 and "brugt eller for gammel" in text
    for made_up in ("", "0" * 64, "'; --"):
        assert anna.arrive(f"{house.origin}/open?ticket={made_up.replace(' ', '%20')}")[0] == 403
    anna.sit_down()


def test_a_ticket_is_too_old_after_a_minute_or_with_its_desktop(house):
    bo = house.person("bo")
    address = bo.open(OTHER)
    bo.end(OTHER)
    status, text = bo.arrive(address)
    assert status == 403, text


def test_somebody_else_s_ticket_is_worth_nothing(house, anna):
    """bo has anna's ticket, and his own MitID."""
    bo = house.person("bo")
    status, text = bo.arrive(anna.open(), who="bo")
    assert status == 403 and "hører ikke til kontoen anna" in text
    assert "desk.no_visit" in refused(401, bo.line)
    record = [r for r in house.actions("desktop.refused")][-1]
    assert record["facts"]["reason"] == "desk.other_person" and record["facts"]["user"] == "anna"
    anna.sit_down()


def test_another_s_way_to_mitid_cannot_be_finished_here(house, anna):
    """mallory begins with anna's ticket; anna is lured to its end, or mallory brings a code of his own to another's state."""
    mallory = house.person("bo")
    answer, _ = mallory.at_desk(anna.open().removeprefix(house.origin))
    back = anna.mitid(answer.headers["Location"], "anna").removeprefix(house.origin)
    assert anna.at_desk(back)[0].status == 403, "anna's browser did not begin it"
    assert mallory.at_desk(back.replace("state=", "state=x"))[0].status == 403
    anna.sit_down()


def test_one_s_screen_is_of_the_project_that_was_opened(house):
    bo = house.person("bo").sit_down(OTHER)
    with bo.screen() as (line, screen):
        assert screen.name == OTHER
    bo.sit_down(PROJECT)
    with bo.screen() as (line, screen):
        assert screen.name == PROJECT
    for number in (OTHER, PROJECT):
        bo.end(number)


# ---- what a portal that was taken over can forge

def test_a_changed_binding_opens_nothing_until_an_operator_confirms(house):
    """The portal's case database says that anna's account is mallory's. fvm-desk has seen anna."""
    anna = house.person("anna").sit_down()
    of = {name: mitid.person(name)["claims"]["nemlogin.persistent_professional_id"] for name in ("anna", "mallory")}
    house.change("UPDATE credential SET professional = ? WHERE user = (SELECT id FROM user WHERE name = 'anna')", of["mallory"])
    try:
        status, text = anna.arrive(ticket_of(house, "anna"), who="mallory")
        assert status == 403 and "skal driften bekræfte det" in text
        anna.cookies.clear()
        assert "desk.no_visit" in refused(401, anna.line)
        assert anna.arrive(ticket_of(house, "anna"), who="anna")[0] == 403  # nor is anna whom the database names
        code = text.split("koden ")[1].split(".")[0]
        assert house.instance.fvm("desk", "confirm", PROJECT, "anna", "--code", "00000000", check=False).returncode == 2
        assert house.instance.json("desk", "confirm", PROJECT, "anna", "--code", code)["admitted"]
        assert anna.arrive(ticket_of(house, "anna"), who="mallory")[0] == 200  # the control: it is the operator's word that counts
    finally:
        house.change("UPDATE credential SET professional = ? WHERE user = (SELECT id FROM user WHERE name = 'anna')", of["anna"])
        house.instance.fvm("desk", "forget", PROJECT, "anna")
    anna.cookies.clear()
    anna.sit_down()


def test_a_forged_member_waits_for_an_operator(tmp_path):
    """The portal writes an account and a membership of its own: by the default rule nobody is admitted before an operator has confirmed."""
    with House(tmp_path, admission="confirmed") as house:
        house.change("INSERT INTO member SELECT ?, id, 0 FROM user WHERE name = 'eve'", PROJECT)
        eve = house.person("eve")
        status, text = eve.arrive(eve.open())
        assert status == 403 and "skal driften bekræfte det" in text
        assert "desk.no_visit" in refused(401, eve.line)
        waiting = house.instance.json("desk", "list")
        assert (waiting["user"], waiting["admitted"], waiting["cvr"]) == ("eve", False, "10150817")
        code = text.split("koden ")[1].split(".")[0]
        house.instance.fvm("desk", "confirm", PROJECT, "eve", "--code", code)
        assert eve.arrive(eve.open())[0] == 200


def ticket_of(house, user):
    """What a portal that was taken over can have from the steward without anybody's login: a ticket in anybody's name."""
    import json
    pieces = steward(house, ASK_DESKTOP, b"".join(text(each) for each in ("open", PROJECT, user, "", "da")))
    return json.loads(pieces[pieces.index(b"{"):])["address"]


def text(value):
    return struct.pack("<I", len(value)) + value.encode()


def steward(house, kind, body, key=None):
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(40)
        caller.connect(str(house.instance.path / "run" / "steward.sock"))
        shown = b"" if key is None else struct.pack("<IH", len(key), POWER) + key
        caller.sendall(shown + struct.pack("<IH", len(body), kind) + body)
        answer = caller.recv(65536)
    return answer


@pytest.mark.parametrize("kind", [REDEEM, TAKE, NOTE])
def test_without_the_desk_s_key_the_steward_gives_no_screen(house, anna, kind):
    """A caller of our system user, as the portal is: it may ask for a ticket, but neither use one nor take a screen."""
    ticket = ticket_of(house, "anna").split("ticket=")[1]
    body = text(ticket) if kind != NOTE else text(ticket) + text("x")
    answer = steward(house, kind, body)
    assert answer[4:6] == struct.pack("<H", FAILURE) and b"wire.no_key" in answer
    assert b"wire.wrong_key" in steward(house, kind, body, b"0" * 64)
    key = (house.instance.path / "run" / "steward.sock.key").read_bytes()
    answer = steward(house, kind, body, key)  # the control
    assert b"wire.no_key" not in answer and (kind != REDEEM or b"anna" in answer)


def test_code_inside_the_portal_reads_neither_the_key_nor_the_book(house, anna):
    if shutil.which("gdb") is None:
        pytest.skip("gdb is missing: ./run setup")
    if "portal.not_confined" in (house.instance.path / "log" / "fvm-portal.log").read_text():
        pytest.skip("this kernel has no Landlock")
    from test_portal_taken import EACCES, Taken
    portal = Taken(house.instance)
    path = house.instance.path
    inside = [path / "run" / "steward.sock.key", path / "desk" / "admitted.json", path / "desk.secret"]
    for name, (value, code) in zip(inside, portal.open(*inside)):
        assert value == -1 and code == EACCES, f"{name}: {value} {code}"
        assert name.read_bytes()  # from outside it is there to be read
    (value, code), = portal.open(path / "desk" / "admitted.json", flags=os.O_RDWR | os.O_CREAT)
    assert value == -1 and code == EACCES


def test_code_inside_fvm_desk_reads_no_register_data_no_case_and_starts_nothing(house, anna):
    if shutil.which("gdb") is None:
        pytest.skip("gdb is missing: ./run setup")
    if "desk.not_confined" in (house.instance.path / "log" / "fvm-desk.log").read_text():
        pytest.skip("this kernel has no Landlock")
    from test_portal_taken import EACCES, Taken
    desk = Taken(house.instance)
    desk.pid = subprocess.run(["pgrep", "-f", f"{BIN}/fvm-desk --instance {house.instance.path}"], capture_output=True, text=True, check=True).stdout.split()[0]
    path = house.instance.path
    (value, code), = desk.open(path / "config.toml")
    assert value >= 0, "the control: what it needs it can open"
    inside = [path / "store" / "fvm.sqlite", path / "mirror", path / "projects", house.root() / "data" / "note.txt", path / "keys", path / "audit",
              path / "run" / "launcher.sock.key", path / "run" / "keeper.sock.key", path / "mitid.secret", "/etc/shadow"]
    for name, (value, code) in zip(inside, desk.open(*inside)):
        assert os.path.exists(name) and value == -1 and code == EACCES, f"{name}: {value} {code}"
    (value, _), = desk.call('((int(*)(const char*))system)("exit 7")')
    assert value == 127 << 8


def test_no_socket_of_a_desktop_has_an_address_outside(house, anna):
    """Neither a network port nor a Unix socket leads to a screen from outside its sandbox."""
    anna.sit_down()
    with open("/proc/net/unix", encoding="utf-8") as sockets:
        paths = [line.split()[-1] for line in sockets if "/" in line.split()[-1]]
    assert any(each.endswith("/run/steward.sock") for each in paths), "the control: paths of our sockets are seen there"
    assert not [each for each in paths if "screen.sock" in each or "X11-unix/X1" in each]
    for port in (5900, 5901, 6001):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


# ---- what gets through

FAKE = r'''
import os, socket, struct, time
os.system("pkill Xvnc; sleep 0.5; rm -f /run/fvm/screen.sock")
listener = socket.socket(socket.AF_UNIX); listener.bind("/run/fvm/screen.sock"); listener.listen()
open("/work/fake", "w").close()
while True:
    line, _ = listener.accept()
    line.sendall(b"RFB 003.008\n"); line.recv(12); line.sendall(b"\x01\x01"); line.recv(1); line.sendall(bytes(4)); line.recv(1)
    form = b"\x20\x18\x00\x01" + struct.pack(">HHH", 255, 255, 255) + b"\x10\x08\x00\x00\x00\x00"
    line.sendall(struct.pack(">HH", 64, 64) + form + struct.pack(">I", 3) + b"FVM")
    line.sendall(b"\x02")
    time.sleep(0.5)
    text = b"0101010101;rows"
    mode = open("/work/mode").read()
    if mode == "text": line.sendall(struct.pack(">B3sI", 3, b"", len(text)) + text)
    if mode == "name": line.sendall(struct.pack(">BBHHHHHi", 0, 0, 1, 0, 0, 0, 0, -307) + struct.pack(">I", len(text)) + text)
    if mode == "picture": line.sendall(struct.pack(">BBHHHHHi", 0, 0, 1, 0, 0, 1, 1, 0) + b"abcd")
    time.sleep(2); line.close()
'''


def test_a_screen_that_its_user_replaced_sends_no_text_out(house):
    """Xvnc is the user's own process: he may put a program in its place that sends what it likes. Pictures pass, text does not."""
    bo = house.person("bo").sit_down()
    work = house.root() / "work"
    (work / "fake.py").write_text(FAKE)
    (work / "mode").write_text("text")
    # It is not to die with the window manager that Xvnc's end ends: the desktop's command must go on.
    with bo.screen() as (line, screen):
        house.at_prompt(screen)
        screen.type("pkill -STOP -x start; setsid python3 /work/fake.py\n")
        house.instance.wait_for((work / "fake").exists)
    for mode, code in (("text", 1008), ("name", 1008), ("picture", None)):
        (work / "mode").write_text(mode)
        with bo.line() as line:
            screen = Screen(line.read, line.write)
            assert line.read(1) == b"\x02"  # the control: what may pass does
            if code is None:
                assert line.read(20)[-4:] == b"abcd"
                continue
            seen = b""
            with pytest.raises(Closed) as closed:
                while True:
                    seen += line.message()
            assert closed.value.args[0] == code and b"rows" not in seen + line.held
    reasons = [r["facts"]["reason"] for r in house.actions("desktop.refused")]
    assert "screen.text_out" in reasons and "screen.encoding" in reasons
    bo.end()


def test_what_is_copied_inside_stays_inside(house):
    anna = house.person("anna").sit_down()
    with anna.screen() as (line, screen):
        house.at_prompt(screen)
        screen.type("vncconfig -set SendCutText=1; vncconfig -set SendPrimary=1; echo 0101010101; touch /work/copied\n")
        house.instance.wait_for((house.root() / "work" / "copied").exists)
        time.sleep(0.5)
        # Select a word with a double click in the terminal: Xvnc would now send it, and the gate closes.
        for _ in range(2):
            for buttons in (1, 0):
                screen.write(struct.pack(">BBHH", 5, buttons, 120, 130))
        try:
            for _ in range(20):
                screen.update()
                time.sleep(0.1)
        except Closed as closed:
            assert closed.args[0] == 1008
        assert not screen.texts
    with anna.screen() as (line, screen):  # the control: text goes in
        house.at_prompt(screen)
        screen.paste("touch /work/pasted_by_hand ")
        screen.type("x")
        time.sleep(0.3)
        screen.update()


def test_oversized_and_broken_frames_end_the_line_and_nothing_else(house):
    anna = house.person("anna").sit_down()
    sent = [lambda line: line.frame(2, bytes(200_000)),                                                        # a message beyond the limit
            lambda line: line.socket.sendall(b"\x82\xff" + struct.pack(">Q", 1 << 62) + bytes(4)),             # that says so at its beginning
            lambda line: line.frame(2, struct.pack(">B3sI", 6, b"", 10 << 20)),                                # a paste beyond its own
            lambda line: line.frame(2, b"\x63" * 100),                                                         # no message of the protocol
            lambda line: line.frame(2, b"\x00" * 4, masked=False),                                             # unmasked
            lambda line: line.frame(3, b"x")]                                                                  # a reserved kind
    for send in sent:
        with anna.line() as line:
            Screen(line.read, line.write)
            send(line)
            assert line.close_code(10) in (1002, 1008, 1009, None)
    with anna.screen() as (line, screen):  # the control
        screen.update()


def test_a_browser_that_reads_nothing_costs_no_memory_and_disturbs_nobody(house):
    anna, bo = house.person("anna").sit_down(), house.person("bo").sit_down()
    pid = subprocess.run(["pgrep", "-f", f"{BIN}/fvm-desk --instance {house.instance.path}"], capture_output=True, text=True, check=True).stdout.split()[0]

    def memory_kib():
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

    before = memory_kib()
    with anna.line(receive_buffer=4096) as lazy:
        screen = Screen(lazy.read, lazy.write)
        for _ in range(300):  # 300 whole pictures of 4 MB: asked for, never read
            screen.ask()
        with bo.screen() as (line, other):
            started = time.monotonic()
            other.update()
            assert time.monotonic() - started < 5
        time.sleep(2)
        assert memory_kib() - before < 20 * 1024
        # A lazy browser is cut off as fast as any other when its desktop ends.
        bo_sessions = [s for s in house.sessions() if s["user"] == "anna" and s["ended"] is None]
        assert bo_sessions
        anna.ask("DELETE")
        house.instance.wait_for(lambda: not [s for s in house.sessions() if s["user"] == "anna" and s["ended"] is None])
    bo.end()


def test_a_slow_handshake_and_a_flood_of_lines_are_cut_off(house):
    anna = house.person("anna").sit_down()
    slow = socket.create_connection(("127.0.0.1", house.port))
    slow.sendall(b"GET /screen HTTP/1.1\r\nHost: x\r\n")
    # Each takes the screen from the one before: of a flood, one is left.
    lines = [anna.line() for _ in range(20)]
    codes = [line.close_code(5) for line in lines[:-1]]
    assert set(codes) <= {4000, 4001, None}, codes
    with anna.screen() as (line, screen):  # the control
        screen.update()
    for line in lines:
        line.socket.close()
    slow.settimeout(20)
    assert slow.recv(100) == b"", "a request that never ends is given up"


def test_strangers_wait_by_address_and_whoever_sits_at_a_screen_does_not(house, anna):
    line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=20)

    def ask(path="/health", whose="203.0.113.7", cookie=""):
        line.request("GET", path, headers={"X-Forwarded-For": whose, "User-Agent": anna.portal.agent, **({"Cookie": cookie} if cookie else {})})
        answer = line.getresponse()
        return answer.status, answer.read(), answer.getheader("Retry-After")
    until_told = lambda most, **more: next((i for i in range(most) if ask(**more)[0] == 429), most)
    assert 400 <= until_told(3000) < 3000
    assert until_told(400, cookie="__Host-fvm-desk=" + "0" * 64) < 400, "a cookie that is none of ours does not help"
    status, document, wait = next(told for told in iter(ask, None) if told[0] == 429)
    assert b"api.too_fast" in document and 1 <= int(wait) <= 2
    flood = {"headers": {"X-Forwarded-For": "203.0.113.7"}}
    until_told(400)
    assert 429 in [refused_line(house, flood) for _ in range(5)], "WebSockets too"
    assert ask(whose="203.0.113.8")[0] == 200, "the control: somebody else"
    assert until_told(450, cookie=anna.cookie()) == 450, "and who has shown a ticket and MitID, behind the same address"
    with anna.screen(**flood) as (_, screen):
        screen.update()
    # The way in uses up tickets and asks the broker.
    assert until_told(200, path="/open?ticket=x", whose="203.0.113.9") == 60
    assert ask(whose="203.0.113.9")[0] == 200


def refused_line(house, more):
    with pytest.raises(Refused) as seen:
        WebSocket(house.port, "/screen", {"Origin": house.origin, **more["headers"]})
    return seen.value.args[0]
