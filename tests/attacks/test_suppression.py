"""Patterns of hidden cells on the made-up tables of ../shared/data/sdc, judged by an attacker that shares no code with the engine. The control of each: the same
attacker on a pattern that is weaker in just this: the secondary cells told, or hidden against less.
"""
import csv
import functools
import pathlib
import re
import subprocess
import sys

import pytest

from support.attack_insiders import told_by_singles
from support.instance import BIN, ROOT, SHARED

TABLES = SHARED / "sdc" / "tables"
BENCH = BIN.parent / "bench" / "bench_suppression"


def hierarchies(table):
    return {dimension: f"{TABLES}/{table}_{dimension}.csv" for dimension in ("region", "industry")}


@pytest.fixture(scope="module")
def patterns(tmp_path_factory):
    """TABLE_METHOD.csv in this folder, for a table; of L by the first method alone, since those after it take a minute."""
    if not TABLES.exists():
        pytest.skip("../shared/data/sdc is not here")
    out = tmp_path_factory.mktemp("patterns")

    @functools.cache
    def made(table):
        with subprocess.Popen([BENCH, "--out", out, table], stdout=subprocess.PIPE, text=True) as bench:
            for line in bench.stdout:
                if table == "L" and "method=singleton" in line:
                    bench.kill()
        return out
    return made


def attack(table, pattern, *more):
    done = subprocess.run([sys.executable, pathlib.Path(ROOT) / "tests/support/attack_release.py", "--tables", pattern, "--hierarchy",
                           *(f"{dimension}={file}" for dimension, file in hierarchies(table).items()), *more], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)\b", done.stdout)}


def tell(record_property, attack, control, exact, checked=0, below=0):
    for name, value in (("attack", attack), ("control", control), ("exact", exact), ("interval", 0), ("below", below), ("checked", checked)):
        record_property(name, value)


def secondary_told(table, pattern, path):
    """The same pattern with its innermost secondary cells told."""
    with open(pattern, newline="") as file:
        rows = list(csv.DictReader(file))
    with open(TABLES / f"{table}_inner.csv", newline="") as file:
        inner = {(row["region"], row["industry"]): row["freq"] for row in csv.DictReader(file)}
    for row in rows:
        value = inner.get((row["region"], row["industry"]))
        if row["status"] == "secondary" and value is not None:
            row["value"], row["status"] = value, "open"
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("table", ["S", "M", "L"])
def test_no_small_cell_follows(patterns, tmp_path, record_property, table):
    pattern, more = patterns(table) / f"{table}_exact.csv", ["--no-intervals"] if table == "M" else ["--sample", "300"]
    found = attack(table, pattern, *more)
    control = attack(table, secondary_told(table, pattern, tmp_path / f"{table}.csv"), "--no-intervals")
    tell(record_property, f"suppression of {table}: what follows", control["exact"], found["exact"], found["checked"], found["below"])
    assert found["exact"] == 0 and found["hidden"] > 300
    assert control["exact"] > 0, "with the secondary cells told small ones follow"


@pytest.mark.parametrize("table", ["S", "M"])
def test_no_small_cell_is_known_to_be_small(patterns, record_property, table):
    found = attack(table, patterns(table) / f"{table}_interval.csv")
    control = attack(table, patterns(table) / f"{table}_exact.csv")
    tell(record_property, f"suppression of {table}: known to be small", control["below"], found["exact"], found["checked"], found["below"])
    assert (found["exact"], found["below"]) == (0, 0)
    assert control["below"] > 0, "hidden against equations alone"


@pytest.mark.parametrize("table", ["S", "M"])
def test_nobody_alone_in_a_cell_works_others_out(patterns, record_property, table):
    singles = lambda method: told_by_singles([patterns(table) / f"{table}_{method}.csv"], hierarchies(table), TABLES / f"{table}_inner.csv")
    found, control = singles("insider"), singles("exact")
    tell(record_property, f"suppression of {table}: who subtracts herself", len(control), len(found))
    assert found == {}
    assert control, "hidden against outsiders alone"
