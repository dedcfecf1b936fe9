"""fvm deliver of a file that somebody writes to meanwhile."""
import fcntl
import json
import subprocess

import pytest

from support.deliveries import CATALOGUE, deliver, mirror, put, text, visit
from support.instance import FVM, Instance


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        (tmp_path / "c.toml").write_text(CATALOGUE)
        instance.fvm("catalogue", "import", tmp_path / "c.toml")
        yield instance


def waits_for_a_lock(pid):
    with open("/proc/locks") as locks:
        return any("->" in line and f" {pid} " in line for line in locks)


def test_a_file_that_changes_after_it_was_hashed_is_not_taken(fresh):
    """The record would name bytes that never came. Here it changes while the delivery waits for another's to end."""
    file = put(fresh, "")
    command = [str(FVM), "--json", "--instance", str(fresh.path), "deliver", "TST.visit", str(file), "--mode", "replace"]
    for rows, after, code in (30, 30, 0), (31, 32, 2):
        file.write_text(text([visit(i) for i in range(rows)]))
        with open(fresh.path / "run" / "deliver-TST.visit.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting = subprocess.Popen(command, env=fresh.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            fresh.wait_for(lambda: waits_for_a_lock(waiting.pid))
            if after != rows:
                file.write_text(text([visit(i) for i in range(after)]))
        out = waiting.communicate(timeout=60)[0]
        assert waiting.returncode == code, out
        assert len(mirror(fresh)) == 30
    assert json.loads(out)["error"] == "deliver.file_changed"
    assert deliver(fresh, file, "--mode", "replace")[0] == 0 and len(mirror(fresh)) == 32
