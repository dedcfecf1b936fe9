"""A refresh when the population changes: its map is kept as a base and changes, and files are looked up in lists of numbers instead of read."""
import pytest

from support.instance import Instance
from support.projects import EVERYBODY, PERSON, VISIT, create, deliver, filled, population_map, visit_rows
from support.refreshes import DIABETES, build, check, folder, log, project, refresh, rows


@pytest.fixture
def fresh(tmp_path):
    """Lists of numbers of every file, however small."""
    with filled(tmp_path / "i") as instance:
        instance.setting("listed_mib = 32", "listed_mib = 0")
        yield instance


def maps(instance, number):
    return sorted(file.name for file in (instance.path / "projects" / number / "population").glob("*.parquet"))


def members(instance, number):
    return population_map(instance.path / "projects" / number)


def lists(instance):
    return sorted(file.name for file in instance.path.glob("mirror/tst/*/_numbers/*"))


def visit(person, name, diagnosis, day="2021-03-01"):
    return (person, name, day, f"{day} 08:00:00", diagnosis, "9", "000123")


def test_a_person_who_comes_is_a_change_of_the_map(fresh):
    number = project(fresh, DIABETES)
    assert maps(fresh, number) == ["build-1.parquet"] and len(members(fresh, number)) == 5
    before = members(fresh, number)
    deliver(fresh, "TST.visit", visit_rows([visit(3, "i", "DE119")]))
    assert refresh(fresh, number)["persons"] == 4
    assert maps(fresh, number) == ["build-1.parquet", "build-2-changes.parquet"]
    assert len(members(fresh, number)) == 6 and before.items() < members(fresh, number).items()
    deliver(fresh, "TST.visit", visit_rows([visit(2, "c", "DI210", "2020-12-31")]), "--mode", "upsert")
    assert refresh(fresh, number)["persons"] == 3
    assert maps(fresh, number) == ["build-1.parquet", "build-3-changes.parquet"] and len(members(fresh, number)) == 5
    deliver(fresh, "TST.visit", visit_rows([visit(1, "k", "DX")]))  # nobody comes, nobody goes
    refresh(fresh, number)
    assert maps(fresh, number) == ["build-1.parquet", "build-3-changes.parquet"]
    held = members(fresh, number)
    check(fresh, number)
    [base] = maps(fresh, number)
    assert base.startswith("build-") and members(fresh, number) == held, "a whole build makes the same map, as one file"


def test_the_same_person_comes_and_goes_and_comes(fresh):
    number = project(fresh, DIABETES)
    seen = members(fresh, number)
    for turn, diagnosis in enumerate(["DE119", "DX", "DE110", "DX"]):
        deliver(fresh, "TST.visit", visit_rows([visit(3, "d", diagnosis, "2021-01-01")]), "--mode", "upsert")
        refresh(fresh, number)
        now = members(fresh, number)
        assert len(now) == (6 if turn % 2 == 0 else 5) and seen.items() <= now.items()
    check(fresh, number)


def test_lists_of_numbers_are_made_once_for_all_projects(fresh):
    number = project(fresh, DIABETES)
    assert lists(fresh) == []
    deliver(fresh, "TST.visit", visit_rows([visit(3, "i", "DE119")]))
    refresh(fresh, number)
    made = lists(fresh)
    # Of the files that were there before, in the columns that tell a person; the child is found by its keys.
    assert len([name for name in made if name.endswith(".pnr.numbers")]) == 2
    assert len([name for name in made if name.endswith(".mother.numbers")]) == 1
    times = {file: file.stat().st_mtime_ns for file in fresh.path.glob("mirror/tst/*/_numbers/*")}
    other = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([visit(4, "j", "DE119")]))
    refresh(fresh, other)
    assert all(file.stat().st_mtime_ns == time for file, time in times.items())
    refresh(fresh, number)
    check(fresh, number)
    check(fresh, other)


def test_lists_do_not_show_in_the_mirror(fresh):
    number = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([visit(3, "i", "DE119")]))
    refresh(fresh, number)
    assert lists(fresh)
    verified = fresh.fvm("mirror", "verify", "TST.visit", check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_damaged_list_is_no_list(fresh):
    number = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([visit(3, "i", "DE119")]))
    refresh(fresh, number)
    for file in fresh.path.glob("mirror/tst/*/_numbers/*"):
        file.write_bytes(file.read_bytes()[:-8])
    deliver(fresh, "TST.visit", visit_rows([visit(4, "j", "DE119"), visit(2, "c", "DX", "2020-12-31")]), "--mode", "upsert")
    refresh(fresh, number)
    check(fresh, number)


def test_lists_of_files_that_are_gone_go(fresh):
    number = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([visit(3, "i", "DE119")]))
    refresh(fresh, number)
    stray = next(fresh.path.glob("mirror/tst/visit/_numbers/*")).with_name("part-gone.parquet.pnr.numbers")
    stray.write_bytes(b"")
    deliver(fresh, "TST.visit", visit_rows([visit(4, "j", "DE119")]))
    refresh(fresh, number)  # wants the list of the delivery before
    assert not stray.exists()


@pytest.mark.parametrize("point", ["numbers.written", "numbers.moved", "build.built", "build.moved", "build.committed"])
def test_killed_between_the_steps_and_run_again(fresh, point):
    number = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([visit(3, "i", "DE119"), visit(2, "c", "DI210", "2020-12-31")]), "--mode", "upsert")
    assert fresh.fvm("project", "refresh", number, crash_at=point, check=False).returncode == -9
    assert fresh.json("project", "show", number)["version"] == 1 and len(members(fresh, number)) in (5, 6)
    refresh(fresh, number)
    assert len(maps(fresh, number)) == 2 and len(members(fresh, number)) == 5
    for _ in range(2):  # the one after makes the lists that the killed one did not
        deliver(fresh, "TST.visit", visit_rows([visit(5 + _, f"z{_}", "DE119")]))
        refresh(fresh, number)
    assert not list(fresh.path.glob("mirror/tst/*/.staging/numbers-*"))
    check(fresh, number)


def test_without_room_for_lists_a_refresh_goes_on(fresh):
    number = project(fresh, DIABETES)
    blocked = fresh.path / "mirror" / "tst" / "visit" / "_numbers"
    blocked.write_text("in the way")
    deliver(fresh, "TST.visit", visit_rows([visit(3, "i", "DE119")]))
    refresh(fresh, number)
    blocked.unlink()
    assert len(check(fresh, number)["visit"]) == 8


def test_a_map_that_is_missing_is_made_anew(fresh):
    number = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([visit(3, "i", "DE119")]))
    refresh(fresh, number)
    for file in (fresh.path / "projects" / number / "population").glob("*-changes.parquet"):
        file.unlink()
    deliver(fresh, "TST.visit", visit_rows([visit(4, "j", "DE119")]))
    assert refresh(fresh, number)["population_way"] == "whole.build"
    assert len(maps(fresh, number)) == 1
    check(fresh, number)


