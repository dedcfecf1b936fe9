"""kill -9 of each program while it works: the command says so, nothing is half done, and doing it again does it once.

The crash points inside each room are killed one by one in that room's own tests; here whole programs die under a running job."""
import contextlib
import os
import signal
import subprocess
import time

import pytest

from support import duck
from support.instance import BIN, FVM, Instance

CATALOGUE = '''
[[table]]
register = "TEST"
name = "kontakter"
person = "cpr"
period = "dato"
variables = [
  { name = "cpr", class = "person", required = true },
  { name = "dato", type = "date" },
  { name = "kode", class = "code" },
  { name = "antal", type = "integer" },
]
'''
ROWS = 1_500_000


def personal_number(n):
    """Made up: born 1930-1989, fails modulus 11 (the last digit is chosen so)."""
    day, month, year, serial = n % 28 + 1, n // 28 % 12 + 1, 30 + n // 336 % 60, n % 4000 // 10 % 1000
    head = f"{day:02}{month:02}{year:02}{serial:03}"
    for last in "0123456789":
        if sum(int(c) * w for c, w in zip(head + last, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1))) % 11 != 0:
            return head + last
    raise AssertionError


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    """One large and one small delivery of the same table."""
    folder = tmp_path_factory.mktemp("kill")
    numbers = [personal_number(n) for n in range(20_000)]
    for name, rows in (("large.csv", ROWS), ("small.csv", 1000)):
        with open(folder / name, "w", encoding="ascii") as out:
            out.write("cpr,dato,kode,antal\n")
            out.writelines(f"{numbers[i * 7919 % 20_000]},20{i % 24:02}-0{i % 9 + 1}-1{i % 9},DE11{i % 10},{i % 50}\n" for i in range(rows))
    (folder / "catalogue.toml").write_text(CATALOGUE)
    return folder


@pytest.fixture
def instance(tmp_path, delivery):
    with Instance(tmp_path / "instance") as made:
        made.fvm("catalogue", "import", delivery / "catalogue.toml")
        yield made


def rows_in_mirror(instance):
    folder = instance.path / "mirror/test/kontakter"
    if not (folder / "_delta_log").exists() or not duck.delta_files(folder):
        return 0
    return int(duck.table(folder, "SELECT count(*) FROM t")[0][0])


def start_deliver(instance, file):
    return subprocess.Popen([str(FVM), "--instance", str(instance.path), "deliver", "TEST.kontakter", str(file)],
                            env=instance.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)


def workers_of(instance):
    """This instance's only, which its launcher started: other tests may run at the same time. One look at all processes: many would take longer than the work."""
    shown = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = {int(pid): (int(parent), arguments) for pid, parent, arguments in (line.split(None, 2) for line in shown.splitlines())}

    def is_ours(pid):
        while pid in rows:
            pid, arguments = rows[pid]
            if arguments == f"{BIN}/fvm-launcher --instance {instance.path}":
                return True
        return False

    return sorted(pid for pid, (_, arguments) in rows.items() if "fvm-worker ingest" in arguments and is_ours(pid))


def signal_all(pids, which):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, which)


@contextlib.contextmanager
def stopped_in_its_work(instance, process):
    """The workers, stopped where they are, so that they are not done before something is killed; what is left of them goes on afterwards."""
    def working():  # for a moment: one that only looks at the file is over by then
        first = workers_of(instance)
        time.sleep(0.1)
        return set(first) & set(workers_of(instance)) or process.poll() is not None

    instance.wait_for(working, 20)
    workers = workers_of(instance)
    signal_all(workers, signal.SIGSTOP)
    assert workers and process.poll() is None, "it was over before it could be killed: " + process.stderr.read()
    yield workers
    signal_all(workers, signal.SIGCONT)


@pytest.mark.parametrize("victim", ["fvm-keeper", "fvm-launcher", "fvm-worker", "fvm"])
def test_killed_during_a_delivery(instance, delivery, victim):
    process = start_deliver(instance, delivery / "large.csv")
    with stopped_in_its_work(instance, process) as workers:
        if victim == "fvm":
            process.kill()
        elif victim == "fvm-worker":
            signal_all(workers, signal.SIGKILL)
        else:
            assert instance.kill(victim), f"{victim} does not run"
    _, errors = process.communicate(timeout=60)
    if victim != "fvm":
        assert process.returncode == 3, errors
        assert errors.strip(), "an error without a word"
    assert rows_in_mirror(instance) == 0
    # `up` starts the dead program again; the same delivery then goes through, once.
    instance.wait_for(lambda: instance.fvm("status", check=False).returncode == 0, 30)
    done = instance.json("deliver", "TEST.kontakter", delivery / "large.csv")
    assert done["rows_accepted"] == ROWS
    assert rows_in_mirror(instance) == ROWS
    instance.fvm("deliver", "TEST.kontakter", delivery / "large.csv")
    assert rows_in_mirror(instance) == ROWS
    instance.fvm("audit", "verify")


def test_portal_is_started_again(instance):
    import urllib.request
    address = f"http://127.0.0.1:{instance.port}/health"
    first = instance.kill("fvm-portal")
    assert first

    def answers():
        try:
            return urllib.request.urlopen(address, timeout=1).status == 200
        except OSError:
            return False
    instance.wait_for(answers, 30)


def test_everything_killed_at_once(instance, delivery):
    instance.fvm("deliver", "TEST.kontakter", delivery / "small.csv")
    subprocess.run(["pkill", "-9", "-f", "--", f"--instance {instance.path}"])
    time.sleep(0.5)
    instance.up()
    assert rows_in_mirror(instance) == 1000
    instance.fvm("audit", "verify")
    repeated = instance.json("deliver", "TEST.kontakter", delivery / "small.csv")
    assert rows_in_mirror(instance) == 1000, repeated
