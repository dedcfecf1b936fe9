"""Somebody has the disk, a backup, or a socket: what do the kept copies tell him? Each attack has its control: the same question where the answer is there."""
import hashlib
import json
import shutil
import signal

import pytest

from support.house import House
from support.keeper_client import DESTROY_KEPT, FAILURE, KEPT_NAME, KEPT_SEALED, NAME_KEPT, OPEN_KEPT, SEAL_KEPT, SECRET, ask, text
from support.mail import attachments

DAY = 86_400_000_000
YEARS = 2000 * DAY
MARK = "Kvinder paa Saltholm"
CONTENT = f"gruppe;antal\n{MARK};4711\nEllers;5822\n"
DIGEST = hashlib.sha256(CONTENT.encode()).hexdigest()


@pytest.fixture
def house(tmp_path):
    with House(tmp_path) as it:
        yield it


def found(house, needle, without=()):
    """The files of the instance's folder that hold these bytes, in themselves or in their names."""
    hits = []
    for path in house.instance.path.rglob("*"):
        place = path.relative_to(house.instance.path)
        if place.parts[0] in without:
            continue
        if needle in str(place).encode() or (path.is_file() and needle in path.read_bytes()):
            hits.append(str(place))
    return hits


def rejected(house, name="tabel.csv", content=CONTENT):
    number = house.sent_for_review(name, content)
    house.review(number, "reject")
    return number


def front_of(copy):
    """What is sealed in a copy."""
    return copy.read_bytes()[8:68]


def age(house, microseconds=YEARS):
    house.change("UPDATE release_request SET changed = changed - ?", microseconds)


def keep(house, **more):
    return house.instance.fvm("--json", "release", "keep", user="olga", **more)


class TestTheDisk:
    def test_tells_neither_bytes_nor_whether_a_guess_is_right(self, house):
        staged = house.put("tabel.csv", CONTENT)
        assert found(house, MARK.encode()), "the control: while it stands in the outbox"
        number = json.loads(house.send("tabel.csv").stdout)["release"]
        assert house.state(number) == "in_review"
        staged.unlink()
        assert found(house, MARK.encode()) == []
        # The store and the ledger say by SHA-256 what was sent, and must: who has those has every step too (0038).
        assert found(house, DIGEST.encode(), without=("store", "audit")) == []
        assert found(house, DIGEST.encode()), "the control"
        assert found(house, bytes.fromhex(DIGEST), without=("store", "audit")) == []
        assert house.copy_of(DIGEST).stat().st_size == len(CONTENT) + 68 + 16
        house.approve(number)
        house.wait_for_state(number, "sent")
        assert attachments(house.mail.mails()[-1]) == {"tabel.csv": CONTENT.encode()}
        assert found(house, MARK.encode()) == []

    @pytest.mark.parametrize("program, point", [("fvm-courier", "kept.written"), ("fvm-courier", "kept.sealed"), ("fvm-courier", "kept.in_place"),
                                                ("fvm-keeper", "keeper.kept_half_made"), ("fvm", "release.captured"), ("fvm", "release.checked")])
    def test_nor_after_a_kill_anywhere(self, house, program, point):
        staged = house.put("tabel.csv", CONTENT)
        if program == "fvm":
            assert house.send("tabel.csv", crash_at=point).returncode == -signal.SIGKILL
        else:
            house.stop(program)
            house.start(program, crash_at=point)
            assert house.send("tabel.csv").returncode == 3
            assert house.programs.pop(program).wait(20) == -signal.SIGKILL
        staged.rename(house.instance.path.parent / "aside")
        assert found(house, MARK.encode()) == []
        assert found(house, DIGEST.encode(), without=("store", "audit")) == []
        (house.instance.path.parent / "aside").rename(staged)
        if program != "fvm":
            house.start(program)
        house.release("resume", user="olga")
        number = house.instance.json("release", "list", user="anna")["releases"][0]["release"]
        assert house.state(number) == "in_review"
        assert house.verified()[1] == []
        keep(house)
        assert not [p for p in (house.instance.path / "kept").iterdir() if p.name.startswith(".incoming")], "what was left half-written is gone"
        house.approve(number)
        house.wait_for_state(number, "sent")
        assert attachments(house.mail.mails()[-1]) == {"tabel.csv": CONTENT.encode()}


class TestCopiesThatWereTamperedWith:
    def test_swapped(self, house):
        numbers = [house.sent_for_review(f"{n}.csv", f"g;antal\n{n};70\n") for n in "ab"]
        a, b = (house.copy_of(house.show(number)["files"][0]["sha256"]) for number in numbers)
        swap(a, b)
        assert house.verified()[1] == ["changed", "changed"]
        house.approve(numbers[0])
        house.wait_for_state(numbers[0], "held")
        assert house.mail.mails() == []
        swap(a, b)
        assert house.verified()[1] == []
        house.release("settle", numbers[0], "--again", "--reason", "byttet tilbage", user="olga")
        house.wait_for_state(numbers[0], "sent")
        assert attachments(house.mail.mails()[-1]) == {"a.csv": b"g;antal\na;70\n"}

    @pytest.mark.parametrize("left", [68 + (1 << 20) + 16, 68, 67, 0])
    def test_cut(self, house, left):
        """Also between two pieces, where each that is left is whole."""
        content = "tal\n" + "0\n" * (3 << 18)
        number = attempt(house, "lang.txt", content)
        copy = house.copy_of(hashlib.sha256(content.encode()).hexdigest())
        assert house.verified()[1] == [], "the control"
        whole = copy.read_bytes()
        copy.chmod(0o600)
        copy.write_bytes(whole[:left])
        copy.chmod(0o400)
        assert house.verified()[1] == ["changed"], number
        copy.chmod(0o600)
        copy.write_bytes(whole + b"x")
        copy.chmod(0o400)
        assert house.verified()[1] == ["changed"]

    def test_missing_unknown_and_what_opens_it_lost(self, house):
        rejected(house)
        copy = house.copy_of(DIGEST)
        other = copy.with_name("0" * 64 + ".kept")
        copy.rename(other)
        assert house.verified()[1] == ["missing", "unknown"]
        other.rename(copy)
        assert house.verified()[1] == []
        half = house.instance.path / "erasable" / "kept" / copy.stem[:2] / f"{copy.stem}.half"
        half.rename(half.with_suffix(".away"))
        assert house.verified()[1] == ["locked"]
        half.with_suffix(".away").rename(half)
        assert house.verified()[1] == []


def attempt(house, name, content):
    """Kept whatever becomes of it."""
    house.put(name, content)
    return json.loads(house.send(name).stdout)["release"]


def swap(a, b):
    aside = a.with_name("aside")
    a.rename(aside)
    b.rename(a)
    aside.rename(b)


class TestABackup:
    def test_of_everything_but_erasable_opens_nothing_that_was_destroyed(self, house):
        number = rejected(house)
        live = rejected(house, "anden.csv", "g;antal\nx;90\n")
        copy = house.copy_of(DIGEST)
        sealed = front_of(copy)
        assert ask(house.instance.path, OPEN_KEPT, text(DIGEST) + text(sealed))[0] == SECRET, "the control: before, the keeper opens it"
        backup = house.instance.path.parent / "backup"
        shutil.copytree(house.instance.path, backup, ignore=shutil.ignore_patterns("erasable", "run"))
        house.change("UPDATE release_request SET changed = changed - ? WHERE id = ?", YEARS, int(number[2:]))
        done = json.loads(keep(house).stdout)
        assert (done["requests_over"], done["copies_destroyed"]) == (1, 1)
        assert not copy.exists() and house.verified()[1] == []
        assert house.verified()[0]["destroyed"] == 1
        for program in ("fvm-courier", "fvm-keeper"):
            house.stop(program)
        for folder in ("kept", "store", "keys", "audit"):
            shutil.rmtree(house.instance.path / folder)
            shutil.copytree(backup / folder, house.instance.path / folder)
        house.start("fvm-keeper")
        assert copy.exists() and front_of(copy) == sealed
        answered, body = ask(house.instance.path, OPEN_KEPT, text(DIGEST) + text(sealed))
        assert answered == FAILURE and b"keeper.no_kept_key" in body
        assert house.verified()[1] == ["locked"], "the store of before asks for it; the other copy is read"
        assert house.show(live, user="sofus")["state"] == "rejected"

    def test_of_the_copy_alone_after_the_same_bytes_were_sent_again(self, house):
        rejected(house)
        copy = house.copy_of(DIGEST)
        old = copy.read_bytes()
        age(house)
        keep(house)
        rejected(house)
        assert copy.exists()
        answered, body = ask(house.instance.path, OPEN_KEPT, text(DIGEST) + text(old[8:68]))
        assert answered == FAILURE and b"keeper.kept_key_damaged" in body
        assert ask(house.instance.path, OPEN_KEPT, text(DIGEST) + text(front_of(copy)))[0] == SECRET, "the control"


class TestTheKeeper:
    QUESTIONS = {NAME_KEPT: text(DIGEST), SEAL_KEPT: text(DIGEST) + text(b"k" * 32), OPEN_KEPT: text(DIGEST) + text(b"s" * 60),
                 DESTROY_KEPT: text("0" * 64)}

    def test_answers_nobody_who_cannot_show_the_key_beside_its_socket(self, house):
        """A portal that was taken over reads no file in run/ (test_portal_taken.py); a session's sandbox has no socket at all (test_sandbox.py)."""
        for kind, body in self.QUESTIONS.items():
            answered, told = ask(house.instance.path, kind, body, power=False)
            assert answered == FAILURE and b"wire.no_key" in told, (kind, told)
        assert ask(house.instance.path, NAME_KEPT, self.QUESTIONS[NAME_KEPT])[0] == KEPT_NAME, "the control"
        assert ask(house.instance.path, SEAL_KEPT, self.QUESTIONS[SEAL_KEPT])[0] == KEPT_SEALED

    @pytest.mark.parametrize("bad", ["../../keys/mirror", "0" * 63, "A" * 64, "", "0" * 64 + "/"])
    def test_touches_no_file_but_halves(self, house, bad):
        for kind in (NAME_KEPT, DESTROY_KEPT):
            answered, told = ask(house.instance.path, kind, text(bad))
            assert answered == FAILURE and b"keeper.bad_digest" in told
        assert (house.instance.path / "keys" / "mirror.key").exists()

    def test_down_means_nothing_is_kept_sent_or_lost(self, house):
        number = house.sent_for_review("foer.csv", "g;antal\nx;80\n")
        house.stop("fvm-keeper")
        house.put("tabel.csv", CONTENT)
        assert house.send("tabel.csv").returncode == 3
        house.approve(number)
        house.release("resume", user="olga", check=False)
        assert house.state(number) == "approved" and house.mail.mails() == []
        house.start("fvm-keeper")
        house.wait_for_state(number, "sent")
        house.release("resume", user="olga")
        assert house.instance.json("release", "list", user="anna")["releases"][0]["state"] == "in_review"


class TestTime:
    def test_a_hold_stops_it_and_lifting_lets_it_go_on(self, house):
        number = rejected(house)
        free = rejected(house, "anden.csv", "g;antal\nx;90\n")
        for user in ("anna", "bo", "rita", "olga", "eve"):
            assert house.release("retain", number, "--reason", "x", user=user, check=False).returncode != 0, user
        house.release("retain", number, "--reason", "sag ved tilsynet", user="sofus")
        assert [r["release"] for r in house.instance.json("release", "retained", user="sofus")["releases"]] == [number]
        assert house.show(number, user="sofus")["retained"]["by"] == "sofus"
        assert "sag ved tilsynet" in house.release("list", user="olga").stdout
        assert house.show(number)["retained"] is None, "not told to whom it may be about"
        assert "sag ved tilsynet" not in house.release("list").stdout
        age(house)
        assert json.loads(keep(house).stdout)["requests_over"] == 1
        assert house.copy_of(DIGEST).exists() and house.show(number)["bytes_gone"] is None
        assert house.show(free)["bytes_gone"], "the control: without a hold its time is over"
        house.release("retain", number, "--lift", "--reason", "sagen er slut", user="sofus")
        assert json.loads(keep(house).stdout)["copies_destroyed"] == 1
        assert not house.copy_of(DIGEST).exists()
        shown = house.show(number)
        assert shown["bytes_gone"] and shown["files"][0]["sha256"] == DIGEST
        assert "destroyed" in house.release("show", number).stdout
        actions = [r["action"] for r in house.actions() if r["subject"] == number]
        assert actions[-4:] == ["release.retain", "release.let_go", "release.retention_over", "release.copy_destroyed"]
        assert house.verified()[1] == []

    def test_a_case_stops_it_until_it_is_closed(self, house):
        number = rejected(house)
        case = json.loads(house.sanction("report", "--release", number, "--reason", "tre personer", user="ruth").stdout)["case"]
        age(house)
        assert json.loads(keep(house).stdout)["requests_over"] == 0
        house.sanction("dismiss", case, "--reason", "intet brud", user="sofus")
        assert json.loads(keep(house).stdout)["requests_over"] == 1

    @pytest.mark.parametrize("point", ["kept.retention_over", "kept.key_destroyed", "kept.bytes_destroyed:1", "kept.bytes_destroyed:2", "kept.destroyed"])
    def test_killed_anywhere_it_is_carried_out_once(self, house, point):
        number = rejected(house)
        age(house)
        assert keep(house, crash_at=point, check=False).returncode == -signal.SIGKILL
        assert house.show(number)["bytes_gone"], "decided, and on record"
        assert house.verified()[1] == [], "what waits to be destroyed is no fault"
        keep(house)
        assert not house.copy_of(DIGEST).exists()
        actions = [r["action"] for r in house.actions() if r["subject"] == number]
        assert actions.count("release.retention_over") == actions.count("release.copy_destroyed") == 1
        assert house.verified()[1] == []
        assert json.loads(keep(house).stdout) == {"encrypted": 0, "requests_over": 0, "copies_destroyed": 0}


class TestCopiesOfBefore:
    def before(self, house):
        """As a version before this one left it: in the clear, under its SHA-256."""
        number = house.sent_for_review("tabel.csv", CONTENT)
        (house.outbox() / "tabel.csv").unlink()
        copy = house.copy_of(DIGEST)
        copy.unlink()
        shutil.rmtree(house.instance.path / "erasable" / "kept")
        plain = house.instance.path / "kept" / DIGEST[:2] / DIGEST
        plain.parent.mkdir(exist_ok=True)
        plain.write_text(CONTENT)
        plain.chmod(0o400)
        return number, plain, copy

    def test_are_read_and_sent(self, house):
        number, plain, _ = self.before(house)
        report, faults = house.verified()
        assert (report["plain"], faults) == (1, [])
        house.approve(number)
        house.wait_for_state(number, "sent")
        assert attachments(house.mail.mails()[-1]) == {"tabel.csv": CONTENT.encode()}

    @pytest.mark.parametrize("point", [None, "kept.written", "kept.sealed", "kept.in_place", "kept.encrypted"])
    def test_are_encrypted_once_killed_or_not(self, house, point):
        number, plain, copy = self.before(house)
        assert found(house, MARK.encode()), "the control"
        if point:
            assert keep(house, crash_at=point, check=False).returncode == -signal.SIGKILL
            assert house.verified()[1] == []
        assert json.loads(keep(house).stdout)["encrypted"] == 1
        assert json.loads(keep(house).stdout)["encrypted"] == 0
        assert copy.exists() and not plain.exists()
        assert found(house, MARK.encode()) == []
        report, faults = house.verified()
        assert (report["plain"], report["copies"], faults) == (0, 1, [])
        house.approve(number)
        house.wait_for_state(number, "sent")
        assert attachments(house.mail.mails()[-1]) == {"tabel.csv": CONTENT.encode()}
