"""Coarser tables by every way to ask: JSON of a session and of the API, SQL, R and Python give what `fvm table --coarsen` gives."""
import csv
import io
import json

import pytest

from support.instance import Instance
from support.tables import PROJECT, Tables, people

PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)
SQL = "SELECT pnr, kommune, koen FROM bef.person"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("coarsen") / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture(scope="module")
def expected(house):
    first = house.table("--rows", "kommune", "--columns", "koen", "--coarsen")
    assert first["coarser_than"] == first["table"] - 1
    return first


def cells(table):
    return [[value for name, value in cell.items()] for cell in table["cells"]]


def in_session(house, *command, check=True):
    done = house.instance.fvm("session", PROJECT, "--", *command, user="anna", check=False)
    assert not check or done.returncode == 0, done.stderr
    return done


def call(**given):
    words = "".join(f", {name} => '{value}'" for name, value in given.items())
    return ["psql", "-X", "-q", "--csv", "-c", f"CALL fvm.safe_table('{SQL}', rows => 'kommune', columns => 'koen'{words})"]


@pytest.mark.parametrize("word", ["on", "TRUE", "1"])
def test_in_sql(house, expected, word):
    shown = list(csv.DictReader(io.StringIO(in_session(house, *call(coarsen=word)).stdout)))
    assert [row["persons"] for row in shown] == ["" if c["persons"] is None else str(c["persons"]) for c in expected["cells"]]
    newest = house.instance.json("ledger", "show", PROJECT)["tables"][-1]
    assert newest["coarser_than"] == newest["table"] - 1 and newest["hidden"] == expected["hidden"]


def test_not_unless_it_is_asked_for(house, expected):
    for more in ({}, {"coarsen": "off"}):
        shown = list(csv.DictReader(io.StringIO(in_session(house, *call(**more)).stdout)))
        assert len(shown) == 12 and any(row["mark"] for row in shown)
    wrong = in_session(house, *call(coarsen="maybe"), check=False)
    assert wrong.returncode != 0 and '"coarsen"' in wrong.stderr


def test_in_python_and_r(house, expected):
    python = f"from fvm_tables import safe_table\nt = safe_table({SQL!r}, rows='kommune', columns='koen', coarsen=True, show=False); print(len(t), t.hidden)"
    r = f'library(fvmtables); t <- safe_table("{SQL}", rows = "kommune", columns = "koen", coarsen = TRUE, show = FALSE); cat(nrow(t), sum(nzchar(t$mark)))'
    for command in (["python3", "-c", python], ["Rscript", "-e", r]):
        assert in_session(house, *command).stdout.split() == [str(len(expected["cells"])), str(expected["hidden"])]


def test_rounded_by_sql_is_the_same_request(house, expected):
    """This institution's tables are exact: that is found out only when the number was read."""
    refused = in_session(house, *call(round="5"), check=False)
    assert refused.returncode != 0 and "exact numbers" in refused.stderr
    wrong = in_session(house, *call(round="five"), check=False)
    assert wrong.returncode != 0 and '"round"' in wrong.stderr
