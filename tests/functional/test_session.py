"""fvm session: the command's exit code and streams, its surroundings, who may, and that it is on record whatever happens."""
import hashlib
import os
import signal
import subprocess
import termios
import time

import pytest
from support.desk import OTHER, PROJECT, Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with Desk(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.mark.parametrize("code", [0, 1, 3, 77, 255])
def test_exit_code_is_the_commands(desk, code):
    assert desk.session("sh", "-c", f"exit {code}").returncode == code


def test_killed_command_is_128_and_its_signal(desk):
    assert desk.session("sh", "-c", "kill -TERM $$").returncode == 128 + signal.SIGTERM


def test_unknown_command(desk):
    done = desk.session("no-such-program")
    assert done.returncode == 127 and "no-such-program could not be run" in done.stderr


def test_names_longer_than_a_record(desk):
    assert desk.session("x" * 100_000).returncode == 126
    assert desk.session("true", number="x" * 100_000).returncode == 2
    assert [r for r in desk.actions() if r["action"] == "session.refused"]


def test_streams_stay_apart(desk):
    done = desk.session("sh", "-c", "echo out; echo err >&2")
    assert done.stdout == "out\n" and "err\n" in done.stderr


def test_input_and_large_output_pass_unchanged(desk):
    data = os.urandom(8 << 20)
    process = desk.start("cat")
    out, _ = process.communicate(data, timeout=60)
    assert process.returncode == 0 and hashlib.sha256(out).digest() == hashlib.sha256(data).digest()


def test_command_that_reads_nothing_and_closes_early(desk):
    process = desk.start("true")
    process.communicate(bytes(1 << 20), timeout=30)
    assert process.returncode == 0


def test_reader_that_goes_away_ends_the_session(desk):
    """As in a shell: fvm session P -- yes | head -1"""
    process = desk.start("yes")
    assert process.stdout.read(2) == b"y\n"
    process.stdout.close()
    assert process.wait(20) == 128 + signal.SIGPIPE


def test_surroundings(desk):
    script = "echo $PGHOST $PGPORT $PGDATABASE $PGUSER $USER $HOME; pwd; hostname; umask; id -un"
    lines = desk.session("sh", "-c", script).stdout.splitlines()
    assert lines == [f"/run/fvm 5432 {PROJECT} anna anna /home/anna", "/work", "fvm", "0077", "anna"]


@pytest.mark.parametrize("command", [["psql", "--version"], ["python3", "-c", "import psycopg2"],
                                     ["Rscript", "-e", "library(DBI); library(RPostgreSQL)"], ["bash", "-c", "true"]])
def test_tools_are_there(desk, command):
    done = desk.session(*command)
    assert done.returncode == 0, done.stderr


def test_work_is_shared_home_is_ones_own_and_data_is_read_only(desk):
    for user in ("anna", "bo"):
        done = desk.session("sh", "-c", f"echo {user} > /work/{user}; echo {user} > ~/mine; echo {user} > /outbox/t.csv", user=user)
        assert done.returncode == 0, done.stderr
    done = desk.session("sh", "-c", "cat /work/*; ls /home; cat ~/mine /data/note.txt; echo x > /data/x")
    assert done.stdout.splitlines() == ["anna", "bo", "anna", "anna", f"data of {PROJECT}"] and done.returncode != 0
    root = desk.root()
    assert (root / "outbox" / "bo" / "t.csv").read_text() == "bo\n"
    for folder in ("work", "home/anna", "outbox/anna"):
        assert (root / folder).stat().st_mode & 0o777 == 0o700
        assert (root / folder).stat().st_uid == os.geteuid()


def test_files_written_inside_belong_to_us_outside(desk):
    desk.session("sh", "-c", "echo x > /work/owned", check=True)
    assert (desk.root() / "work" / "owned").stat().st_uid == os.geteuid()


def test_two_projects_do_not_see_each_other(desk):
    """bo is a member of both: even so a session of one has nothing of the other."""
    seen = {number: desk.session("cat", "/data/note.txt", user="bo", number=number).stdout for number in (PROJECT, OTHER)}
    assert seen == {number: f"data of {number}\n" for number in (PROJECT, OTHER)}
    for path in (desk.root(OTHER) / "data" / "note.txt", desk.root() / "population" / "map.txt", desk.instance.path / "keys"):
        assert path.exists()
        assert desk.session("ls", str(path), user="bo").returncode != 0
    desk.session("sh", "-c", "echo hidden > /work/only-here", user="bo", check=True)
    assert desk.session("ls", "/work", user="bo", number=OTHER).stdout == ""


def refused(desk, code, words, **more):
    before = len(desk.actions())
    done = desk.session("touch", "/work/ran", **more)
    assert done.returncode == code and words in done.stderr, done.stderr
    assert not (desk.root() / "work" / "ran").exists()
    recorded = desk.actions()[before:]
    assert [r["action"] for r in recorded] == ["session.refused"]


def test_not_a_member(desk):
    refused(desk, 1, "eve is not a member", user="eve")


def test_operator_only_as_a_member(desk):
    refused(desk, 1, "olga", user="olga")


def test_unknown_project(desk):
    refused(desk, 2, "FVM-2026-0099", number="FVM-2026-0099")


def test_closed_and_expired_project(desk):
    for column, value, back in (("state", "closed", "open"), ("valid_to", "2020-12-31", "2099-12-31"),
                                ("valid_from", "2098-12-31", "2020-01-01"), ("version", 0, 1)):
        desk.change(f"UPDATE project SET {column} = ? WHERE number = ?", value, PROJECT)
        try:
            refused(desk, 1, PROJECT)
        finally:
            desk.change(f"UPDATE project SET {column} = ? WHERE number = ?", back, PROJECT)
    assert desk.session("true").returncode == 0


def test_one_record_at_the_start_and_one_at_the_end(desk):
    before = len(desk.actions())
    desk.session("sh", "-c", "exit 7")
    start, end = desk.actions()[before:]
    assert (start["action"], end["action"]) == ("session.started", "session.ended")
    assert start["subject"] == end["subject"] and start["subject"].startswith("S-")
    newest = desk.sessions()[0]
    assert newest["session"] == end["subject"] and newest["exit_code"] == 7 and newest["ending"] == "exited"


def test_arguments_are_not_recorded(desk):
    desk.session("sh", "-c", "true 010101-9999")
    assert "010101-9999" not in str(desk.actions()) and "sh" in str(desk.actions()[-2])


def test_killed_fvm_leaves_no_sandbox_and_the_next_closes_its_record(desk):
    process = desk.start("sh", "-c", "echo up; sleep 61.5")
    assert process.stdout.readline() == b"up\n"
    until(lambda: sleepers("61.5") == 1)
    process.kill()
    process.wait()
    until(lambda: sleepers("61.5") == 0)
    assert desk.sessions()[0]["ending"] == "abandoned"
    assert desk.actions()[-1]["action"] == "session.ended"
    assert "session-" not in " ".join(os.listdir(desk.instance.path / "run"))


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def sleepers(seconds):
    return int(subprocess.run(["pgrep", "-fc", f"^sleep {seconds}"], capture_output=True, text=True).stdout)


@pytest.mark.parametrize("step", ["enclave.locked", "enclave.begun", "enclave.ending", "enclave.ended"])
def test_killed_at_each_step_and_the_next_works(desk, step):
    done = desk.session("true", crash_at=step)
    assert done.returncode == -signal.SIGKILL
    assert desk.session("true").returncode == 0
    sessions = desk.sessions()
    assert all(s["ended"] for s in sessions), sessions
    starts = [r["subject"] for r in desk.actions() if r["action"] == "session.started"]
    ends = [r["subject"] for r in desk.actions() if r["action"] == "session.ended"]
    assert sorted(starts) == sorted(ends) and len(set(ends)) == len(ends)
    assert not list((desk.instance.path / "run").glob("session-*"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_ends_the_session_and_is_recorded(desk, number):
    process = desk.start("sh", "-c", "echo up; sleep 62.5")
    assert process.stdout.readline() == b"up\n"
    process.send_signal(number)
    assert process.wait(20) == 128 + number
    assert desk.sessions()[0]["exit_code"] == 128 + number
    desk.instance.wait_for(lambda: sleepers("62.5") == 0)  # the kernel clears the sandbox away behind its first process


def test_launcher_killed_ends_the_session_with_3_and_comes_back(desk):
    process = desk.start("sh", "-c", "echo up; sleep 63.5")
    assert process.stdout.readline() == b"up\n"
    assert desk.instance.kill("fvm-launcher")
    assert process.wait(20) == 3 and sleepers("63.5") == 0
    assert desk.sessions()[0]["ending"] == "failed"
    desk.instance.wait_for(lambda: desk.session("true").returncode == 0)


def test_terminal(desk):
    terminal = desk.at_terminal("bash", "--norc")
    terminal.expect("$ ")
    terminal.type("test -t 0 && test -t 1 && echo a-$((1+1))-terminal; stty size\r")
    terminal.expect("a-2-terminal")
    terminal.expect("31 97")
    terminal.resize(40, 120)
    time.sleep(0.3)
    terminal.type("stty size\r")
    terminal.expect("40 120")
    terminal.type("sleep 64.5\r")
    until(lambda: sleepers("64.5"))
    terminal.type("\x03")  # interrupts the command, not the session
    terminal.expect("$ ")
    terminal.type("echo still-$((2+2)); exit 9\r")
    terminal.expect("still-4")
    assert terminal.wait() == 9


def test_terminal_is_given_back_when_a_signal_ends_us(desk):
    terminal = desk.at_terminal("cat")
    typed = termios.ICANON | termios.ECHO
    assert terminal.mode()[3] & typed == typed, "the control: a terminal as it is before"
    until(lambda: not terminal.mode()[3] & typed)
    os.kill(terminal.pid, signal.SIGTERM)
    until(lambda: terminal.mode()[3] & typed == typed)
    assert terminal.wait() == 128 + signal.SIGTERM


def test_help_and_wrong_use(desk):
    for verb in ("session", "sql"):
        done = desk.instance.fvm(verb, "--help")
        assert "Example: fvm " + verb in done.stdout
    done = desk.instance.fvm("session", check=False)
    assert done.returncode == 2 and "which project" in done.stderr


class TestLimits:
    @pytest.fixture(scope="class")
    def narrow(self, tmp_path_factory):
        settings = {"sessions_max = 8": "sessions_max = 1", "time_seconds = 28800": "time_seconds = 4",
                    "memory_mib = 4096": "memory_mib = 300", "processes_max = 256": "processes_max = 40"}
        with Desk(tmp_path_factory.mktemp("narrow"), settings) as made:
            yield made

    def test_one_session_at_a_time(self, narrow):
        process = narrow.start("sh", "-c", "echo up; read line")
        assert process.stdout.readline() == b"up\n"
        done = narrow.session("true")
        assert done.returncode == 1 and "1 sessions open" in done.stderr
        assert narrow.session("true", user="bo").returncode == 0, "another user has places of their own"
        process.communicate(b"\n", timeout=10)
        assert narrow.session("true").returncode == 0

    def test_time(self, narrow):
        done = narrow.session("sleep", "60", timeout=30)
        assert done.returncode == 137 and "4 seconds" in done.stderr
        assert narrow.sessions()[0]["ending"] == "timed out"

    def test_memory(self, narrow):
        done = narrow.session("python3", "-c", "b = bytearray(600 << 20); b[::4096] = b'x' * len(b[::4096])")
        assert done.returncode != 0 and ("memory" in done.stderr or "MemoryError" in done.stderr)

    def test_processes(self, narrow):
        done = narrow.session("sh", "-c", "for i in $(seq 60); do sleep 1 & done; wait")
        assert "fork" in done.stderr
