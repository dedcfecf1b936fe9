"""The ways to a safe table attacked from where they begin: inside a session, and at the portal's door. Each attack has its control:
the same thing done rightly, or against something that nobody protects."""
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from support.cases import ask_socket  # noqa: E402
from support.instance import Instance  # noqa: E402
from support.sql_server import SqlServer  # noqa: E402
from support.tables import PROJECT, Tables, people  # noqa: E402

OTHER, FOREIGN = "TST-2026-9002", "TST-2026-9003"
PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)
ALL = "SELECT pnr, kommune, koen FROM bef.person"
ASK_TABLE, TABLE_PIECE, FAILURE = 65, 66, 1


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """anna in one project, bo in another of the same institution, berit in one of another institution; a table in each."""
    with Instance(tmp_path_factory.mktemp("routes") / "i") as instance:
        tables = Tables(instance, PEOPLE)
        instance.fvm("user", "add", "bo", "--institution", "29189846", "--role", "analyst")
        tables.project(OTHER, user="bo")
        tables.institution("Anden Kommune", "28856075", "berit")
        tables.project(FOREIGN, user="berit", cvr="28856075", name="Anden Kommune")
        tables.table("--rows", "kommune")  # 1 of the institution
        tables.table("--rows", "koen", project=OTHER, user="bo", sql=ALL)  # 2
        tables.table("--rows", "koen", project=FOREIGN, user="berit", sql=ALL)  # 1 of the other institution
        instance.wait_for(lambda: (instance.path / "run" / "casework.sock").exists())
        yield tables


def psql(town, *statements, user="anna", project=PROJECT, **more):
    words = [word for statement in statements for word in ("-c", statement)]
    return town.instance.fvm("session", project, "--", "psql", "-X", "--csv", *words, user=user, check=False, **more)


def call(sql=ALL, **given):
    return f"CALL fvm.safe_table('{sql.replace(chr(39), chr(39) * 2)}'" + "".join(f", {n} => '{v}'" for n, v in given.items()) + ")"


# ---- other people's tables, other people's names


def test_another_projects_table_is_as_if_there_were_none(town):
    for statement in ("CALL fvm.safe_table_again({})", "CALL fvm.safe_table_notes({})", "CALL fvm.safe_table_explain({}, 'koen=K')",
                      "CALL fvm.safe_table_again({}, out => '/outbox/x.csv')"):
        theirs, nobodys = (psql(town, statement.format(n)) for n in (2, 777))
        assert theirs.stdout == nobodys.stdout == ""
        assert theirs.stderr.replace("table 2.", "table 777.") == nobodys.stderr and "has no table 777" in nobodys.stderr
        own = psql(town, statement.format(2), user="bo", project=OTHER)
        assert own.returncode == 0 and (own.stdout or "Written" in own.stderr), "the control: whose it is gets it"
    assert psql(town, "CALL fvm.safe_tables()").stdout.count("\n") == 2
    assert not (town.instance.path / "projects" / PROJECT / "outbox" / "anna" / "x.csv").exists()


@pytest.mark.parametrize("name", ["user", "project", "cvr", "as", "do", "language", "formats", "table"])
def test_who_asks_and_where_cannot_be_said_in_a_session(town, name):
    done = psql(town, call(rows="kommune", **{name: "bo"}))
    assert done.stdout == "" and f'no parameter "{name}"' in done.stderr
    assert psql(town, call(rows="kommune")).stdout.startswith("kommune,persons,mark")


def test_environment_and_startup_do_not_make_somebody_else(town):
    for words in (["PGUSER=bo"], [f"PGDATABASE={OTHER}"], ["PGUSER=berit", f"PGDATABASE={FOREIGN}"], ["USER=bo", "LOGNAME=bo"]):
        done = town.instance.fvm("session", PROJECT, "--", "env", *words, "psql", "-X", "-c", call(rows="kommune", title="whose"),
                                 user="anna", check=False)
        if words[0].startswith("USER"):
            assert done.returncode == 0
        else:
            assert done.returncode != 0 and "does not exist" in done.stderr
    last = town.instance.json("ledger", "show", PROJECT)["tables"][-1]
    assert (last["author"], last["title"]) == ("anna", "whose")


# ---- the socket itself

STEAL = r"""
import ctypes, glob, os, socket, sys
found = []
for fds in glob.glob("/proc/[0-9]*/fd"):
    pid = int(fds.split("/")[2])
    if pid == os.getpid(): continue
    try: names = os.listdir(fds)
    except OSError: continue
    for fd in names:
        try:
            if not os.readlink(f"{fds}/{fd}").startswith("socket:"): continue
        except OSError: continue
        found.append((pid, int(fd)))
        try: os.open(f"{fds}/{fd}", os.O_RDWR); print("OPENED", pid, fd)
        except OSError: pass
        libc = ctypes.CDLL(None, use_errno=True)
        handle = libc.syscall(434, pid, 0)
        if handle >= 0 and libc.syscall(438, handle, int(fd), 0) >= 0: print("TAKEN", pid, fd)
print("looked at", len(found))
"""


def test_the_socket_cannot_be_taken_from_the_server_that_holds_it(town, tmp_path):
    done = town.instance.fvm("session", PROJECT, "--", "python3", "-c", STEAL, user="anna")
    assert "TAKEN" not in done.stdout and "OPENED" not in done.stdout and "looked at" in done.stdout
    # The control: outside, a program of the same user is robbed by the same script (as root, or where ptrace is allowed).
    ours, theirs = socket.socketpair()
    holder = subprocess.Popen(["sleep", "30"], pass_fds=[theirs.fileno()])
    try:
        outside = subprocess.run(["python3", "-c", STEAL.replace("/proc/[0-9]*/fd", f"/proc/{holder.pid}/fd")], capture_output=True, text=True)
        if "TAKEN" not in outside.stdout:
            pytest.skip("this machine lets nobody take another's descriptor: no control")
    finally:
        holder.kill()
        holder.wait()
        ours.close(), theirs.close()


def frame(kind, body):
    return struct.pack("<IH", len(body), kind) + body


def piece(part, more, data):
    return frame(TABLE_PIECE, struct.pack("<HBI", part, more, len(data)) + data)


class Counter(threading.Thread):
    """Whoever is at the other end of a SQL server's socket: answers each request with the next of `answers`."""

    def __init__(self, answers):
        super().__init__(daemon=True)
        self.ours, self.theirs = socket.socketpair()
        self.answers, self.requests = list(answers), []
        self.start()

    def run(self):
        for answer in self.answers:
            head = self.ours.recv(6, socket.MSG_WAITALL)
            if len(head) < 6:
                return
            length, kind = struct.unpack("<IH", head)
            self.requests.append((kind, self.ours.recv(length, socket.MSG_WAITALL)[4:]))
            self.ours.sendall(answer)
        self.ours.shutdown(socket.SHUT_RDWR)


RECORD = json.dumps({"table": 7, "author": "anna", "asked": "2026-01-01T00:00:00Z", "hidden": 1, "facts": 2, "cells_in_all": 2, "count": "persons",
                     "dimensions": ["k"], "figures": [], "why_hidden": "few", "notes": ["a note"],
                     "cells": [{"k": "Total", "status": "open", "persons": 30}, {"k": "1", "status": "hidden", "persons": None}]}).encode()


def server_with(tmp_path, answers):
    counter = Counter(answers)
    fd = counter.theirs.fileno()
    os.set_inheritable(fd, True)
    server = SqlServer(tmp_path, "--tables-fd", fd)
    popen = subprocess.Popen
    subprocess.Popen = lambda *words, pass_fds=(), **more: popen(*words, pass_fds=[*pass_fds, fd], **more)
    try:
        server.start()
    finally:
        subprocess.Popen = popen
        counter.theirs.close()
    return server, counter


def test_answers_that_are_none_break_nothing(tmp_path):
    """The SQL server over a counter that we play: nonsense is an error, and the session's SQL goes on."""
    broken = [piece(0, 0, b"not json"), piece(0, 0, b"[]"), piece(0, 0, b"{}"), piece(3, 1, b"x"), frame(999, b"x"), frame(TABLE_PIECE, b"\x00"),
              piece(0, 0, RECORD.replace(b'"cells"', b'"sells"')), frame(FAILURE, b"\xff" * 40), piece(0, 0, RECORD)]
    server, counter = server_with(tmp_path, broken)
    try:
        for _ in broken[:-1]:
            done = server.run_psql("-c", "CALL fvm.safe_table('SELECT 1', rows => 'k')")
            assert done.returncode != 0 and "ERROR" in done.stderr
        done = server.run_psql("--csv", "-c", "CALL fvm.safe_table('SELECT 1', rows => 'k')")
        assert done.stdout == "k,persons,mark\nTotal,30,\n1,,…\n", "the control: a sound answer is shown"
        assert "NOTICE:  few" in done.stderr
        assert json.loads(counter.requests[-1][1]) == {"do": "release", "rows": "k", "sql": "SELECT 1", "language": "en"}
        gone = server.run_psql("-c", "CALL fvm.safe_tables()")
        assert "nobody is at the other end" in gone.stderr
        assert server.psql("SELECT 7") == "7"
    finally:
        server.stop()


def test_without_a_counter_there_are_no_tables(tmp_path):
    with SqlServer(tmp_path) as server:
        assert "nobody is at the other end" in server.run_psql("-c", "CALL fvm.safe_tables()").stderr


def test_binary_and_prepared_forms(tmp_path):
    psycopg2 = pytest.importorskip("psycopg2")
    server, _ = server_with(tmp_path, [piece(0, 0, RECORD)] * 2)
    try:
        connection = psycopg2.connect(**server.at)
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("CALL fvm.safe_table(%s, rows => %s)", ["SELECT 'it''s \\ a' AS \"k\"", ["k"]])
        assert cursor.fetchall() == [("Total", 30, ""), ("1", None, "…")]
        assert [c.name for c in cursor.description] == ["k", "persons", "mark"]
        connection.close()
    finally:
        server.stop()


# ---- SQL that wants out, too much, too often


@pytest.mark.parametrize("sql", [
    "SELECT pnr, kommune FROM bef.person; SELECT 1", "COPY (SELECT 1) TO '/outbox/x.csv'", "ATTACH '/in/ledger/1.json'",
    "SELECT 1 AS pnr, content AS kommune FROM read_text('/in/ledger/1.json')", "SELECT 1 AS pnr, content AS kommune FROM read_text('/etc/passwd')",
    "SELECT 1 AS pnr, content AS kommune FROM read_text('/work/x')", "SET allowed_directories = ['/']", "CALL fvm.safe_tables()",
    "SELECT pnr, kommune FROM bef.person'); DROP VIEW bef.person; --"])
def test_sql_that_escapes(town, sql):
    before = len(town.instance.json("ledger", "show", PROJECT)["tables"])
    done = psql(town, call(sql, rows="kommune"), "SELECT count(*) FROM bef.person")
    assert "ERROR" in done.stderr and done.stdout.splitlines()[-1] == "81"
    assert len(town.instance.json("ledger", "show", PROJECT)["tables"]) == before


@pytest.mark.parametrize("heading", ["pnr::VARCHAR", "'2020-01-' || pnr % 28 || ' ' || koen || ' ' || pnr", "md5(pnr::VARCHAR)", "chr(10) || kommune",
                                     "'=cmd|' || kommune", "'</td><script>' || kommune"])
def test_headings_chosen_to_carry_something_out(town, heading):
    done = psql(town, call(f"SELECT pnr, {heading} AS h, koen FROM bef.person", rows="h", out="/outbox/h.csv"))
    named = {line.split(",")[0] for line in done.stdout.splitlines()[1:]}
    if "pnr" in heading:
        assert named <= {"Total", "(others)"}, "one person each: nobody is named"
    elif "chr(10)" in heading:
        assert "is no heading" in done.stderr and not named
    else:  # the control: what many share is named, and is harmless in a file
        assert len(named) == 4
        written = (town.instance.path / "projects" / PROJECT / "outbox" / "anna" / "h.csv").read_text()
        assert "\n=cmd" not in written and ("'=cmd|101" in written or "<script>101" in written)


def test_a_request_that_is_too_large(town):
    script = f"""
import psycopg2
c = psycopg2.connect(""); c.autocommit = True; k = c.cursor()
for bytes in (2 << 20, 1 << 20):
    try: k.execute("CALL fvm.safe_table(%s, rows => 'kommune')", [{ALL!r} + " --" + "x" * bytes]); print("made")
    except psycopg2.Error as e: print(e)
k.execute("CALL fvm.safe_table(%s, rows => 'kommune')", [{ALL!r} + " --" + "x" * (1 << 19)]); print("made", len(k.fetchall()))
"""
    done = town.instance.fvm("session", PROJECT, "--", "python3", "-c", script, user="anna")
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert len(lines) == 3 and all("longer than 1048576 bytes" in line for line in lines[:2]) and lines[2] == "made 4"


def test_thousands_of_requests(town):
    """A program that asks without end is slowed down, fills no ledger, and keeps nobody else from asking."""
    script = f"""
import psycopg2, collections
c = psycopg2.connect(""); c.autocommit = True; k = c.cursor(); n = collections.Counter()
for _ in range(3000):
    try: k.execute("CALL fvm.safe_table_again(555)")
    except psycopg2.Error as e: n["often" if "Too many requests" in str(e) else "answered" if "has no table" in str(e) else str(e)] += 1
print(dict(n))
"""
    started = time.monotonic()
    done = town.instance.fvm("session", PROJECT, "--", "python3", "-c", script, user="anna", timeout=200)
    took = time.monotonic() - started
    counts = eval(done.stdout)  # noqa: S307: our own text
    assert set(counts) == {"often", "answered"} and 60 <= counts["answered"] <= 61 + took / 2 and counts["often"] > 1000
    assert psql(town, call(rows="kommune")).returncode == 0, "the control: another session asks"


# ---- the portal's door


def door(town, method, below, user="anna", body=None, project=PROJECT):
    status, headers, content = ask_socket(town.instance, method, f"/api/v1/projects/{project}/tables{below}", user,
                                          json.dumps(body) if isinstance(body, dict) else body)
    return status, headers, content.decode()


def test_at_the_door_too_only_members_with_access(town):
    ask = {"sql": ALL, "rows": "kommune"}
    assert door(town, "POST", "", None, ask)[0] == 401
    for user, project, status in [("anna", OTHER, 403), ("berit", PROJECT, 403), ("nobody", PROJECT, 400), ("anna", "TST-0000-0000", 404),
                                  ("anna", "../x", 400), ("test", PROJECT, 400)]:
        for method, below in (("POST", ""), ("GET", ""), ("GET", "/1"), ("GET", "/1?format=csv"), ("GET", "/1/explain?cell=kommune%3D101")):
            got, headers, text = door(town, method, below, user, ask if method == "POST" else None, project)
            assert got in (status, 404), (user, project, method, below, got, text)
            assert "cells" not in text and "problem+json" in headers["Content-Type"]
    assert door(town, "POST", "", "anna", ask)[0] == 201, "the control: who may gets it"
    theirs, nobodys = door(town, "GET", "/2"), door(town, "GET", "/777")
    assert theirs[0] == nobodys[0] == 404
    assert re.sub(r"\d+", "", theirs[2]) == re.sub(r"\d+", "", nobodys[2])


@pytest.mark.parametrize("member", ["project", "user", "as", "cvr"])
def test_at_the_door_too_nobody_says_who_he_is_in_the_request(town, member):
    status, _, text = door(town, "POST", "", "anna", {"sql": ALL, "rows": "kommune", member: "bo"})
    assert status == 422 and json.loads(text)["type"] == "urn:fvm:problem:table.member_unknown"


def test_errors_at_the_door_quote_nothing_that_the_engine_said(town):
    """Outside the closed environment names of columns may be somebody's words: in a session they are told."""
    pivot = "SELECT * FROM (SELECT pnr, koen AS \"SECRET\" FROM bef.person)"
    status, _, text = door(town, "POST", "", "anna", {"sql": pivot, "rows": "kommune"})
    assert status == 422 and "SECRET" not in text and json.loads(text)["type"] == "urn:fvm:problem:table.column_missing"
    for sql in ("SELECT nope FROM bef.person", "SELECT pnr, CAST(koen AS INTEGER) AS kommune FROM bef.person"):
        status, _, text = door(town, "POST", "", "anna", {"sql": sql, "rows": "kommune"})
        assert (status, json.loads(text)["type"]) == (422, "urn:fvm:problem:table.sql_not_told")
    assert "SECRET" in psql(town, call(pivot.replace('"', '"'), rows="kommune")).stderr, "the control"


@pytest.mark.parametrize("body", ["", "[]", "{", '{"sql":', "\x00" * 100, '{"do": "list"}', "[" * 50_000])
def test_malformed_requests_at_the_door(town, body):
    status, _, text = door(town, "POST", "", "anna", body)
    assert status == 400 and "problem" in text


def test_a_large_request_at_the_door(town):
    assert door(town, "POST", "", "anna", {"sql": ALL + " --" + "x" * (4 << 20), "rows": "kommune"})[0] in (400, 413, 422)
    assert door(town, "GET", "")[0] == 200


def test_on_the_network_nobody_is_believed_without_a_login(town):
    import urllib.error
    import urllib.request
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{town.instance.port}/api/v1/projects/{PROJECT}/tables",
                                                      headers={"Fvm-Actor": "anna"}), timeout=10)
    assert refused.value.code == 401


def test_the_stewards_socket_takes_no_nonsense(town):
    """A program of the same user may ask; what is no request is refused, and the steward goes on."""
    path = town.instance.path / "run" / "steward.sock"

    def say(raw):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(str(path))
            s.sendall(raw)
            s.shutdown(socket.SHUT_WR)
            return s.recv(1 << 16)
    text = lambda value: struct.pack("<I", len(value)) + value
    for raw in (frame(61, b""), frame(61, b"\xff" * 100), frame(61, text(b"x") * 2), frame(ASK_TABLE, text(b"{}")), b"\xff" * 6, frame(61, text(b"") * 3)):
        say(raw)
    with socket.socket(socket.AF_UNIX) as s:  # the control
        s.settimeout(20)
        s.connect(str(path))
        s.sendall(frame(61, text(PROJECT.encode()) + text(b"anna") + text(b'{"do":"list"}')))
        answer = s.recv(1 << 16)
        assert struct.unpack("<IH", answer[:6])[1] == TABLE_PIECE and b'"tables"' in answer
