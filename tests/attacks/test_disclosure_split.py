"""Linked tables: the two-release split of ../shared/data/sdc. All persons and men, each protected perfectly by itself, tell of women; judged one after the
other, or as one table, they do not. The control judges each table with a ledger of its own.
"""
import csv
import functools

import pytest

from support import table_engine
from support.disclosure_attack import Told, by_insider, by_interval, check, exact
from support.instance import SHARED

TABLES = SHARED / "sdc" / "tables"


def read(name):
    with open(TABLES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def persons():
    """{person: (sex, region, industry, upper region, upper industry)}."""
    if not TABLES.exists():
        pytest.skip("../shared/data/sdc is not here")
    above = {row["code"]: row["parent"] for dimension in ("region", "industry") for row in read(f"S_{dimension}.csv")}
    rows = [(sex, row["region"], row["industry"], above[row["region"]], above[row["industry"]])
            for sex in "mw" for row in read(f"S{sex}_inner.csv") for _ in range(int(row["freq"]))]
    return {f"P{place:06}": row for place, row in enumerate(rows)}


def ask(engine, persons, only=None):
    pairs = {(name, (region, industry), (up, across)) for name, (sex, region, industry, up, across) in persons.items() if only in (None, sex)}
    record = engine.ask(pairs, ("region", "industry"), (True, True))
    return table_engine.cells_of(record, pairs)


@pytest.fixture(scope="module")
def apart(persons, tmp_path_factory):
    """A table judged as if there were no other."""
    return functools.cache(lambda only: ask(table_engine.Engine(tmp_path_factory.mktemp("apart") / "e", persons), persons, only))


def record(record_property, label, control, found, at):
    for name, value in (("attack", label), ("control", f"{len(control)} sets"), ("exact", len(found)), ("interval", at.exact), ("below", at.below), ("checked", at.checked)):
        record_property(name, value)


@pytest.mark.parametrize("order", [(None, "m"), ("m", None), (None, "m", "w")], ids=["all and men", "men and all", "all, men and women"])
def test_two_release_split(persons, apart, order, tmp_path, record_property):
    alone = [apart(only) for only in order]
    control = exact(alone)
    engine = table_engine.Engine(tmp_path / "together", persons)
    answers = [ask(engine, persons, only) for only in order]
    check(answers)
    all_told = Told(answers)
    found, at = exact(all_told), by_interval(answers, 200)
    record(record_property, "two-release split of S: " + ", ".join({None: "all", "m": "men", "w": "women"}[only] for only in order), control, found, at)
    assert all(not exact([one]) for one in alone), "each alone is perfect"
    assert control, "together they are not"
    assert (found, at.exact, by_insider(all_told)) == ([], 0, [])


def test_all_men_and_women_as_one_table(persons, apart, tmp_path, record_property):
    """Three linked tables at once, by sex as a dimension."""
    control = exact([apart(only) for only in (None, "m", "w")])
    pairs = {(name, (region, industry, sex), (up, across, None)) for name, (sex, region, industry, up, across) in persons.items()}
    answers = [table_engine.cells_of(table_engine.Engine(tmp_path, persons).ask(pairs, ("region", "industry", "sex"), (True, True, False)), pairs)]
    check(answers)
    all_told = Told(answers)
    found, at = exact(all_told), by_interval(answers, 200)
    record(record_property, "linked tables of S, jointly", control, found, at)
    assert control
    assert (found, at.exact, by_insider(all_told)) == ([], 0, [])
    assert sum(value != "…" for _, value in answers[0]) > len(answers[0]) / 4, "much is told all the same"
