"""Providers counted from inside a session, by SQL, R and Python: the same numbers and marks as `fvm table --count providers`, and as little of few."""
import csv
import io
import json
import shutil

import pytest

from support.instance import Instance
from support.tables import PROJECT
from support.units import VISITS, Units, distinct, visits

ROWS = [*visits(30, [1, 2, 3, 4, 5, 6, 7, 8], "101"), *visits(40, [9], "102"), *visits(40, [10, 11, 12, 13, 14, 15], "103"), *visits(30, [16, 17, 18, 19, 20], "105")]


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("units") / "i") as made:
        Units(made, ROWS)
        yield made


@pytest.fixture(scope="module")
def outside(instance):
    """What the same question gives an operator's `fvm table`: kommune to number, None where it is hidden."""
    file = instance.path / "inbox" / "outside.csv"
    instance.fvm("table", PROJECT, "--rows", "kommune", "--count", "providers", "--from", VISITS, "--out", file, user="anna")
    rows = [line.split(";") for line in file.read_text(encoding="utf-8-sig").splitlines()]
    return {row[0]: int(row[1]) if row[1].isdigit() else None for row in rows if row[0] in ("101", "102", "103", "105")}


def inside(instance, *command):
    done = instance.fvm("session", PROJECT, "--", *command, user="anna", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_practice_that_is_alone_is_not_told(outside):
    assert distinct(ROWS, 1, kommune="102") == 1 and outside.get("102") is None
    assert outside["101"] == 8, "the control: eight are"


def test_sql(instance, outside):
    out = inside(instance, "psql", "-X", "--csv", "-c", f"CALL fvm.safe_table('{VISITS}', rows => 'kommune', count => 'providers')")
    shown = {row["kommune"]: row["providers"] for row in csv.DictReader(io.StringIO(out))}
    assert {kommune: int(shown[kommune]) if shown[kommune].isdigit() else None for kommune in outside} == outside


def test_python(instance, outside):
    script = f"""
import json
from fvm_tables import safe_table
t = safe_table({VISITS!r}, rows="kommune", count="providers", show=False)
print(json.dumps({{row["kommune"]: row["providers"] for row in t.rows}}))
"""
    shown = json.loads(inside(instance, "python3", "-c", script).splitlines()[-1])
    assert {kommune: shown.get(kommune) for kommune in outside} == outside


def test_r(instance, outside):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    script = f"""library(fvmtables)
t <- safe_table("{VISITS}", rows = "kommune", count = "providers", show = FALSE)
cat("\\n", paste(t$kommune, t$providers, sep = "=", collapse = ";"), "\\n", sep = "")"""
    shown = dict(each.split("=") for each in inside(instance, "Rscript", "-e", script).splitlines()[-1].split(";"))
    assert {kommune: None if shown[kommune] == "NA" else int(shown[kommune]) for kommune in outside} == outside


def test_whose_they_are(instance):
    """All practices of one owner (`art` is the same everywhere) are one contributor: no cell of them is told, in no language."""
    out = inside(instance, "psql", "-X", "--csv", "-c",
                 f"CALL fvm.safe_table('{VISITS}', rows => 'kommune', count => 'providers', contributor => 'art')")
    assert not [row for row in csv.DictReader(io.StringIO(out)) if row["providers"].isdigit()]
    script = f"""
from fvm_tables import safe_table
t = safe_table({VISITS!r}, rows="kommune", count="providers", contributor="art", show=False)
print([row["providers"] for row in t.rows])
"""
    assert set(json.loads(inside(instance, "python3", "-c", script).splitlines()[-1].replace("None", "null"))) == {None}
    if shutil.which("Rscript") is not None:
        script = f"""library(fvmtables)
t <- safe_table("{VISITS}", rows = "kommune", count = "providers", contributor = "art", show = FALSE)
cat("\\n", all(is.na(t$providers)), "\\n", sep = "")"""
        assert inside(instance, "Rscript", "-e", script).splitlines()[-1] == "TRUE"
