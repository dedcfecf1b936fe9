"""fvm project amend: another specification for the same project; after the next build nothing is left of the former one."""
import pytest

from support import duck
from support.projects import EVERYBODY, FINDING, PERSON, VISIT, build, column, create, data, deliver, filled, specification, visit_rows

NUMBER = "FVM-2026-0500"
LATE = VISIT.replace("from = 2000-01-01", "from = 2020-01-01").replace(', "ydernr"', "")


@pytest.fixture
def fresh(tmp_path):
    with filled(tmp_path / "i") as instance:
        yield instance


def amend(instance, text, check=True, **more):
    file = instance.path / "inbox" / "amended.toml"
    file.write_text(text, encoding="utf-8")
    return instance.fvm("project", "amend", file, check=check, **more)


def columns_on_disk(instance, number):
    """Every column of every Parquet file below the project's data, whatever any log says of it."""
    files = sorted((instance.path / "projects" / number / "data").rglob("*.parquet"))
    return {(file.parent.name, name) for file in files
            for (name,) in duck.rows(f"SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet('{file}'))")}


def days_on_disk(instance, number):
    files = sorted((instance.path / "projects" / number / "data").rglob("*.parquet"))
    return {str(day) for file in files if file.parent.name == "visit" for (day,) in duck.rows(f"SELECT day FROM read_parquet('{file}')")}


def test_an_amendment_keeps_number_and_pseudonyms(fresh):
    number = create(fresh, EVERYBODY, PERSON)
    build(fresh, number)
    before = column(fresh, number, "person", "pnr")
    amend(fresh, specification(number, EVERYBODY, PERSON + VISIT))
    assert fresh.json("project", "show", number)["version"] == 1, "the former data stay in use until the build"
    assert build(fresh, number)["version"] == 2
    assert column(fresh, number, "person", "pnr") == before
    assert set(column(fresh, number, "visit", "pnr")) <= set(before)


def test_nothing_is_left_of_what_is_no_longer_granted(fresh):
    number = create(fresh, EVERYBODY, PERSON + VISIT + FINDING)
    build(fresh, number)
    assert ("visit", "ydernr") in columns_on_disk(fresh, number) and ("finding", "code") in columns_on_disk(fresh, number)
    assert "2015-01-01" in days_on_disk(fresh, number), "positive control"
    amend(fresh, specification(number, EVERYBODY, PERSON + LATE))
    build(fresh, number)
    left = columns_on_disk(fresh, number)
    assert {name for table, name in left if table == "visit"} == {"pnr", "id", "day", "diagnosis", "amount"}
    assert not any(table == "finding" for table, _ in left)
    assert min(days_on_disk(fresh, number)) >= "2020-01-01"
    assert column(fresh, number, "visit", "id")


@pytest.mark.parametrize("point", ["build.built", "build.moved", "build.committed"])
def test_killed_on_the_way_the_next_refresh_takes_it_away(fresh, point):
    number = create(fresh, EVERYBODY, PERSON + VISIT)
    build(fresh, number)
    amend(fresh, specification(number, EVERYBODY, PERSON + LATE))
    assert fresh.fvm("project", "build", number, crash_at=point, check=False).returncode == -9
    fresh.fvm("project", "refresh", number)
    assert ("visit", "ydernr") not in columns_on_disk(fresh, number)
    assert min(days_on_disk(fresh, number)) >= "2020-01-01"


def test_a_refresh_sees_an_amendment_though_the_mirror_is_the_same(fresh):
    number = create(fresh, EVERYBODY, PERSON)
    build(fresh, number)
    assert fresh.json("project", "refresh", number)["up_to_date"] is True
    amend(fresh, specification(number, EVERYBODY, PERSON + VISIT))
    assert fresh.json("project", "refresh", number)["up_to_date"] is False
    assert fresh.json("project", "refresh", number)["up_to_date"] is True


def test_the_same_again_changes_nothing(fresh):
    text = specification("FVM-2026-0501", EVERYBODY, PERSON)
    create(fresh, EVERYBODY, PERSON, number="FVM-2026-0501")
    records = fresh.json("audit", "tail", "-n", "1")
    amend(fresh, text)
    assert fresh.json("audit", "tail", "-n", "1") == records


def test_unknown_closed_and_broken_are_refused(fresh):
    assert amend(fresh, specification("FVM-2026-0999", EVERYBODY, PERSON), check=False).returncode == 2
    number = create(fresh, EVERYBODY, PERSON)
    assert amend(fresh, specification(number, EVERYBODY, PERSON.replace('"sex"', '"sexx"')), check=False).returncode == 2
    assert fresh.json("project", "show", number)["specification_sha256"]
    fresh.fvm("project", "close", number)
    assert amend(fresh, specification(number, EVERYBODY, PERSON + VISIT), check=False).returncode == 1
