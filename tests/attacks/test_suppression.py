"""Patterns of hidden cells on the made-up tables of ../shared/data/sdc, judged by an attacker that shares no code with the engine."""
import csv
import pathlib
import re
import subprocess
import sys

import pytest

from support.instance import ROOT, SHARED

TABLES = SHARED / "sdc" / "tables"
BENCH = pathlib.Path(ROOT) / "build" / "bench" / "bench_suppression"


@pytest.fixture(scope="module")
def patterns(tmp_path_factory):
    if not TABLES.exists():
        pytest.skip("../shared/data/sdc is not here")
    out = tmp_path_factory.mktemp("patterns")
    subprocess.run([BENCH, "--out", out, "S", "M"], check=True, capture_output=True)
    return out


def attack(table, pattern, *more):
    done = subprocess.run([sys.executable, pathlib.Path(ROOT) / "tests/support/attack_release.py", "--tables", pattern, "--hierarchy",
                           f"region={TABLES}/{table}_region.csv", f"industry={TABLES}/{table}_industry.csv", *more],
                          capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)\b", done.stdout)}


@pytest.mark.parametrize("table", ["S", "M"])
def test_no_small_cell_follows(patterns, table):
    assert attack(table, patterns / f"{table}_exact.csv", "--no-intervals")["exact"] == 0


@pytest.mark.parametrize("table", ["S", "M"])
def test_no_small_cell_is_known_to_be_small(patterns, table):
    found = attack(table, patterns / f"{table}_interval.csv")
    assert (found["exact"], found["below"]) == (0, 0)


@pytest.mark.parametrize("table", ["S", "M"])
def test_control_without_secondary_cells_small_ones_follow(patterns, tmp_path, table):
    """The same pattern with the secondary cells told: the attacker must find some."""
    with open(patterns / f"{table}_exact.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(TABLES / f"{table}_inner.csv", newline="") as file:
        inner = {(row["region"], row["industry"]): row["freq"] for row in csv.DictReader(file)}
    told = 0
    for row in rows:
        value = inner.get((row["region"], row["industry"]))
        if row["status"] == "secondary" and value is not None:
            row["value"], row["status"] = value, "open"
            told += 1
    assert told > 0
    with open(tmp_path / f"{table}.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert attack(table, tmp_path / f"{table}.csv", "--no-intervals")["exact"] > 0
