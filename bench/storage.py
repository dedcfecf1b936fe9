"""storage: the same project built and queried with its folder encrypted by gocryptfs, as a LUKS volume, and not.

Projects of one instance over the same mirror, with the same specification; whole commands are timed for the build, psql's own times
within a session for the queries (each query's files are read anew). Medians of alternating runs. build_ratio, query_ratio: encrypted ÷ not.
Where this kernel has no dm-crypt, LUKS is measured in a small machine with another one (tools/vm.py, where=small_machine; not encrypted and
gocryptfs in the same machine): it has one processor, no AES instructions, slow system calls and its disk in memory, so its ratios are no
forecast; they show what each kind costs beside the other.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import support

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "support"
support.__path__ = [str(TESTS)]  # tests/support has the same name as bench/support.py: its modules are loaded below their own
from support.duck import rows as duck_rows  # noqa: E402
from support import luks  # noqa: E402
from support.instance import Instance  # noqa: E402

sys.path.insert(0, str(ROOT / "tools"))
import vm  # noqa: E402

CATALOGUE = """
[[table]]
register = "BNC"
name = "visit"
person = "pnr"
period = "day"
variables = [
  { name = "pnr", class = "person", required = true },
  { name = "day", type = "date", required = true },
  { name = "diagnosis", class = "code" },
  { name = "hospital", class = "code" },
  { name = "amount", type = "decimal" },
]
"""
SPECIFICATION = """
[project]
number = "{number}"
title = "Benchmark"
authority = {{ name = "Demo Kommune", cvr = "29189846" }}
valid = {{ from = 2020-01-01, to = 2099-12-31 }}
[population]
any = [ {{ table = "BNC.visit", where = "day >= DATE '2005-01-01'" }} ]
[[grant]]
table = "BNC.visit"
variables = ["pnr", "day", "diagnosis", "hospital", "amount"]
period = {{ variable = "day", from = 2000-01-01, to = 2030-12-31 }}
reason = "Benchmark."
"""
VISITS = """SELECT ((n * 7919 % {persons}) * 1828079219 + 97) % 3656158440062976 AS pnr, DATE '2000-01-01' + (n % 9000)::INTEGER AS day,
  'DE' || (n % 900 + 100) AS diagnosis, (n % 70 + 1000)::VARCHAR AS hospital, (n % 1000003 / 100.0)::DECIMAL(18,2) AS amount
  FROM range({rows}) r(n)"""
COLUMNS = {"pnr": "long", "day": "date", "diagnosis": "string", "hospital": "string", "amount": "decimal(18,2)"}
VM_ROWS_MAX = 1_000_000
QUERIES = ["SELECT count(*), sum(amount) FROM visit", "SELECT extract(year FROM day), count(DISTINCT pnr) FROM visit GROUP BY 1",
           "SELECT hospital, avg(amount) FROM visit WHERE diagnosis LIKE 'DE1%' GROUP BY 1",
           "SELECT diagnosis, max(day), count(*) FROM visit GROUP BY 1",
           "SELECT count(*) FROM (SELECT pnr, min(day) FROM visit GROUP BY 1 HAVING count(*) > 3) t"]


def mirror(instance, rows, files=4):
    folder = instance.path / "mirror" / "bnc" / "visit"
    (folder / "_delta_log").mkdir(parents=True)
    schema = {"type": "struct", "fields": [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in COLUMNS.items()]}
    actions = [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
               {"metaData": {"id": "visit", "name": "BNC.visit", "format": {"provider": "parquet", "options": {}},
                             "schemaString": json.dumps(schema), "partitionColumns": [], "configuration": {}, "createdTime": 1}}]
    query = VISITS.format(persons=max(1000, rows // 10), rows=rows)
    for k in range(files):
        file = folder / f"part-{k}.parquet"
        duck_rows(f"COPY (SELECT * FROM ({query}) WHERE pnr % {files} = {k}) TO '{file}' (FORMAT parquet)")
        [(count,)] = duck_rows(f"SELECT count(*) FROM read_parquet('{file}')")
        actions.append({"add": {"path": file.name, "partitionValues": {}, "size": file.stat().st_size, "modificationTime": 1,
                                "dataChange": True, "stats": json.dumps({"numRecords": int(count)})}})
    (folder / "_delta_log" / f"{0:020d}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))


def build(instance, number):
    start = time.perf_counter()
    instance.fvm("project", "build", number, timeout=3600)
    return time.perf_counter() - start


def query(instance, number):
    words = ["psql", "-X", "-q", "-A", "-t", "-o", "/dev/null", "-c", "\\timing on"]
    for sql in QUERIES:
        words += ["-c", sql]
    shown = instance.fvm("session", number, "--", *words, user="anna", timeout=3600)
    times = [float(t) / 1000 for t in re.findall(r"Time: ([0-9.]+) ms", shown.stdout)]
    if len(times) != len(QUERIES):
        raise SystemExit(f"storage: {len(times)} of {len(QUERIES)} queries were timed\n{shown.stdout}{shown.stderr}")
    return sum(times)


def make(instance, place, encryption, number):
    settings = instance.path / "config.toml"
    settings.write_text(re.sub(r'encryption = "\w+"', f'encryption = "{encryption}"', settings.read_text()))
    (place / "s.toml").write_text(SPECIFICATION.format(number=number))
    instance.fvm("project", "create", place / "s.toml")
    instance.fvm("project", "member", "add", number, "anna")


def possible_here():
    """The kinds that can be measured on this machine; says what cannot, and why."""
    reasons = {"gocryptfs": "" if os.path.exists("/dev/fuse") and shutil.which("gocryptfs") else "gocryptfs or /dev/fuse is not here",
               "luks": luks.reason_why_not()}
    for kind, reason in reasons.items():
        if reason:
            print(f"storage: {kind} was not measured here: {reason.split(';')[0]}", file=sys.stderr)
    return [kind for kind, reason in reasons.items() if not reason]


def measure(kinds, options):
    """One line for each kind: its project against one that is not encrypted."""
    numbers = {kind: f"BNC-2026-{place:04}" for place, kind in enumerate(["none", *kinds], 1)}
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(support.folder())
        instance = stack.enter_context(Instance(place / "i"))
        (place / "c.toml").write_text(CATALOGUE)
        instance.fvm("catalogue", "import", place / "c.toml")
        instance.fvm("institution", "add", "Kommune", "--cvr", "29189846", "--recipient", "@demo.example")
        instance.fvm("user", "add", "anna", "--institution", "29189846", "--role", "analyst")
        mirror(instance, options.rows)
        for kind, number in numbers.items():
            make(instance, place, kind, number)
        builds = support.alternate(options.times, **{kind: lambda n=number: build(instance, n) for kind, number in numbers.items()})
        queries = support.alternate(options.times, **{kind: lambda n=number: query(instance, n) for kind, number in numbers.items()})
        for kind in kinds:
            written = subprocess.run(["du", "-sm", instance.path / "storage" / numbers[kind]], capture_output=True, text=True).stdout.split()[0]
            print(f"storage encryption={kind} rows={options.rows} build_ratio={builds[kind] / builds['none']:.2f} "
                  f"query_ratio={queries[kind] / queries['none']:.2f} build_seconds={builds[kind]:.2f} plain_build_seconds={builds['none']:.2f} "
                  f"query_seconds={queries[kind]:.3f} plain_query_seconds={queries['none']:.3f} mib={written} where={options.where}", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--where", default="here", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    kinds = possible_here()
    if kinds:
        measure(kinds, options)
    if "luks" in kinds or options.where != "here":
        return
    if vm.missing():
        print(f"storage: nor in a small machine: {vm.missing()}", file=sys.stderr)
        return
    sys.exit(vm.run(["/usr/bin/python3", __file__, "--rows", min(options.rows, VM_ROWS_MAX), "--times", options.times, "--where", "small_machine"],
                    seconds=1800, mib=3072))


main()
