"""A project is deleted; then somebody puts a backup back. Each attack has its positive control: the same backup, put back before the
deletion or with the half that must not be in a backup, can be read."""
import os
import shutil
import subprocess

import pytest

from support import luks
from support.projects import EVERYBODY, PERSON, VISIT, build, create, filled

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root here")
GOCRYPTFS = "there is no /dev/fuse here" if not os.path.exists("/dev/fuse") else "gocryptfs is not installed" if shutil.which("gocryptfs") is None else ""
KINDS = [pytest.param("gocryptfs", marks=pytest.mark.skipif(GOCRYPTFS != "", reason=GOCRYPTFS)),
         pytest.param("luks", marks=pytest.mark.skipif(luks.reason_why_not() != "", reason=luks.reason_why_not()))]


class House:
    def __init__(self, folder, kind):
        self.kind = kind
        self.instance = filled(folder / "i", up=False)
        self.backup = folder / "backup.tar"

    def prepare(self):
        it = self.instance
        it.setting('encryption = "none"', f'encryption = "{self.kind}"')
        it.setting("\nidle_seconds = 300", "\nidle_seconds = 1")
        it.setting("luks_gib = 100", "luks_gib = 1")
        it.up()
        it.fvm("institution", "add", "Kommune", "--cvr", "29189846", "--recipient", "@demo.example")
        it.fvm("user", "add", "anna", "--institution", "29189846", "--role", "analyst")
        self.number = create(it, EVERYBODY, PERSON + VISIT)
        self.other = create(it, EVERYBODY)
        for number in (self.number, self.other):
            build(it, number)
            it.fvm("project", "member", "add", number, "anna")
        it.down()
        # Everything, as a careless operator would; --sparse, for volumes that are hardly filled.
        subprocess.run(["tar", "--sparse", "-C", it.path, "-cf", self.backup, "."], check=True)
        it.up()

    def delete(self):
        self.instance.fvm("project", "close", self.number)
        self.instance.down()

    def put_back(self, without=()):
        """The whole instance as it was, but for folders that are as they are now."""
        kept = {name: self.instance.path.parent / f"kept-{name}" for name in without}
        for name, place in kept.items():
            shutil.move(self.instance.path / name, place)
        shutil.rmtree(self.instance.path)
        self.unpack(self.instance.path)
        for name, place in kept.items():
            shutil.rmtree(self.instance.path / name, ignore_errors=True)
            shutil.move(place, self.instance.path / name)
        self.instance.up()

    def unpack(self, place):
        place.mkdir()
        subprocess.run(["tar", "--numeric-owner", "-C", place, "-xpf", self.backup], check=True)

    def read(self, number=None):
        return self.instance.fvm("sql", number or self.number, "--csv", "SELECT count(*) AS n FROM tst.person", user="anna", check=False)


@pytest.fixture(params=KINDS)
def house(request, tmp_path):
    made = House(tmp_path, request.param)
    with made.instance:
        made.prepare()
        yield made


def test_control_the_backup_is_good(house):
    house.instance.down()
    house.put_back()
    assert house.read().stdout == "n\n10\n"


def test_everything_but_the_keys(house):
    """All but keys/ and erasable/ is put back, the store as it was before included: it says that the project is open."""
    house.delete()
    house.put_back(without=("keys", "erasable"))
    done = house.read()
    assert done.returncode == 1 and "n\n" not in done.stdout, done.stdout + done.stderr
    assert "so they cannot be read" in done.stderr


def test_everything_and_the_old_keys_too(house):
    """The operator backs up keys/ as well (he should, apart); erasable/ is never in a backup."""
    house.delete()
    house.put_back(without=("erasable",))
    done = house.read()
    assert done.returncode == 1 and "so they cannot be read" in done.stderr, done.stderr
    assert house.read(house.other).stdout == "n\n10\n", "projects that were not deleted are whole after the same restore"


def test_control_with_the_erasable_half_it_is_readable(house):
    """Why erasable/ must never be in a backup: with it the same restore reads everything."""
    house.delete()
    house.put_back()
    assert house.read().stdout == "n\n10\n"


def test_what_encrypts_does_not_open_the_old_folder(house, tmp_path):
    """No program of ours asks: the ciphertext of the backup, gocryptfs or cryptsetup, and what can be had of keys."""
    house.delete()
    house.unpack(tmp_path / "old")
    cipher, place = tmp_path / "old" / "storage" / house.number, tmp_path / "place"
    place.mkdir()
    for secret in (b"", (tmp_path / "old" / "keys" / "seal.key").read_bytes(),
                   (tmp_path / "old" / "keys" / "storage" / f"{house.number}.key").read_bytes()):
        assert opens(house.kind, cipher, place, secret.split(b"\n")[0] + b"\n") != 0 and list(place.iterdir()) == []
    files = [f for f in cipher.rglob("*") if f.is_file()]
    assert files and not [f for f in files if subprocess.run(["grep", "-qaF", "PAR1", f]).returncode == 0]


def opens(kind, cipher, place, secret):
    """The exit code of the program that would show it."""
    if kind == "luks":
        return luks.cryptsetup("open", "--test-passphrase", "--key-file", "-", cipher / "volume.luks", key=secret.strip()[:64]).returncode
    return subprocess.run(["gocryptfs", "-q", "-nosyslog", "-ro", cipher, place], input=secret, capture_output=True).returncode
