"""The courier scans beside its sending: a slow scan holds up nobody else's result, and a courier that dies in one skips nothing."""
import functools
import os
import pathlib
import signal
import socket
import time

import pytest

from support.courier_client import send_release
from support.house import House


@functools.cache
def long(end):
    """Rows enough that their scan can be stopped in the middle; `end`: what becomes of them."""
    rows = "gruppe;antal;gns\n" + "".join(f"Gruppe {i % 98};{5 + i * 7919 % 90000};{i * 31 % 977 / 10:.1f}\n" for i in range(200_000))
    return {"in_review": rows, "blocked": rows + "Gruppe 3;2;1,0\n"}[end]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("scans")) as it:
        yield it


def begun(house, name, content):
    """A request as the portal begins one: staged, and the courier is told its number."""
    house.put(name, content)
    assert house.send(name, crash_at="release.begun").returncode == -signal.SIGKILL
    number = house.instance.json("release", "list", user="anna")["releases"][0]["release"]
    assert house.state(number) == "staged"
    send_release(house.instance, number)
    return number


def parents():
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            yield int(stat.parent.name), int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue


def scanning(house):
    """The workers that scan for this house, stopped where they are."""
    of, launcher = dict(parents()), house.programs["fvm-launcher"].pid
    found = []
    for pid in of:
        above = pid
        while above in of and above != launcher:
            above = of[above]
        try:
            command = (pathlib.Path("/proc") / str(pid) / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if above == launcher and command[0].endswith(b"fvm-worker") and b"scan" in command:
            os.kill(pid, signal.SIGSTOP)
            found.append(pid)
    return found


def stopped_scan(house):
    end = time.monotonic() + 20
    while not (found := scanning(house)):
        assert time.monotonic() < end, house.log()
        time.sleep(0.005)
    return found


def test_while_one_scan_is_slow_others_are_checked_sent_and_delivered(house):
    slow = begun(house, "lang.csv", long("in_review"))
    worker = stopped_scan(house)
    other = house.sent_for_review("kort.csv")
    house.approve(other)
    house.wait_for_state(other, "sent")
    assert len(house.mail.mails()) == 1
    third = begun(house, "tredje.csv", "gruppe;antal\nC;120\nD;2\n")
    house.wait_for_state(third, "blocked")
    assert house.state(slow) == "checking", "the control: it was slow all the time"
    for pid in worker:
        os.kill(pid, signal.SIGCONT)
    house.wait_for_state(slow, "in_review")


@pytest.mark.parametrize("end, wanted", [("kill", "blocked"), ("stop", "in_review")])
def test_a_courier_that_ends_in_a_scan_skips_nothing(house, end, wanted):
    number = begun(house, "lang.csv", long(wanted))
    stopped_scan(house)
    assert house.state(number) == "checking"
    begin = time.monotonic()
    if end == "kill":
        program = house.programs.pop("fvm-courier")
        program.kill()
        program.wait(20)
    else:
        house.stop("fvm-courier")
    assert time.monotonic() - begin < 10
    assert house.state(number) == "checking" and house.approve(number, check=False).returncode == 1
    house.start("fvm-courier")
    send_release(house.instance, number)
    house.wait_for_state(number, wanted)
    steps = [step["event"] for step in house.show(number, "olga")["history"]]
    assert steps.count("check") == 1 and "fail" not in steps


@pytest.mark.parametrize("silent", ["answers nothing", "lets nobody in"])
def test_a_courier_that_waits_for_the_virus_scanner_ends_when_it_is_told_to(house, tmp_path, silent):
    """A daemon that takes the bytes and never answers, or whose queue is full."""
    place = tmp_path / "clamd.sock"
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as first:
        listener.bind(str(place))
        listener.listen(0)
        if silent == "lets nobody in":
            first.connect(str(place))
        house.stop("fvm-courier")
        house.configure(**{"release.clamd_socket": f'"{place}"'})
        house.start("fvm-courier")
        try:
            number = begun(house, "venter.csv", "gruppe;antal\nC;120\nD;200\n")
            caller = None
            if silent == "answers nothing":
                listener.settimeout(30)
                caller, _ = listener.accept()
                caller.settimeout(30)
                assert caller.recv(1 << 16), "the control: it is being asked"
            else:
                time.sleep(2)
                assert house.state(number) == "checking", "the control: it waits"
            begin = time.monotonic()
            house.stop("fvm-courier")
            assert time.monotonic() - begin < 10 and house.state(number) == "checking"
            if caller:
                caller.close()
        finally:
            house.configure(**{"release.clamd_socket": '""'})
            house.start("fvm-courier")
        send_release(house.instance, number)
        house.wait_for_state(number, "in_review")
