"""fvm deliver when something dies or is full: nothing half done, doing it again does it once, no number left lying about."""
import subprocess
import threading

import pytest

from support import duck
from support.deliveries import CATALOGUE, cpr, deliver, fingerprint, mirror, put, text, visit
from support.instance import ROOT, Instance


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        (tmp_path / "c.toml").write_text(CATALOGUE)
        instance.fvm("catalogue", "import", tmp_path / "c.toml")
        yield instance


@pytest.mark.parametrize("mode", ["append", "replace", "upsert"])
@pytest.mark.parametrize("point", ["deliver.recorded", "deliver.ingested", "deliver.moved", "deliver.committed"])
def test_killed_at_each_step_and_run_again(fresh, point, mode):
    deliver(fresh, put(fresh, text([visit(i) for i in range(10)])))
    file = put(fresh, text([visit(i) for i in range(5, 25)]))
    arguments = (file, "--mode", mode)
    done = fresh.fvm("deliver", "TST.visit", *arguments, check=False, crash_at=point)
    assert done.returncode == -9, done.stdout + done.stderr
    want = {"append": 30, "replace": 20, "upsert": 25}[mode]
    code, answer = deliver(fresh, *arguments)
    assert code == 0, answer
    assert answer["rows_accepted"] == 20 and answer["already"] == (point != "deliver.recorded")
    assert mirror(fresh, "SELECT count(*) FROM t") == [(str(want),)]
    assert list((fresh.path / "mirror/tst/visit/.staging").iterdir()) == []
    live = set(duck.delta_files(fresh.path / "mirror/tst/visit"))
    assert live <= {str(p) for p in (fresh.path / "mirror/tst/visit").glob("*.parquet")}
    code, again = deliver(fresh, *arguments)
    assert again["already"] and mirror(fresh, "SELECT count(*) FROM t") == [(str(want),)]


def test_keeper_down(fresh):
    deliver(fresh, put(fresh, text([visit(1)])))
    before = fingerprint(fresh)
    fresh.down()
    code, answer = deliver(fresh, put(fresh, text([visit(2)])))
    assert code == 3 and answer["error"] == "wire.not_running"
    assert fingerprint(fresh) == before
    fresh.up()
    assert deliver(fresh, put(fresh, text([visit(2)])))[0] == 0
    assert mirror(fresh, "SELECT count(*) FROM t") == [("2",)]


def test_keeper_killed_while_a_delivery_runs(fresh):
    big = put(fresh, text([visit(i) for i in range(150_000)]))
    result = {}
    thread = threading.Thread(target=lambda: result.update(zip(("code", "answer"), deliver(fresh, big))))
    thread.start()
    staging = fresh.path / "mirror/tst/visit/.staging"
    fresh.wait_for(lambda: not thread.is_alive() or list(staging.glob("*/*.parquet")))
    fresh.kill("fvm-keeper")
    thread.join()
    if result["code"] != 0:  # it was quicker than the killing
        assert result["code"] == 3, result
        assert not list((fresh.path / "mirror/tst/visit").glob("*.parquet"))
    fresh.down()
    fresh.up()
    code, answer = deliver(fresh, big)
    assert code == 0, answer
    assert mirror(fresh, "SELECT count(*), count(DISTINCT id) FROM t") == [("150000", "150000")]


def test_full_disk(tmp_path):
    """The instance on a file system of 24 MB that the delivery does not fit on."""
    script = f"""
import sys; sys.path.insert(0, {str(ROOT / 'tests')!r})
import pathlib, random
from support.instance import Instance
from support.deliveries import CATALOGUE, text, visit
with Instance(pathlib.Path({str(tmp_path)!r}) / 'disk' / 'i') as instance:
    work = pathlib.Path({str(tmp_path)!r})
    (work / 'c.toml').write_text(CATALOGUE)
    instance.fvm('catalogue', 'import', work / 'c.toml')
    (work / 'small.csv').write_text(text([visit(i) for i in range(10)]))
    instance.fvm('deliver', 'TST.visit', work / 'small.csv')
    noise = random.Random(1)
    (work / 'big.csv').write_text(text([visit(i, note=noise.randbytes(400).hex()) for i in range(60000)]))
    done = instance.fvm('deliver', 'TST.visit', work / 'big.csv', check=False)
    print('code', done.returncode, done.stderr)
    print('staging', list((instance.path / 'mirror/tst/visit/.staging').rglob('*')))
    (work / 'next.csv').write_text(text([visit(i) for i in range(10, 20)]))
    print('next', instance.fvm('--json', 'deliver', 'TST.visit', work / 'next.csv', check=False).returncode)
"""
    (tmp_path / "disk").mkdir()
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(["unshare", "--mount", "sh", "-c", f"mount -t tmpfs -o size=24m none {tmp_path}/disk && exec /usr/bin/python3 "
                           f"{tmp_path}/script.py"], capture_output=True, text=True, timeout=300)
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip("no right to mount a small file system here")
    assert "code 3" in done.stdout and "disk is full" in done.stdout, done.stdout + done.stderr
    assert "staging []" in done.stdout and "next 0" in done.stdout, done.stdout


def test_no_personal_number_stays_outside_inbox_and_keys(fresh):
    people = [cpr(i) for i in range(2000)]
    rows = [visit(i, cpr=people[i], mother_cpr=people[i - 1], note="free text") for i in range(2000)]
    rows[7]["day"] = "bad"
    rows[8]["cpr"] = people[8][:6] + "-" + people[8][6:]
    file = put(fresh, text(rows))
    assert deliver(fresh, file)[0] == 0

    def found_in(paths):
        hits = []
        for path in paths:
            blob = path.read_bytes()
            if path.suffix == ".parquet":
                blob += "\n".join(str(r) for r in duck.rows(f"SELECT * FROM read_parquet('{path}')")).encode()
            hits += [path for p in people[::50] + [people[7], people[8]] if p.encode() in blob][:1]
        return hits
    inside = [p for p in fresh.path.rglob("*") if p.is_file()]
    assert len([p for p in inside if p.suffix == ".parquet"]) >= 1
    assert found_in([p for p in inside if "inbox" not in p.parts and "keys" not in p.parts]) == []
    assert found_in([file]) == [file]  # the positive control: the search does find them


def test_compaction_waits_for_a_delivery_that_was_stopped(fresh):
    for k in range(3):
        deliver(fresh, put(fresh, text([visit(i) for i in range(k * 10, k * 10 + 10)])))
    file = put(fresh, text([visit(i, note="new") for i in (5, 15, 99)]))
    fresh.fvm("deliver", "TST.visit", file, "--mode", "upsert", check=False, crash_at="deliver.ingested")
    assert fresh.fvm("mirror", "compact", "TST.visit", check=False).returncode == 1
    code, answer = deliver(fresh, file, "--mode", "upsert")
    assert code == 0 and answer["status"] == "accepted", answer
    assert mirror(fresh, "SELECT count(*), count(DISTINCT id), count(*) FILTER (note = 'new') FROM t") == [("31", "31", "3")]
