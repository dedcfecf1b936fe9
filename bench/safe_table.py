"""safe_table: the two jobs of a safe table (fvm-worker, from start to end) against a plain GROUP BY with the same count(DISTINCT) in DuckDB,
the same files, threads and memory. Ten rows a person, who is in one cell; headings are long enough to be held against the project's pseudonyms. Each job's most memory; the last line is of a table after another one,
whose atoms it meets."""
import argparse
import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import time

import support

TESTS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "support"
support.__path__ = [str(TESTS)]
from support.duck import rows as duck_rows  # noqa: E402
from support.number_list import number_list  # noqa: E402
from support.rules import DEFAULTS, dimension  # noqa: E402

PERSON = "((i * 1828079219 + 97) % 3656158440062976)::BIGINT"
VISITS = f"""SELECT {PERSON.replace('i *', '(n * 7919 % {persons}) *')} AS pnr, 'Kommune ' || (n * 7919 % {{persons}} % 98 + 101) AS kommune,
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
    (place / "in" / "population.pseudonyms").write_bytes(number_list((i * 1828079219 + 97) % 3656158440062976 for i in range(persons)))
    return folder / "part-0.parquet"


def apart(call, *arguments):
    """In a process of its own: the most memory that a job's parent ever took counts as the job's."""
    with multiprocessing.Pool(1) as pool:
        return pool.apply(call, arguments)


def job(document, memory):
    process = subprocess.Popen([support.BIN / "fvm-worker", "table"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(json.dumps(document).encode())
    process.stdin.close()
    answer = json.loads(process.stdout.read())
    _, process.returncode, used = os.wait4(process.pid, 0)
    memory[document["task"]] = used.ru_maxrss // 1024
    assert "error" not in answer, answer
    return answer


def ours(place, dimensions, threads, memory, released=()):
    """Seconds, those of the first job, the table, and the jobs' memory in MiB."""
    shutil.rmtree(place / "out", ignore_errors=True)
    named, used = [dimension(name) for name in dimensions], {}
    engine = {"memory_mib": memory, "threads": threads, "output": str(place / "out"), "dimensions": named, "columns": []}
    start = time.monotonic()
    job(engine | {"task": "count", "sql": f"SELECT pnr, {', '.join(dimensions)} FROM bnc.visit", "user": "anna", "unit": "", "units": ["pnr"], "others": [], "unnamed": [], "contributor": "",
                  "data": str(place / "data"), "tables": [{"name": "bnc.visit", "version": 0}]}, used)
    for name in ("pairs.parquet", "combinations.parquet"):
        (place / "out" / name).rename(place / "in" / name)
    counted = time.monotonic() - start
    answer = job(engine | {"task": "judge", "number": len(released) + 1, "leave_unknown": False, "providers": False, "holdings": False, "holders": "", "pairs": "pairs", "prefix": "", "others": [], "values": 0, "measures": [], "rules": DEFAULTS,
                           "released": list(released), "input": str(place / "in")}, used)
    return time.monotonic() - start, counted, answer, used


def release(place, number, table):
    """What the last judgement left becomes the ledger."""
    for name in ("atoms.parquet", "places.parquet", "knowledge.bin"):
        (place / "out" / name).rename(place / "in" / "ledger" / f"{number}-{name}")
    (place / "in" / "ledger" / f"{number}.json").write_text(json.dumps(table))


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
        file = apart(mirror, place, options.rows)
        for dimensions, released in ((["kommune", "koen", "alder"], ()), (["kommune"], ()), (["kommune", "koen"], (1,))):
            if released:
                release(place, 1, table)
            runs = [(ours(place, dimensions, options.threads, options.memory, released), apart(plain, file, dimensions, options.threads, options.memory))
                    for _ in range(options.times)]
            (seconds, counted, table, used), base = min((o for o, _ in runs), key=lambda o: o[0]), min(b for _, b in runs)
            print(f"safe_table rows={options.rows} groupby_ratio={seconds / base:.2f} by={'_'.join(dimensions)} after={len(released)} seconds={seconds:.2f} "
                  f"counted={counted:.2f} groupby_seconds={base:.2f} cells={len(table['marks'])} count_mib={used['count']} judge_mib={used['judge']}",
                  flush=True)


main()
