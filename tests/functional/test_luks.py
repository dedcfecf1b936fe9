"""Projects as LUKS volumes: opened while used, closed after, unreadable without the key; what a kill leaves at any step is mended, and a
file system of ours is never made anew."""
import json
import os
import re
import shutil
import subprocess

import pytest

from support import luks
from support.instance import FVM
from support.projects import EVERYBODY, PERSON, VISIT, build, create, filled

if luks.reason_why_not():
    pytest.skip(luks.reason_why_not(), allow_module_level=True)

COUNT = "SELECT count(*) AS n FROM tst.person"


class House:
    """One instance for all tests here, since the machine that they run in may be a slow one."""
    def __init__(self, folder):
        self.shims = luks.Shims(folder / "shims")
        self.instance = filled(folder / "i", up=False, environment=self.shims.environment)
        self.path = self.instance.path

    def begin(self):
        self.instance.setting('encryption = "none"', 'encryption = "luks"')
        self.instance.setting("\nidle_seconds = 300", "\nidle_seconds = 1")
        self.instance.setting("luks_gib = 100", "luks_gib = 1")
        self.instance.up()
        self.instance.fvm("institution", "add", "Kommune", "--cvr", "29189846", "--recipient", "@demo.example")
        self.instance.fvm("user", "add", "anna", "--institution", "29189846", "--role", "analyst")
        self.number = self.project()

    def project(self, number=None, built=True):
        number = create(self.instance, EVERYBODY, PERSON + VISIT, number=number)
        if built:
            build(self.instance, number)
            self.instance.fvm("project", "member", "add", number, "anna")
        return number

    def sql(self, number=None, sql=COUNT, check=True):
        return self.instance.fvm("sql", number or self.number, "--csv", sql, user="anna", check=check)

    def session(self, *words, number=None, check=True):
        return self.instance.fvm("session", number or self.number, "--", *words, user="anna", check=check)

    def volume(self, number=None):
        return self.path / "storage" / (number or self.number) / "volume.luks"

    def shown(self):
        return [line.split()[4] for line in open("/proc/self/mountinfo") if f" {self.path}/projects/" in line]

    def is_closed(self):
        return self.shown() == [] and luks.mappings(self.path) == []

    def wait_closed(self):
        self.instance.wait_for(self.is_closed, 60)

    def log(self):
        return (self.path / "log" / "fvm-launcher.log").read_text()

    def launcher_answers(self):
        programs = self.instance.json("status", check=False)["programs"]
        return next(each for each in programs if each["name"] == "fvm-launcher")["state"] == "answers"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("luks"))
    with made.instance:
        made.begin()
        yield made
    assert made.is_closed(), "fvm down closes everything"


def test_built_used_closed_and_opened_again(house):
    assert house.sql().stdout == "n\n10\n"
    house.session("sh", "-c", "echo kept > /work/telling-name.txt; echo 'the diagnosis was DE110' > ~/b")
    house.wait_closed()
    assert list((house.path / "projects" / house.number).iterdir()) == [], "nothing is left in the clear"
    assert house.session("cat", "/work/telling-name.txt").stdout == "kept\n"
    assert len(luks.mappings(house.path)) == 1 and len(house.shown()) == 1, "one at a time, however often it is asked for"


def test_what_lies_on_the_disk_is_one_small_file_of_noise(house):
    house.session("sh", "-c", "echo 'the diagnosis was DE110' > /work/telling-name.txt; sync")
    house.wait_closed()
    facts = house.volume().stat()
    assert facts.st_size == 1 << 30 and facts.st_blocks * 512 < facts.st_size // 4, "it takes disk as it fills"
    assert facts.st_mode & 0o777 == 0o600
    traces = (b"DE110", b"PAR1", b"_delta_log", b"telling")
    found = lambda text: [trace for trace in traces if trace in text]
    extents = luks.extents(house.volume())
    assert found(luks.read(house.volume(), extents)) == []
    # The control: the same look at the volume while it is open.
    with held(house):
        opened = luks.read(f"/dev/mapper/{luks.mappings(house.path)[0]}", [(at - luks.HEADER, size) for at, size in extents if at >= luks.HEADER])
        assert found(opened) == list(traces)


class held:
    """A session that stays, and so an open volume."""
    def __init__(self, house, *words, number=None):
        self.house, self.number, self.words = house, number or house.number, words or ("sh", "-c", "echo here; exec cat")

    def __enter__(self):
        self.process = subprocess.Popen([FVM, "--instance", self.house.path, "--as", "anna", "session", self.number, "--", *self.words],
                                        env=self.house.instance.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"here\n"
        return self.process

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)


def test_the_key_is_in_no_word_and_no_setting(house):
    """The control: what the tools were called with is seen, and it says that the key comes on the standard input."""
    calls = house.shims.calls("cryptsetup")
    assert any("luksFormat" in call for call in calls) and any(call.startswith("cryptsetup open") for call in calls)
    assert all("--key-file - --keyfile-size 64" in call for call in calls if "luksFormat" in call or "cryptsetup open" in call)
    said = (house.shims.folder / "calls").read_text() + (house.shims.folder / "environments").read_text() + house.log()
    assert not re.search(r"\b[0-9a-f]{64}\b", said)


def test_a_session_runs_as_nobody_and_sees_no_volume(house):
    seen = house.session("sh", "-c", "ls /dev /work /work/..; ls /dev/mapper /sys/block; cat /storage/*/volume.luks", check=False)
    assert seen.returncode != 0 and "volume" not in seen.stdout and "fvm-" not in seen.stdout
    with held(house, "sh", "-c", "echo here; exec sleep 47110816") as session:
        inside = [p for p in os.listdir("/proc") if p.isdigit() and command(p) == b"sleep\x0047110816\x00"]
        assert inside and all(os.stat(f"/proc/{p}").st_uid >= 1_000_000_000 for p in inside), "a user number that nobody else has"
        session.terminate()


def command(process):
    try:
        return open(f"/proc/{process}/cmdline", "rb").read()
    except OSError:
        return b""


def test_another_projects_session_keeps_no_volume_open(house):
    """A sandbox begins with a copy of all mounts: those of other projects are taken out of it."""
    other = house.project()
    with held(house, number=other):
        mine = held(house)
        mine.__enter__()
    try:
        house.instance.wait_for(lambda: house.shown() == [str(house.path / "projects" / house.number)], 60)
        house.instance.wait_for(lambda: len(luks.mappings(house.path)) == 1, 60)
    finally:
        mine.__exit__()


def test_another_volumes_key_does_not_open_it(house):
    other = house.project(built=False)
    house.wait_closed()
    kept = house.volume().with_suffix(".kept")
    house.volume().rename(kept)
    shutil.copy(house.volume(other), house.volume())
    done = house.sql(check=False)
    assert done.returncode == 1 and "does not open its volume" in done.stderr
    assert house.is_closed()
    kept.rename(house.volume())
    assert house.sql().stdout == "n\n10\n"


def test_a_volume_that_is_spoilt_is_not_made_anew(house):
    """Its file system gone, its header whole: it says so, and what lies there stays for somebody who can mend it."""
    number = house.project(built=False)
    house.wait_closed()
    with open(house.volume(number), "r+b") as file:
        file.seek(16 << 20)  # where the header ends and the file system begins
        file.write(os.urandom(64 << 20))
    made = len(house.shims.calls("mkfs.ext4"))
    done = house.instance.fvm("project", "build", number, check=False)
    assert done.returncode == 3 and "is damaged" in done.stderr
    assert len(house.shims.calls("mkfs.ext4")) == made and house.is_closed()


# In the order of the calls that make and show a volume. "during": the program goes with the launcher that started it.
MAKING = [("during", "cryptsetup", "luksFormat"), ("after", "cryptsetup", "luksFormat"), ("after", "cryptsetup", "open"),
          ("during", "mkfs.ext4", "/dev"), ("after", "mkfs.ext4", "/dev"), ("after", "cryptsetup", "close")]
SHOWING = [("before", "cryptsetup", "open"), ("during", "cryptsetup", "open"), ("after", "cryptsetup", "open"), ("after", "e2fsck", "/dev"),
           ("before", "resize2fs", "/dev"), ("after", "resize2fs", "/dev")]


@pytest.mark.parametrize("step", MAKING, ids=" ".join)
def test_killed_while_making(house, step):
    number = f"TST-2026-{7000 + MAKING.index(step)}"
    house.shims.kill_caller(*step)
    with pytest.raises(AssertionError):
        house.project(number, built=False)
    assert house.shims.killed() and not house.volume(number).exists()
    house.instance.wait_for(house.launcher_answers, 60)
    house.project(number, built=False)
    assert house.volume(number).exists() and not house.volume(number).with_name("volume.new").exists()
    house.wait_closed()


@pytest.mark.parametrize("step", SHOWING, ids=" ".join)
def test_killed_while_showing(house, step):
    house.session("sh", "-c", f"echo {step[1]} > /work/before-the-kill")
    house.wait_closed()
    made = len(house.shims.calls("mkfs.ext4"))
    house.shims.kill_caller(*step)
    assert house.sql(check=False).returncode != 0
    assert house.shims.killed()
    house.instance.wait_for(house.launcher_answers, 60)
    assert house.session("cat", "/work/before-the-kill").stdout == step[1] + "\n"
    assert len(house.shims.calls("mkfs.ext4")) == made
    assert len(luks.mappings(house.path)) == 1, "one mapping of a volume, never two"


def test_killed_while_closing(house):
    house.session("sh", "-c", "echo closing > /work/closing")
    house.shims.kill_caller("before", "cryptsetup", "close")  # not shown any more, and still mapped
    house.instance.wait_for(house.shims.killed, 60)
    house.instance.wait_for(house.launcher_answers, 60)
    house.wait_closed()
    assert "stale volume" in house.log()
    assert house.session("cat", "/work/closing").stdout == "closing\n"


def test_launcher_killed_while_it_is_used(house):
    with held(house, "sh", "-c", "echo written > /work/written; sync; echo here; exec cat"):
        assert house.instance.kill("fvm-launcher")
        house.instance.wait_for(house.launcher_answers, 60)
        assert house.session("cat", "/work/written").stdout == "written\n"
        assert len(luks.mappings(house.path)) == 1
    house.wait_closed()


def test_the_operators_own_mounts_are_left_alone(house, tmp_path):
    """His disk below projects/, and an encrypted volume that he opened himself elsewhere."""
    place, file, name = house.path / "projects" / "own", tmp_path / "own.img", f"own-{os.getpid()}"
    place.mkdir()
    with open(file, "wb") as made:
        made.truncate(64 << 20)
    assert luks.cryptsetup("luksFormat", "-q", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000", "--key-file", "-", file, key=b"k").returncode == 0
    assert luks.cryptsetup("open", "--key-file", "-", file, name, key=b"k").returncode == 0
    subprocess.run(["mkfs.ext4", "-q", f"/dev/mapper/{name}"], check=True, env=dict(os.environ, PATH=luks.search_path()))
    subprocess.run(["mount", f"/dev/mapper/{name}", place], check=True)
    try:
        house.sql()
        assert house.instance.kill("fvm-launcher")
        house.instance.wait_for(house.launcher_answers, 60)
        house.instance.wait_for(lambda: house.shown() == [str(place)] and luks.mappings(house.path) == [], 60)
        assert name in luks.mappings()
    finally:
        subprocess.run(["umount", place], check=True)
        assert luks.cryptsetup("close", name).returncode == 0
        place.rmdir()


def test_full_says_so_and_a_raised_setting_makes_room(house):
    number = house.project()
    with open(house.path / "config.toml") as file:
        assert "luks_gib = 1\n" in file.read()
    room = lambda: int(house.session("sh", "-c", "df -k --output=size /work | tail -1", number=number).stdout)
    small = room()
    house.session("sh", "-c", "fallocate -l 2G /work/fill; dd if=/dev/zero of=/work/more bs=64k; df -k --output=avail /work", number=number)
    done = house.instance.fvm("project", "build", number, check=False)
    assert done.returncode == 3 and f"volume of {number} is full" in done.stderr, done.stdout + done.stderr
    house.instance.setting("luks_gib = 1\n", "luks_gib = 2\n")
    house.wait_closed()
    build(house.instance, number)
    assert room() > small + 900_000
    assert house.volume(number).stat().st_size == 2 << 30
    house.instance.setting("luks_gib = 2\n", "luks_gib = 1\n")
    house.wait_closed()
    assert room() > small + 900_000, "never smaller"
