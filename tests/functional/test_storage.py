"""Projects encrypted at rest: mounted while used, let go after, never readable without the key; what a kill leaves is mended."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

from support.projects import EVERYBODY, PERSON, VISIT, build, create, filled

pytestmark = [
    pytest.mark.skipif(not os.path.exists("/dev/fuse"), reason="there is no /dev/fuse here"),
    pytest.mark.skipif(shutil.which("gocryptfs") is None, reason="gocryptfs is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root here (or fusermount3 and a /dev/fuse that one may open)"),
]


def mounts(instance):
    return [line.split()[4] for line in open("/proc/self/mountinfo") if f" {instance.path}/" in line]


def servers(instance):
    """Process numbers of the gocryptfs that serve this instance: those that hold its folders' locks."""
    inodes = {os.stat(f).st_ino for f in (instance.path / "storage").iterdir()} if (instance.path / "storage").exists() else set()
    found = []
    for line in open("/proc/locks"):
        words = line.split()
        if words[1] == "FLOCK" and int(words[5].split(":")[2]) in inodes:
            found.append(int(words[4]))
    return [int(p) for p in subprocess.run(["pgrep", "-x", "gocryptfs"], capture_output=True, text=True).stdout.split()
            if any(os.path.exists(f"/proc/{p}/fd/{n}") and os.stat(f"/proc/{p}/fd/{n}").st_ino in inodes for n in (3, 4))] or found


@pytest.fixture
def house(tmp_path):
    with filled(tmp_path / "i", up=False) as it:
        settings = it.path / "config.toml"
        settings.write_text(settings.read_text().replace('encryption = "none"', 'encryption = "gocryptfs"')
                            .replace("idle_seconds = 300", "idle_seconds = 1"))
        it.up()
        it.fvm("institution", "add", "Kommune", "--cvr", "29189846", "--recipient", "@demo.example")
        for name in ("anna", "bo"):
            it.fvm("user", "add", name, "--institution", "29189846", "--role", "analyst")
        yield it
    assert mounts(it) == [], "fvm down lets go of everything"


@pytest.fixture
def number(house):
    number = create(house, EVERYBODY, PERSON + VISIT)
    build(house, number)
    for name in ("anna", "bo"):
        house.fvm("project", "member", "add", number, name)
    return number


def query(house, number, sql, user="anna"):
    return house.fvm("sql", number, "--csv", sql, user=user).stdout


def ciphertext(house, number):
    return b"".join(f.read_bytes() for f in (house.path / "storage" / number).rglob("*") if f.is_file())


def test_a_project_is_built_and_used_as_if_nothing_were_encrypted(house, number):
    assert query(house, number, "SELECT count(*) AS n FROM tst.person") == "n\n10\n"
    house.fvm("session", number, "--", "sh", "-c", "echo kept > /work/a; echo mine > ~/b; echo out > /outbox/c", user="anna")
    seen = house.fvm("session", number, "--", "sh", "-c", "cat /work/a; ls -A ~; ls /outbox; id -u", user="bo")
    assert seen.stdout.splitlines()[0] == "kept" and "b" not in seen.stdout.splitlines()[1:2]
    assert house.json("project", "refresh", number)["up_to_date"] is True
    assert build(house, number)["version"] == 2


def test_what_lies_on_the_disk_is_neither_names_nor_words(house, number):
    house.fvm("session", number, "--", "sh", "-c", "echo 'the diagnosis was DE110' > /work/telling-name.txt", user="anna")
    house.wait_for(lambda: mounts(house) == [])
    assert list((house.path / "projects" / number).iterdir()) == []
    raw = ciphertext(house, number)
    names = [f.name for f in (house.path / "storage" / number).rglob("*")]
    assert raw and b"DE110" not in raw and b"PAR1" not in raw and b"_delta_log" not in raw
    assert not any("telling" in name or "part-" in name for name in names)
    # The control: the same look at a project that is not encrypted sees them.
    settings = house.path / "config.toml"
    settings.write_text(settings.read_text().replace('encryption = "gocryptfs"', 'encryption = "none"'))
    plain = create(house, EVERYBODY)
    build(house, plain)
    bare = b"".join(f.read_bytes() for f in (house.path / "projects" / plain).rglob("*") if f.is_file())
    assert b"PAR1" in bare and b"_delta_log" not in bare
    assert query(house, number, "SELECT count(*) AS n FROM tst.person") == "n\n10\n", "a project stays as it was made"


def test_two_projects_have_two_keys(house, number):
    other = create(house, EVERYBODY)
    for folder in ("storage", "projects"):
        keys = house.path / "keys" / folder
        assert (keys / f"{number}.key").read_bytes() != (keys / f"{other}.key").read_bytes()
    house.wait_for(lambda: mounts(house) == [])
    # The other's key does not open it: halves swapped, and named so by the seal.
    for place in (house.path / "keys" / "storage", house.path / "erasable"):
        end = "key" if place.name == "storage" else "half"
        shutil.copy(place / f"{other}.{end}", place / f"{number}.{end}")
    done = house.fvm("sql", number, "SELECT 1", user="anna", check=False)
    assert done.returncode == 3 and "damaged" in done.stderr


def test_mounted_while_used_and_let_go_after(house, number):
    house.wait_for(lambda: mounts(house) == [])
    session = subprocess.Popen([house_fvm(), "--instance", house.path, "--as", "anna", "session", number, "--", "cat"],
                               env=house.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    house.wait_for(lambda: mounts(house) == [str(house.path / "projects" / number)])
    time.sleep(3)
    assert mounts(house), "longer than idle_seconds, and in use"
    session.stdin.close()
    assert session.wait(20) == 0
    house.wait_for(lambda: mounts(house) == [])
    house.wait_for(lambda: servers(house) == [])


def house_fvm():
    from support.instance import FVM
    return str(FVM)


def test_gocryptfs_killed_is_replaced(house, number):
    query(house, number, "SELECT 1")
    for pid in servers(house):
        os.kill(pid, signal.SIGKILL)
    assert query(house, number, "SELECT count(*) AS n FROM tst.person") == "n\n10\n"


def test_launcher_killed_leaves_no_mount_to_the_next(house, number):
    query(house, number, "SELECT 1")
    assert house.kill("fvm-launcher")
    house.wait_for(lambda: next(p for p in house.json("status", check=False)["programs"] if p["name"] == "fvm-launcher")["state"] == "answers")
    assert query(house, number, "SELECT count(*) AS n FROM tst.person") == "n\n10\n"
    assert len(mounts(house)) <= 1
    log = (house.path / "log" / "fvm-launcher.log").read_text()
    assert "stale mount" in log


@pytest.mark.parametrize("point", ["project.storage_made", "project.folders_made", "project.prepared"])
def test_killed_while_creating(house, point):
    with pytest.raises(AssertionError, match="-9"):
        create(house, EVERYBODY, number="TST-2026-7000", crash_at=point)
    build(house, create(house, EVERYBODY, number="TST-2026-7000"))


@pytest.mark.parametrize("point", ["build.recorded", "build.built", "build.moved", "build.committed"])
def test_killed_while_building(house, number, point):
    house.fvm("project", "build", number, crash_at=point, check=False)
    assert build(house, number)["version"] == (2 if point == "build.recorded" else 3)
    assert query(house, number, "SELECT count(*) AS n FROM tst.person") == "n\n10\n"


def test_without_the_keeper_nothing_opens_and_it_says_so(house, number):
    house.wait_for(lambda: mounts(house) == [])
    (house.path / "erasable" / f"{number}.half").rename(house.path / "half")
    done = house.fvm("--json", "sql", number, "SELECT 1", user="anna", check=False)
    assert done.returncode == 1 and json.loads(done.stdout.splitlines()[-1])["error"] == "keeper.no_storage_key"
    (house.path / "half").rename(house.path / "erasable" / f"{number}.half")
    query(house, number, "SELECT 1")


def test_the_sandbox_is_nobody_and_cannot_reach_the_ciphertext(house, number):
    seen = house.fvm("session", number, "--", "sh", "-c", "ls -a /work/.. /; cat /work/gocryptfs.conf /work/../gocryptfs.conf; touch /data/x",
                     user="anna", check=False)
    assert seen.returncode != 0 and "storage" not in seen.stdout.split() and "gocryptfs.conf" not in seen.stdout
    session = subprocess.Popen([house_fvm(), "--instance", house.path, "--as", "anna", "session", number, "--", "sleep", "47110815"],
                               env=house.environment, stdin=subprocess.DEVNULL)
    inside = lambda: [p for p in os.listdir("/proc") if p.isdigit() and b"sleep\x0047110815\x00" == read(f"/proc/{p}/cmdline")]
    house.wait_for(inside)
    assert all(os.stat(f"/proc/{pid}").st_uid >= 1_000_000_000 for pid in inside()), "a user number that nobody else has, as without encryption"
    server = servers(house)
    assert server and all(os.stat(f"/proc/{pid}").st_uid >= 1_000_000_000 for pid in server), "gocryptfs has no privilege"
    session.terminate()
    session.wait(20)


def read(path):
    try:
        return open(path, "rb").read()
    except OSError:
        return b""


@pytest.mark.skipif("device-mapper" in open("/proc/misc").read(), reason="this kernel has a device mapper: see test_luks.py")
def test_luks_is_refused_in_words_where_it_cannot_be(house):
    house.setting('encryption = "gocryptfs"', 'encryption = "luks"')
    with pytest.raises(AssertionError, match="has no device mapper"):
        create(house, EVERYBODY, number="TST-2026-7001")
    assert not (house.path / "projects" / "TST-2026-7001").exists()
    assert not list((house.path / "storage").rglob("volume*"))


def test_release_reads_the_outbox(house, number):
    house.fvm("session", number, "--", "sh", "-c", "printf 'gruppe;antal\\nA;120\\n' > /outbox/t.csv", user="anna")
    house.wait_for(lambda: mounts(house) == [])
    staged = house.fvm("--json", "release", "stage", number, user="anna", check=False)
    assert staged.returncode == 0, staged.stdout + staged.stderr
    sent = house.fvm("--json", "release", "send", number, "t.csv", "--to", "mia@demo.example", "--purpose", "Tabel 1", "--declare",
                     user="anna", check=False)
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert json.loads(sent.stdout)["state"] == "in_review"


def left_by_a_killed_table(house, number):
    """Files of one row a person that a table job left, anywhere in the instance."""
    sql = "SELECT pnr, sex FROM tst.person"
    done = house.fvm("table", number, "--from", sql, "--rows", "sex", user="anna", crash_at="table.counted", check=False)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    return [f for f in house.path.rglob("pairs.parquet") if f.is_file()]


def test_a_killed_table_leaves_nothing_readable(house, number):
    left = left_by_a_killed_table(house, number)
    assert all(house.path / "projects" / number in f.parents for f in left), left
    house.wait_for(lambda: mounts(house) == [])
    assert not list(house.path.rglob("pairs.parquet")), "only its ciphertext is left"
    readable = [f for f in house.path.rglob("*.parquet") if f.is_file() and "mirror" not in f.parts]
    assert readable == [], readable
    house.fvm("table", number, "--from", "SELECT pnr, sex FROM tst.person", "--rows", "sex", user="anna")
    query(house, number, "SELECT 1")
    assert not (house.path / "projects" / number / "table").exists(), "the next table takes it away"


def test_control_without_encryption_a_killed_table_can_be_read(house):
    house.setting('encryption = "gocryptfs"', 'encryption = "none"')
    number = create(house, EVERYBODY, PERSON + VISIT)
    build(house, number)
    house.fvm("project", "member", "add", number, "anna")
    left = left_by_a_killed_table(house, number)
    assert [f.read_bytes()[:4] for f in left] == [b"PAR1"] and house.path / "projects" / number in left[0].parents
    house.fvm("table", number, "--from", "SELECT pnr, sex FROM tst.person", "--rows", "sex", user="anna")
    assert not list(house.path.rglob("pairs.parquet"))
