"""build: a project's data set built by `fvm project build`, against the same selection and join run in DuckDB directly.

Both read the same Parquet (rows of visits, a tenth as many persons, four in ten of them in the population), select the
population, join, and write Parquet, with the same threads and engine memory. Ours also starts a sandbox, encrypts every
person through the keeper, moves and commits the tables and writes its records; seconds are those of the whole command.
Medians of alternating runs.
"""
import argparse
import contextlib
import time

import support
import project_mirror
from project_mirror import duck_rows
from support.instance import Instance


def direct(visits, persons, out, threads, memory_mib):
    """The bare join: seconds. The pseudonym is a sum, for nothing else would be so cheap."""
    start = time.perf_counter()
    duck_rows(f"""SET threads = {threads}; SET memory_limit = '{memory_mib}MiB'; SET temp_directory = '{out}/temporary';
      SET preserve_insertion_order = false;
      CREATE TABLE population AS SELECT pnr AS mirror, pnr + 1 AS project FROM (SELECT pnr FROM read_parquet('{persons}/*.parquet')
        WHERE born >= DATE '1960-01-01' AND born < DATE '1980-01-01' GROUP BY pnr);
      COPY (SELECT p.project AS pnr, t.* EXCLUDE (pnr) FROM read_parquet('{visits}/*.parquet') t JOIN population p ON p.mirror = t.pnr
        WHERE day >= DATE '2000-01-01' AND day < DATE '2031-01-01') TO '{out}/direct' (FORMAT parquet, FILE_SIZE_BYTES '256MB',
        OVERWRITE_OR_IGNORE true)""")
    return time.perf_counter() - start


def ours(instance):
    start = time.perf_counter()
    instance.fvm("project", "build", "BNC-2026-0001", timeout=3600)
    return time.perf_counter() - start


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=20_000_000)
    arguments.add_argument("--times", type=int, default=3)
    options = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(support.folder())
        instance = stack.enter_context(Instance(place / "i"))
        people, visits = project_mirror.fill(instance, place, options.rows)
        project_mirror.create(instance, place, "BNC-2026-0001")
        seconds = support.alternate(options.times, ours=lambda: ours(instance),
                                    direct=lambda: direct(visits, people, place, threads=2, memory_mib=768))
        built = instance.json("project", "show", "BNC-2026-0001")
        [(expected,)] = duck_rows(f"SELECT count(*) FROM read_parquet('{place}/direct/*.parquet')")
        if built["tables"][0]["rows"] != int(expected):
            raise SystemExit("build: the two made different numbers of rows")
    read = options.rows + max(1000, options.rows // 10)
    print(f"build rows={options.rows} seconds={seconds['ours']:.2f} ratio={seconds['ours'] / seconds['direct']:.2f} "
          f"duckdb_seconds={seconds['direct']:.2f} rows_per_s={read / seconds['ours']:.0f} persons={built['persons']} "
          f"rows_written={expected}")


main()
