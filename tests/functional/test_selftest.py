"""The service's test of itself: what holds on a running instance, and that each part notices what it is there for."""
import json
import os
import socket
import subprocess
import threading

import pytest

from support.house import House
from support.instance import BIN

CHECKS = {"sandbox", "powers", "scanner", "ledger", "tables", "copies"}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("selftest")) as it:
        it.portal()
        yield it


def checked(house, *words):
    done = house.instance.fvm("--json", "selftest", *words, user="olga", check=False)
    found = json.loads(done.stdout)
    assert done.returncode == (0 if found["held"] else 1), done.stderr
    return {each["name"]: each for each in found["checks"]}


def outcomes(checks):
    return {name: each["outcome"] for name, each in checks.items()}


def test_everything_holds_and_was_tried(house):
    checks = checked(house)
    assert set(checks) == CHECKS and set(outcomes(checks).values()) <= {"held", "nothing"}, checks
    assert checks["sandbox"]["outcome"] == "held" and checks["sandbox"]["tried"] >= 20
    assert (checks["powers"]["outcome"], checks["powers"]["tried"]) == ("held", 3)
    assert checks["scanner"]["outcome"] == "held" and checks["ledger"]["tried"] > 10
    assert checked(house, "--last") == checks
    record = next(r for r in reversed(house.actions()) if r["action"] == "selftest.run")
    assert record["facts"]["sandbox"] == "held" and not [*house.instance.path.glob("*/selftest-*")]


def test_who_sees_it(house):
    checked(house)
    status, view = house.ask("GET", "security", "sofus")
    assert status == 200 and view["self_test"]["held"] and {each["name"] for each in view["self_test"]["checks"]} == CHECKS
    status, view = house.ask("GET", "operations", "olga")
    assert status == 200 and view["self_test"]["held"]
    assert house.ask("GET", "security", "anna")[0] == 403


def test_words_in_both_languages(house):
    house.instance.fvm("selftest", user="olga")
    for language, words in (("en", "Ways out of the closed environment: held (21)"), ("da", "Veje ud af det lukkede miljø: holdt (21)")):
        shown = subprocess.run([BIN / "fvm", "--instance", house.instance.path, "selftest", "--last"], capture_output=True, text=True,
                               env={**os.environ, "FVM_LANG": language}, check=True).stdout
        assert words in shown, shown


def answering(sockets):
    """Answers every caller with one byte, as the bait of the self-test does."""
    def streams(listener):
        while True:
            try:
                with listener.accept()[0] as caller:
                    caller.recv(1)
                    caller.sendall(b"!")
            except OSError:
                return
    def datagrams():
        while True:
            try:
                sockets["udp"].sendto(b"!", sockets["udp"].recvfrom(1)[1])
            except OSError:
                return
    for work in (lambda: streams(sockets["tcp"]), lambda: streams(sockets["abstract"]), datagrams):
        threading.Thread(target=work, daemon=True).start()


def test_control_outside_of_a_sandbox_the_same_program_finds_the_ways(tmp_path):
    """The probe must be able to succeed, or its "no" is worth nothing."""
    sockets = {"tcp": socket.create_server(("127.0.0.1", 0)), "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM), "abstract": socket.socket(socket.AF_UNIX)}
    sockets["udp"].bind(("127.0.0.1", 0))
    name = f"fvm-control-{os.getpid()}"
    sockets["abstract"].bind("\0" + name)
    sockets["abstract"].listen()
    answering(sockets)
    (tmp_path / "outside").write_text("x")
    told = [sockets["tcp"].getsockname()[1], sockets["udp"].getsockname()[1], name, tmp_path / "outside", os.getpid()]
    # A process namespace of its own, always: the last thing that `enter` does is to kill every process that it can see.
    done = subprocess.run(["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", BIN / "fvm-worker", "enter", "--no-sql", "--probe", "--", *map(str, told)],
                          capture_output=True, text=True, timeout=60)
    found = json.loads(done.stdout.splitlines()[0])["ways_out"]
    for way in ("tcp", "udp", "abstract_socket", "file_outside", "netlink_socket"):
        assert found[way], (way, found)


def changed(path, at):
    original = path.read_bytes()
    touched = bytearray(original)
    touched[at] = ord("1") if touched[at] != ord("1") else ord("2")
    path.chmod(0o600)
    path.write_bytes(touched)
    return original


def test_a_changed_record_of_the_ledger_is_found_and_told(house):
    file = sorted((house.instance.path / "audit").glob("ledger-*.jsonl"))[0]
    original = changed(file, file.read_bytes().index(b'"time":"') + 8)
    try:
        checks = checked(house)
    finally:
        file.write_bytes(original)
    assert checks["ledger"]["outcome"] == "failed" and checks["ledger"]["detail"].startswith("record "), checks["ledger"]
    assert all(each["outcome"] != "failed" for name, each in checks.items() if name != "ledger")
    status, view = house.ask("GET", "security", "sofus")
    assert status == 200 and not view["self_test"]["held"]
    assert outcomes(checked(house))["ledger"] == "held"


def test_a_program_that_is_down_is_not_counted_as_well(house):
    house.stop("fvm-launcher")
    checks = checked(house)
    assert checks["sandbox"]["outcome"] == "unknown" and checks["sandbox"]["detail"].startswith("wire."), checks["sandbox"]
    assert checks["powers"]["outcome"] == "unknown" and checks["ledger"]["outcome"] == "held"
    house.start("fvm-launcher")
    assert set(outcomes(checked(house)).values()) <= {"held", "nothing"}


def test_without_one_there_is_nothing_to_show(tmp_path):
    with House(tmp_path) as it:
        done = it.instance.fvm("selftest", "--last", user="olga", check=False)
        assert done.returncode == 2 and "fvm selftest" in done.stderr
