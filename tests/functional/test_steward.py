"""fvm-steward as an operator sees it: supervised, answering, woken, doing its duties without being asked."""
import os
import re
import signal
import subprocess
import time

import pytest

from support.instance import Instance


@pytest.fixture
def instance(tmp_path):
    with Instance(tmp_path / "i", up=False) as it:
        settings = it.path / "config.toml"
        settings.write_text(settings.read_text().replace("interval_seconds = 10", "interval_seconds = 1"))
        it.up()
        yield it


def steward(instance):
    return next(p for p in instance.json("status")["programs"] if p["name"] == "fvm-steward")


def log(instance):
    return (instance.path / "log" / "fvm-steward.log").read_text()


def test_it_is_kept_alive_like_the_other_programs(instance):
    first = steward(instance)
    assert first["state"] == "answers" and first["version"]
    os.kill(first["pid"], signal.SIGKILL)
    instance.wait_for(lambda: steward(instance)["pid"] not in (0, first["pid"]) and steward(instance)["state"] == "answers")
    assert steward(instance)["restarts"] == 1


def test_a_signal_makes_it_look_at_once(instance):
    instance.wait_for(lambda: steward(instance)["served"] >= 1)
    time.sleep(0.5)
    before = steward(instance)
    os.kill(before["pid"], signal.SIGUSR1)
    instance.wait_for(lambda: steward(instance)["served"] > before["served"], 5)
    assert steward(instance)["pid"] == before["pid"]


def test_without_a_store_its_duties_fail_once_in_the_log_and_it_lives_on(instance):
    instance.wait_for(lambda: steward(instance)["served"] >= 1)
    before = steward(instance)
    (instance.path / "store").rename(instance.path / "gone")
    for _ in range(3):
        os.kill(before["pid"], signal.SIGUSR1)
        time.sleep(0.3)
    (instance.path / "gone").rename(instance.path / "store")
    os.kill(before["pid"], signal.SIGUSR1)
    instance.wait_for(lambda: "duty works again duty=sessions" in log(instance), 10)
    failures = [line for line in log(instance).splitlines() if "duty failed" in line and re.search(r"duty=sessions\b", line)]
    assert len(failures) == 1, log(instance)
    assert steward(instance)["pid"] == before["pid"]


def test_ended_with_the_instance_and_never_on_the_network(instance):
    pid = steward(instance)["pid"]
    sockets = subprocess.run(["ss", "-Hanp"], capture_output=True, text=True).stdout
    mine = [line for line in sockets.splitlines() if f"pid={pid}," in line]
    assert mine and all(line.split()[0].startswith("u_") for line in mine), mine
    instance.down()
    assert not os.path.exists(f"/proc/{pid}") or open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] == "Z"
