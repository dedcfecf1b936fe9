"""safe_table: the two jobs of a safe table (fvm-worker, from start to end) against a plain GROUP BY with the same count(DISTINCT) in DuckDB,
the same files, threads and memory. Ten rows a person, who is in one cell."""
import argparse
import json
import pathlib
import shutil
import subprocess
import time

import support

TESTS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "support"
support.__path__ = [str(TESTS)]
from support.duck import rows as duck_rows  # noqa: E402
from support.rules import DEFAULTS, dimension  # noqa: E402

PERSON = "((i * 1828079219 + 97) % 3656158440062976)::BIGINT"
VISITS = f"""SELECT {PERSON.replace('i *', '(n * 7919 % {persons}) *')} AS pnr, 'K' || (n * 7919 % {{persons}} % 98 + 101) AS kommune,
  CASE n * 7919 % {{persons}} % 2 WHEN 0 THEN 'M' ELSE 'K' END AS koen, (n * 7919 % {{persons}} % 19 * 5)::VARCHAR AS alder FROM range({{rows}}) r(n)"""
COLUMNS = [("pnr", "long"), ("kommune", "string"), ("koen", "string"), ("alder", "string")]


def mirror(place, rows):
    persons, folder = rows // 10, place / "data" / "bnc" / "visit"
    (folder / "_delta_log").mkdir(parents=True)
    duck_rows(f"COPY ({VISITS.format(rows=rows, persons=persons)}) TO '{folder}/part-0.parquet' (FORMAT parquet)")
    schema = {"type": "struct", "fields": [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in COLUMNS]}
    actions = [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
               {"metaData": {"id": "visit", "name": "bnc.visit", "format": {"provider": "parquet", "options": {}},
                             "schemaString": json.dumps(schema), "partitionColumns": [], "configuration": {}, "createdTime": 1}},
               {"add": {"path": "part-0.parquet", "partitionValues": {}, "size": (folder / "part-0.parquet").stat().st_size,
                        "modificationTime": 1, "dataChange": True, "stats": json.dumps({"numRecords": rows})}}]
    (folder / "_delta_log" / f"{0:020}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))
    (place / "in" / "ledger").mkdir(parents=True)
    duck_rows(f"COPY (SELECT {PERSON} + 1 AS mirror, {PERSON} AS project FROM range({persons}) r(i)) TO '{place}/in/population.parquet' (FORMAT parquet)")
    return folder / "part-0.parquet"


def job(document):
    done = subprocess.run([support.BIN / "fvm-worker", "table"], input=json.dumps(document), capture_output=True, text=True)
    answer = json.loads(done.stdout)
    assert "error" not in answer, answer
    return answer


def ours(place, dimensions, threads, memory):
    shutil.rmtree(place / "out", ignore_errors=True)
    named = [dimension(name) for name in dimensions]
    engine = {"memory_mib": memory, "threads": threads, "output": str(place / "out"), "dimensions": named, "columns": []}
    start = time.monotonic()
    job(engine | {"task": "count", "sql": f"SELECT pnr, {', '.join(dimensions)} FROM bnc.visit", "user": "anna", "unit": "", "units": ["pnr"],
                  "data": str(place / "data"), "tables": [{"name": "bnc.visit", "version": 0}]})
    (place / "out" / "pairs.parquet").rename(place / "in" / "pairs.parquet")
    counted = time.monotonic() - start
    answer = job(engine | {"task": "judge", "number": 1, "leave_unknown": False, "measures": [], "rules": DEFAULTS, "released": [], "input": str(place / "in")})
    return time.monotonic() - start, counted, answer


def plain(file, dimensions, threads, memory):
    by = ", ".join(dimensions)
    start = time.monotonic()
    duck_rows(f"SET threads = {threads}; SET memory_limit = '{memory}MiB'; SET preserve_insertion_order = false; "
              f"SELECT {by}, count(DISTINCT pnr) FROM read_parquet('{file}') GROUP BY {by}")
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", type=int, default=4096)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    with support.folder() as place:
        file = mirror(place, options.rows)
        for dimensions in (["kommune", "koen", "alder"], ["kommune"]):
            runs = [(ours(place, dimensions, options.threads, options.memory), plain(file, dimensions, options.threads, options.memory))
                    for _ in range(options.times)]
            (seconds, counted, answer), base = min((o for o, _ in runs), key=lambda o: o[0]), min(b for _, b in runs)
            print(f"safe_table rows={options.rows} groupby_ratio={seconds / base:.2f} by={'_'.join(dimensions)} seconds={seconds:.2f} "
                  f"counted={counted:.2f} groupby_seconds={base:.2f} cells={len(answer['marks'])}", flush=True)


main()
