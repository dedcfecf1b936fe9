"""The two-release split of ../shared/data/sdc: all persons and men, each protected perfectly by itself, tell of women; judged one after the
other they do not. The control judges each table with a ledger of its own.
"""
import csv

import pytest

from support import table_engine
from support.disclosure_attack import by_interval, exact
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


@pytest.mark.parametrize("order", [(None, "m"), ("m", None), (None, "m", "w")], ids=["all and men", "men and all", "all, men and women"])
def test_two_release_split(persons, order, tmp_path, record_property):
    apart = [ask(table_engine.Engine(tmp_path / f"apart{place}", persons), persons, only) for place, only in enumerate(order)]
    control = exact(apart)
    engine = table_engine.Engine(tmp_path / "together", persons)
    answers = [ask(engine, persons, only) for only in order]
    for cells in answers:
        assert all(value in ("…", len(members)) for members, value in cells)
    found, at = exact(answers), by_interval(answers, 200)
    label = ", ".join({None: "all", "m": "men", "w": "women"}[only] for only in order)
    for name, value in (("attack", f"two-release split of S: {label}"), ("control", f"{len(control)} sets"), ("exact", len(found)),
                        ("interval", at.exact), ("below", at.below), ("checked", at.checked)):
        record_property(name, value)
    assert all(not exact([one]) for one in apart), "each alone is perfect"
    assert control, "together they are not"
    assert found == [] and at.exact == 0
