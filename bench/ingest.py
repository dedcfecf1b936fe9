#!/usr/bin/env python3
"""ingest rows= seconds= duckdb_seconds= ratio= peak_mib=

CSV -> checked, pseudonymised Delta by `fvm deliver` (everything: hashing, sandbox, keeper, commit), against DuckDB's own
CSV -> Parquet of the same file (bench/ingest.cpp: same engine, types, threads, memory limit and compression; no checks, no
pseudonyms). The two take turns; medians. `auto_ratio` compares with DuckDB choosing the types itself, which reads codes and
personal numbers as numbers and so loses their leading zeros: less work, wrong result.
"""
import argparse
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from support.instance import ROOT, Instance
from support.settings import change

COLUMNS = {"k_recnum": "VARCHAR", "v_cpr": "VARCHAR", "c_sgh": "VARCHAR", "c_afd": "VARCHAR", "c_pattype": "VARCHAR",
           "d_inddto": "DATE", "d_uddto": "DATE", "c_adiag": "VARCHAR", "v_sengdage": "BIGINT", "c_kom": "VARCHAR"}
MEMORY_MIB, THREADS = 1024, 2

# The table as the file has it: both sides write these ten columns, no others.
CATALOGUE = """
[[table]]
register = "LPR"
name = "t_adm"
person = "v_cpr"
period = "d_inddto"
key = ["k_recnum"]
variables = [
  { name = "k_recnum", class = "record_key", required = true },
  { name = "v_cpr", class = "person", required = true },
  { name = "c_sgh", class = "code" },
  { name = "c_afd", class = "code" },
  { name = "c_pattype", class = "code" },
  { name = "d_inddto", type = "date", required = true },
  { name = "d_uddto", type = "date" },
  { name = "c_adiag", class = "code" },
  { name = "v_sengdage", type = "integer" },
  { name = "c_kom", class = "code" },
]
"""


def make_file(path, rows):
    """Contacts of 600,000 persons, as LPR sends them."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    subprocess.run([ROOT / "build" / "bench" / "bench_contacts", str(rows), str(partial)], check=True)
    partial.rename(path)


def duckdb_seconds(file, out, columns):
    shutil.rmtree(out, ignore_errors=True)
    done = subprocess.run([ROOT / "build" / "bench" / "bench_ingest", file, out, str(THREADS), str(MEMORY_MIB), columns],
                          check=True, capture_output=True, text=True)
    shutil.rmtree(out, ignore_errors=True)
    return float(done.stdout)


def deliver_seconds(instance, file):
    start = time.monotonic()
    answer = instance.json("deliver", "LPR.t_adm", file, "--mode", "replace", timeout=3600)
    seconds = time.monotonic() - start
    assert answer["status"] == "accepted" and not answer["already"], answer
    return seconds, answer["rows_accepted"]


def peak_mib(instance):
    """Of the last sandbox, as the launcher's accounting says."""
    found = re.findall(r"job ended profile=ingest.*memory_max_kib=(\d+)", (instance.path / "log/fvm-launcher.log").read_text())
    return max(int(kib) for kib in found) / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    work = ROOT / "var" / "bench"
    file = work / f"contacts-{options.rows}.csv"
    make_file(file, options.rows)
    shutil.rmtree(work / "ingest", ignore_errors=True)
    typed = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items()) + "}"
    ours, theirs, auto = [], [], []
    with Instance(work / "ingest", up=False) as instance:
        change(instance.path, **{"deliver.hold": '"never"'})  # the small file between would wait for an operator
        instance.up()
        catalogue = work / "contacts.toml"
        catalogue.write_text(CATALOGUE)
        instance.fvm("catalogue", "import", catalogue)
        small = work / "contacts-1000.csv"
        make_file(small, 1000)
        for _ in range(options.runs):
            theirs.append(duckdb_seconds(file, work / "duckdb", typed))
            seconds, rows = deliver_seconds(instance, file)
            ours.append(seconds)
            auto.append(duckdb_seconds(file, work / "duckdb", "auto"))
            deliver_seconds(instance, small)  # so that the same file is not recognised
        assert rows == options.rows
        peak = peak_mib(instance)
    shutil.rmtree(work / "ingest", ignore_errors=True)
    mine, yours = statistics.median(ours), statistics.median(theirs)
    print(f"ingest rows={options.rows} seconds={mine:.2f} duckdb_seconds={yours:.2f} ratio={mine / yours:.2f} "
          f"peak_mib={peak:.0f} auto_ratio={mine / statistics.median(auto):.2f}", flush=True)


main()
