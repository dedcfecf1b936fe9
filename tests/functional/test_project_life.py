"""fvm project, what happens to it: killed at any step, disk full, keeper down, two at a time, members, closed; the records of it."""
import fcntl
import json
import os
import subprocess

import pytest

from support.instance import ROOT
from support.projects import EVERYBODY, FINDING, PERSON, VISIT, build, create, data, filled


@pytest.fixture
def fresh(tmp_path):
    with filled(tmp_path / "i") as instance:
        yield instance


# --- killed, full, alone


@pytest.mark.parametrize("point", ["build.recorded", "build.built", "lake.before_commit", "lake.after_commit:2", "build.moved", "build.committed"])
def test_killed_at_any_step_and_run_again(fresh, point):
    number = create(fresh, EVERYBODY, PERSON + VISIT + FINDING)
    build(fresh, number)
    rows = {table: sorted(data(fresh, number, table)) for table in ("person", "visit", "finding")}
    assert fresh.fvm("project", "build", number, crash_at=point, check=False).returncode == -9
    assert fresh.json("project", "show", number)["version"] == 1, "the version before is still in use"
    again = build(fresh, number)
    assert again["version"] == (2 if point == "build.recorded" else 3), "what was written is finished, then built anew"
    assert {table: sorted(data(fresh, number, table)) for table in rows} == rows
    assert not any((fresh.path / "projects" / number / "staging").iterdir())
    assert fresh.fvm("audit", "verify").returncode == 0


def test_a_killed_refresh_is_finished_and_no_more(fresh):
    number = create(fresh, EVERYBODY)
    fresh.fvm("project", "build", number, crash_at="build.committed", check=False)
    finished = fresh.json("project", "refresh", number)
    assert finished["recovered"] is True and finished["version"] == 1
    assert fresh.json("project", "refresh", number)["up_to_date"] is True


@pytest.mark.parametrize("point", ["project.folders_made", "project.prepared"])
def test_killed_while_creating(fresh, point):
    with pytest.raises(AssertionError, match="-9"):
        create(fresh, EVERYBODY, number="TST-2026-7000", crash_at=point)
    assert fresh.fvm("project", "show", "TST-2026-7000", check=False).returncode == 2
    build(fresh, create(fresh, EVERYBODY, number="TST-2026-7000"))


def test_keeper_down(fresh):
    number = create(fresh, EVERYBODY)
    build(fresh, number)
    before = sorted(data(fresh, number, "person"))
    fresh.down()
    for arguments in ("project", "build", number), ("project", "create", fresh.path / "inbox" / f"{number}.toml"):
        done = fresh.fvm(*arguments, check=False)
        assert done.returncode in (0, 3), done.stderr
    assert fresh.fvm("project", "build", number, check=False).returncode == 3
    assert fresh.json("project", "show", number)["version"] == 1
    assert sorted(data(fresh, number, "person")) == before
    fresh.up()
    assert build(fresh, number)["version"] == 2


def test_full_disk(tmp_path):
    """The project's folder is a small disk of its own; the build fails, the version before stays."""
    script = f"""
import os, pathlib, subprocess, sys
sys.path.insert(0, {str(ROOT / 'tests')!r})
from support.projects import *
with filled(pathlib.Path({str(tmp_path)!r}) / 'i') as instance:
    projects = instance.path / 'projects'
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'none', str(projects)], check=True)
    instance.down(); instance.up()
    file = instance.path / 'inbox' / 's.toml'
    file.write_text(specification('TST-2026-6000', 'any = [ {{ table = "TST.person" }} ]', PERSON + VISIT))
    instance.fvm('project', 'create', file)
    instance.fvm('project', 'build', 'TST-2026-6000')
    filler = projects / 'TST-2026-6000' / 'work' / 'filler'
    out = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        for _ in range(1024):
            os.write(out, bytes(4096))
        sys.exit('the small disk is not under the project')
    except OSError:
        os.close(out)
    done = instance.fvm('project', 'build', 'TST-2026-6000', check=False)
    print('full', done.returncode, done.stderr)
    print('version', instance.json('project', 'show', 'TST-2026-6000')['version'])
    filler.unlink()
    print('again', instance.json('project', 'build', 'TST-2026-6000')['version'])
"""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    done = subprocess.run(["unshare", "--mount", "/usr/bin/python3", "-c", script], capture_output=True, text=True, timeout=120,
                          env=dict(os.environ, FVM_ROOT=str(ROOT)))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "full 3" in done.stdout and "version 1" in done.stdout and "again 2" in done.stdout, done.stdout + done.stderr


def test_two_builds_of_a_project_at_the_same_time(fresh):
    number = create(fresh, EVERYBODY, PERSON + VISIT)
    command = [str(a) for a in (ROOT / "build" / "bin" / "fvm", "--instance", fresh.path, "project", "build", number)]
    both = [subprocess.Popen(command, env=fresh.environment, stderr=subprocess.PIPE) for _ in range(2)]
    codes = sorted(p.wait() for p in both)
    assert codes in ([0, 0], [0, 1]), [p.stderr.read() for p in both]
    assert fresh.json("project", "show", number)["version"] == codes.count(0)


# --- members, closing, records


def test_members(fresh):
    number = create(fresh, EVERYBODY)
    fresh.fvm("institution", "add", f"Kommune {number}", "--cvr", "29189846", "--recipient", "@demo.example", check=False)
    fresh.fvm("user", "add", "anna", "--institution", "29189846", "--role", "analyst")
    assert fresh.json("project", "member", "add", number, "anna")["members"] == ["anna"]
    assert fresh.json("project", "show", number)["members"] == ["anna"]
    assert fresh.json("project", "member", "remove", number, "anna")["members"] == []
    assert fresh.fvm("project", "member", "add", number, "nobody", check=False).returncode == 2
    assert fresh.fvm("project", "member", "add", "TST-2026-0000", "anna", check=False).returncode == 2


@pytest.mark.parametrize("point", [None, "project.closed", "project.key_dropped"])
def test_closing_drops_key_and_data_and_keeps_records(fresh, point):
    number = create(fresh, EVERYBODY)
    build(fresh, number)
    if point:
        assert fresh.fvm("project", "close", number, crash_at=point, check=False).returncode == -9
    fresh.fvm("project", "close", number)
    assert {p.name for p in (fresh.path / "projects" / number).iterdir()} <= {"spec.toml"}
    assert not (fresh.path / "keys" / "projects" / f"{number}.key").exists()
    assert fresh.fvm("project", "certificate", number, "--verify").stdout.startswith("fvm-certificate-of-deletion 1\n")
    shown = fresh.json("project", "show", number)
    assert shown["state"] == "closed" and shown["version"] == 1
    assert fresh.fvm("project", "build", number, check=False).returncode == 1
    assert fresh.fvm("project", "create", fresh.path / "inbox" / f"{number}.toml", check=False).returncode == 1


def test_a_build_under_way_keeps_the_project_from_being_closed(fresh):
    """It would put its files back behind the closing, and nobody would take them away again."""
    number = create(fresh, EVERYBODY)
    build(fresh, number)
    with open(fresh.path / "run" / f"build-{number}.lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as a build holds it
        done = fresh.fvm("--json", "project", "close", number, check=False)
        assert done.returncode == 1 and json.loads(done.stdout)["error"] == "project.busy", done.stderr
        assert fresh.json("project", "show", number)["state"] == "open"
    fresh.fvm("project", "close", number)
    assert fresh.json("project", "show", number)["state"] == "closed"


def test_every_step_is_one_record(fresh):
    number = create(fresh, EVERYBODY)
    build(fresh, number)
    fresh.fvm("project", "close", number)
    actions = [record["action"] for record in ledger(fresh) if record["subject"] == number]
    assert actions == ["project.created", "project.build_started", "project.build_written", "project.built", "project.closed",
                       "project.deleted"]


def ledger(instance):
    out = []
    for file in sorted((instance.path / "audit").glob("ledger-*.jsonl")):
        out += [json.loads(line) for line in file.read_text().splitlines()]
    return out
