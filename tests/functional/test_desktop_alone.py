"""A desktop that is left alone: the screen closes where nobody touches it, the desktop ends where nobody has looked for long. Another one, whose
user is there, is the control. It waits for two minutes of the clock, hardly working meanwhile.
"""
import shutil
import threading
import time

import pytest

from support import mitid
from support.desktops import House
from support.rfb import Closed

WHY_NOT = mitid.reason_why_not() or (None if shutil.which("Xvnc") else "Xvnc is missing: ./run setup")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")
MINUTE = 60


class Present(threading.Thread):
    """Somebody who moves the pointer every few seconds and looks at what comes, until `leave` or until the screen closes."""

    def __init__(self, line, screen):
        super().__init__()
        self.line, self.screen = line, screen
        self.leave, self.thrown_out = threading.Event(), None
        self.start()

    def run(self):
        try:
            while not self.leave.wait(3):
                self.screen.type("x")
                self.screen.update()
        except (Closed, OSError) as error:
            self.thrown_out = error


def seconds_until_closed(line):
    start = time.monotonic()
    line.close_code(2 * MINUTE)
    return time.monotonic() - start


def test_nobody_at_the_screen(tmp_path):
    with House(tmp_path, desk={"idle_minutes": 1, "away_minutes": 1}) as house:
        anna, bo = house.person("anna").sit_down(), house.person("bo").sit_down()
        with bo.screen() as (bos_line, bos), anna.screen() as (line, screen):
            present = Present(bos_line, bos)
            screen.update()
            screen.type("x")
            assert MINUTE - 10 < seconds_until_closed(line) < MINUTE + 30
            assert anna.ask("GET").json["open"], "the desktop goes on: she may come back"
            left = time.monotonic()
            house.instance.wait_for(lambda: not anna.ask("GET").json["open"], 2 * MINUTE)
            assert time.monotonic() - left > MINUTE - 15, "not before nobody had looked for a minute"
            assert bo.ask("GET").json["open"] and present.thrown_out is None, "the control: he was there all the time"
            present.leave.set()
            present.join()
        ended = [r for r in house.actions("session.ended") if r["actor"] == "anna"]
        assert len(ended) == 1 and not [r for r in house.actions("session.ended") if r["actor"] == "bo"]
